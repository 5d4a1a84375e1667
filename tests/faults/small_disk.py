"""A real disk of a few megabytes below a house: a tmpfs that its doorman alone sees.

It is mounted over the house's folder in a mount namespace of its own, so it needs no right on this
machine and is gone with the last program on it.
"""

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from daemon.store.headfile import head_path, spool_path
from tests.faults.house import House

_SIZE = "13m"
_BALLAST = 4 << 20
"""Bytes that fill it from the beginning: what else there is has room for some hundred taps."""
_MOUNTED = f"""\
mkdir "$0.disk" && mount -t tmpfs -o size={_SIZE} none "$0.disk" && cp -a "$0/." "$0.disk" &&
mount --bind "$0.disk" "$0" && echo mounted && read _
"""
_PAGE = 4096


class SmallDisk:
    """The disk, as it is seen from outside."""

    def __init__(self, house: House, keeper: int) -> None:
        self._house = house
        self.keeper = keeper
        self._filler = self.at(house.settings.folder / "filler")
        self._filler.write_bytes(bytes(_BALLAST))

    def at(self, path: Path) -> Path:
        """Return where something of the house's folder is to be found from outside."""
        return Path(f"/proc/{self.keeper}/root{path}")

    def fill(self) -> None:
        """Leave no room, not even for a byte."""
        with self._filler.open("ab", buffering=0) as file:
            for size in (64 * _PAGE, _PAGE):
                try:
                    while file.write(bytes(size)):
                        pass
                except OSError as full:
                    assert full.errno == errno.ENOSPC  # noqa: PT017 - any other is a fault of ours

    def make_room(self) -> None:
        """Take away what filled it."""
        self._filler.unlink()

    def is_full(self) -> bool:
        """Tell whether there is no room."""
        return os.statvfs(self.at(self._house.settings.folder)).f_bavail == 0

    def unreserve_spool(self) -> None:
        """Take away the room that the spool has beforehand, as a copy that skips zeros does.

        What stands in it goes too; a doorman who is on duty knows it by heart.
        """
        file = self.at(spool_path(self._house.settings))
        hole = ["--punch-hole", "--offset", "0", "--length", str(file.stat().st_size)]
        subprocess.run(["fallocate", *hole, str(file)], check=True)

    def bring_back(self) -> None:
        """Put what the doorman left where the oracle looks for it."""
        self._house.store.close()
        database = Path(str(self._house.store.url.database))
        beside = [Path(f"{database}{ending}") for ending in ("", "-wal", "-shm")]
        for each in (*beside, head_path(self._house.settings)):
            each.unlink(missing_ok=True)
            with suppress(FileNotFoundError):
                shutil.copy(self.at(each), each)


@contextmanager
def on_small_disk(house: House) -> Iterator[SmallDisk]:
    """Put what the house has on a small disk, for its doorman; skips where none can be mounted."""
    house.store.close()
    folder = house.settings.folder
    command = ["unshare", "-rm", "sh", "-c", _MOUNTED, str(folder)]
    keeper = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert keeper.stdin is not None
    assert keeper.stdout is not None
    try:
        if keeper.stdout.readline() != b"mounted\n":
            pytest.skip("no file system can be mounted here")
        inside = ["nsenter", "--preserve-credentials", "-U", "-m", "-t", str(keeper.pid)]
        house.daemon.command[:0] = inside
        yield SmallDisk(house, keeper.pid)
    finally:
        keeper.stdin.close()
        keeper.wait()
        keeper.stdout.close()
        with suppress(FileNotFoundError):
            Path(f"{folder}.disk").rmdir()
