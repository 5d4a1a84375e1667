"""Where entries wait, in order and on disk, while the database cannot be written.

One file whose space is reserved beforehand, so that a full disk does not stop it. A line is a
CRC-32 in hex, a blank, JSON without line breaks; the first line that is none of that is the end.
The CRC goes on from the line before, so what is left of an earlier outage never counts as more.
"""

import fcntl
import json
import os
import zlib
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path

from devices.strict_json import compact

RESERVED = 4 << 20
_CRC = 8


class Spool:
    """The file at `path`; made, with its space, when it is opened. One process uses it.

    `locked`: BlockingIOError if another process has it.
    """

    def __init__(self, path: Path, reserved: int = RESERVED, *, locked: bool = False) -> None:
        self._path = path
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if locked:
            self._lock()
        if os.fstat(self._file).st_size < reserved:
            os.posix_fallocate(self._file, 0, reserved)
        self.records, self._end, self._crc = self._read()

    def __bool__(self) -> bool:
        return bool(self.records)

    def add(self, records: Sequence[Mapping[str, object]]) -> None:
        """Write records behind the others; they are on disk when this returns."""
        lines, crc = _lines(records, self._crc)
        self._write(lines + b"\0", self._end)
        self._end, self._crc = self._end + len(lines), crc
        self.records.extend(records)

    def clear(self) -> None:
        """Forget them all: they have landed."""
        self._write(b"\0" * _CRC, 0)
        self.records, self._end, self._crc = [], 0, 0

    def set_aside(self, numbers: Sequence[int]) -> None:
        """Keep a copy of the records of these numbers, from 0 on, in a file beside this one."""
        aside = self._path.with_name(f"{self._path.name}.set-aside")
        with aside.open("ab") as file:
            file.write(_lines([self.records[number] for number in numbers], 0)[0])
            file.flush()
            os.fsync(file.fileno())

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)

    def _lock(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.close()
            raise

    def _write(self, data: bytes, at: int) -> None:
        """Put all of it on disk; a full one takes a part and says so only when asked for more."""
        done = 0
        while done < len(data):
            done += os.pwrite(self._file, data[done:], at + done)
        os.fdatasync(self._file)

    def _read(self) -> tuple[list[Mapping[str, object]], int, int]:
        written = os.pread(self._file, os.fstat(self._file).st_size, 0)
        records: list[Mapping[str, object]] = []
        end = crc = 0
        for line in written.split(b"\n"):
            text = line[_CRC + 1 :]
            following = zlib.crc32(text, crc)
            if line != _line(text, following):
                break
            records.append(json.loads(text))
            end, crc = end + len(line) + 1, following
        return records, end, crc


def first_free(path: Path) -> Spool:
    """Open the first spool beside `path` that no other doorman of this host has.

    So one that a dead doorman left behind is the first to be taken up.
    """
    for number in count(1):
        try:
            return Spool(
                path if number == 1 else path.with_name(f"{path.name}.{number}"), locked=True
            )
        except BlockingIOError:
            continue
    raise AssertionError  # counts for ever


def _lines(records: Sequence[Mapping[str, object]], crc: int) -> tuple[bytes, int]:
    """Return the records' lines behind one with this CRC, and the last one's."""
    lines = []
    for record in records:
        text = compact(record).encode()
        crc = zlib.crc32(text, crc)
        lines.append(_line(text, crc) + b"\n")
    return b"".join(lines), crc


def _line(text: bytes, crc: int) -> bytes:
    return b"%08x %s" % (crc, text)
