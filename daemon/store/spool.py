"""Where entries wait, in order and on disk, while the database cannot be written.

One file whose space is reserved beforehand, so that a full disk does not stop it. A line is a
CRC-32 in hex, a blank, JSON without line breaks; the first line that is none of that is the end.
"""

import json
import os
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from devices.strict_json import compact

RESERVED = 4 << 20
_CRC = 8


class Spool:
    """The file at `path`; made, with its space, when it is opened. One process uses it."""

    def __init__(self, path: Path, reserved: int = RESERVED) -> None:
        self._path = path
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if os.fstat(self._file).st_size < reserved:
            os.posix_fallocate(self._file, 0, reserved)
        self.records, self._end = self._read()

    def __bool__(self) -> bool:
        return bool(self.records)

    def add(self, records: Sequence[Mapping[str, object]]) -> None:
        """Write records behind the others; they are on disk when this returns."""
        lines = b"".join(_line(record) for record in records)
        os.pwrite(self._file, lines + b"\0", self._end)
        os.fdatasync(self._file)
        self._end += len(lines)
        self.records.extend(records)

    def clear(self) -> None:
        """Forget them all: they have landed."""
        os.pwrite(self._file, b"\0" * _CRC, 0)
        os.fdatasync(self._file)
        self.records, self._end = [], 0

    def set_aside(self) -> None:
        """Keep a copy of the records beside the file, and forget them here."""
        aside = self._path.with_name(f"{self._path.name}.set-aside")
        with aside.open("ab") as file:
            file.write(b"".join(_line(record) for record in self.records))
        self.clear()

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)

    def _read(self) -> tuple[list[Mapping[str, object]], int]:
        written = os.pread(self._file, os.fstat(self._file).st_size, 0)
        records: list[Mapping[str, object]] = []
        end = 0
        for line in written.split(b"\n"):
            text = line[_CRC + 1 :]
            if line[:_CRC] != f"{zlib.crc32(text):08x}".encode():
                break
            records.append(json.loads(text))
            end += len(line) + 1
        return records, end


def _line(record: Mapping[str, object]) -> bytes:
    text = compact(record).encode()
    return f"{zlib.crc32(text):08x} ".encode() + text + b"\n"
