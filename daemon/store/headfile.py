"""The journal's head, kept apart from the database: what is cut off there still stands here.

One line, `seq hash`. It goes forwards only, whichever of several programs is quicker. It is not
fsynced: after a power cut it may be old, and an old head is still a head to compare with.
"""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url

from daemon.config import Settings

_LONGEST = 128
_HEAD = re.compile(rb"(\d{1,19}) ([0-9a-f]{64})\n")


class HeadFile:
    """The file at `path`; made, and held open, at the first note."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._open: int | None = None

    def note(self, seq: int, hash: str) -> None:  # noqa: A002 - the column's name
        """Keep this head unless a later one is kept already; ten microseconds, mostly."""
        if self._open is None:
            self._open = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o664)
        with _locked(self._open):
            kept = _head_in(os.pread(self._open, _LONGEST, 0))
            if kept is None or kept[0] < seq:
                os.pwrite(self._open, f"{seq} {hash}\n".encode(), 0)

    def read(self) -> tuple[int, str] | None:
        """Return the head kept; None if there is none that can be read."""
        try:
            with self.path.open("rb") as file:
                return _head_in(file.read(_LONGEST))
        except FileNotFoundError:
            return None

    def close(self) -> None:
        """Let go of the file."""
        if self._open is not None:
            os.close(self._open)
            self._open = None


def head_beside(database: str, site: str) -> Path:
    """Return where a site's head is kept that has its journal in a SQLite file."""
    return Path(f"{database}.{site}.head")


def head_path(settings: Settings) -> Path:
    """Return where the site's head is kept: beside a SQLite file, else beside the configuration."""
    return _beside(settings, "head", "journal-head")


def spool_path(settings: Settings) -> Path:
    """Return where entries wait while the database cannot be written: in the same place."""
    return _beside(settings, "spool", "journal-spool")


def _beside(settings: Settings, sqlite_ending: str, ending: str) -> Path:
    url, site = make_url(settings.database.url), settings.site.id
    if url.get_backend_name() == "sqlite" and url.database:
        return Path(f"{url.database}.{site}.{sqlite_ending}")
    return settings.folder / f"{site}.{ending}"


@contextmanager
def _locked(file: int) -> Iterator[None]:
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def _head_in(line: bytes) -> tuple[int, str] | None:
    found = _HEAD.match(line)
    return None if found is None else (int(found[1]), found[2].decode())
