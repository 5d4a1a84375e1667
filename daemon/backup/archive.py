"""The file of a backup: a tar with the database, the badge key, and a note of what is in it.

Readable by its owner alone: with it badge numbers can be found by trying.
"""

import hashlib
import json
import os
import tarfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from daemon.backup import BackupError

DATABASE, KEY, NOTE = "usciere.db", "badge.key", "backup.json"
_KIND = "usciere-backup"
_STRANGE = "it is no backup of Usciere; name one that `usciere backup` made"
_LONGEST_NOTE = 1 << 20
_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class Note:
    """What a backup says of itself. `heads`: site -> its journal's last entry and hash."""

    made: str
    schema: str
    heads: Mapping[str, tuple[int, str]]
    hashes: Mapping[str, str]
    kind: str = _KIND


def pack(folder: Path, note: Note, target: Path) -> None:
    """Write the files of `folder` into `target`, whole or not at all; refuses to overwrite."""
    (folder / NOTE).write_text(json.dumps(asdict(note), indent=1), encoding="utf-8")
    partial = target.with_name(f".{target.name}.partial")
    try:
        with open(partial, "xb", opener=_private) as file:
            with tarfile.open(fileobj=file, mode="w") as tar:
                for name in (NOTE, KEY, DATABASE):
                    tar.add(folder / name, arcname=name, filter=_nobodys)
            file.flush()
            os.fsync(file.fileno())
        target.hardlink_to(partial)
    except FileExistsError:
        raise BackupError(f"{target} is there already; choose another name") from None
    finally:
        partial.unlink(missing_ok=True)


def unpack(source: Path, folder: Path) -> Note:
    """Lay the files of a backup out in `folder`, each as its note says it must be."""
    try:
        with tarfile.open(source, mode="r:") as tar:
            note = _note(tar)
            for name in (KEY, DATABASE):
                _lay_out(tar, name, folder / name, note.hashes.get(name, ""))
    except tarfile.TarError:
        raise BackupError(f"{source}: {_STRANGE}") from None
    except BackupError as problem:
        raise BackupError(f"{source}: {problem}") from None
    return note


def fingerprint(file: Path) -> str:
    """Return the SHA-256 of a file."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _note(tar: tarfile.TarFile) -> Note:
    member = tar.next()
    file = None if member is None or member.name != NOTE else tar.extractfile(member)
    if file is None:
        raise BackupError(_STRANGE)
    try:
        said = json.loads(file.read(_LONGEST_NOTE))
        heads = {str(site): (int(seq), str(head)) for site, (seq, head) in said["heads"].items()}
        note = Note(said["made"], said["schema"], heads, dict(said["hashes"]), said["kind"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BackupError("its note can't be read; take another copy") from None
    if note.kind != _KIND:
        raise BackupError(_STRANGE)
    return note


def _lay_out(tar: tarfile.TarFile, name: str, target: Path, expected: str) -> None:
    try:
        file = tar.extractfile(name)
    except KeyError:
        file = None
    if file is None:
        raise BackupError(f"its {name} is missing; take another copy")
    digest = hashlib.sha256()
    with open(target, "xb", opener=_private) as out:
        while piece := file.read(_AT_ONCE):
            digest.update(piece)
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    if digest.hexdigest() != expected:
        raise BackupError(f"its {name} is damaged; take another copy")


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _nobodys(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member
