"""The key of the badge hashes: 32 random bytes in a file of the operator's, made at first start.

Whoever has this file and the database can find badge numbers by trying; whoever loses it must
enrol every badge again. So it is made once, whole or not at all, and never written over.
"""

import logging
import os
import secrets
from pathlib import Path
from tempfile import NamedTemporaryFile

LENGTH = 32
_OTHERS = 0o077

log = logging.getLogger(__name__)


class UnusableKey(Exception):
    """The key can't be read or made; the sentence says which file, why, and what to do."""


def key_of(path: Path) -> bytes:
    """Return the key in the file; makes it, readable by its owner alone, where there is none."""
    try:
        return _read(path)
    except FileNotFoundError:
        _make(path)
    try:
        return _read(path)
    except FileNotFoundError:
        raise UnusableKey(f"{path} has gone again; does something tidy up there?") from None


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            key = file.read(LENGTH + 1)
    except FileNotFoundError:
        raise
    except OSError as problem:
        raise _unusable(path, problem, "let the user that runs Usciere read it") from None
    if len(key) != LENGTH:
        found = f"{len(key)} bytes" if len(key) < LENGTH else f"more than {LENGTH} bytes"
        raise UnusableKey(
            f"{path} is no badge key: it has {found}, a key has {LENGTH}; put back the key from a "
            "backup, or name another file in [site] badge_key_file"
        )
    if mode & _OTHERS:
        log.warning("others on this machine may use the badge key; run: chmod 600 %s", path)
    return key


def _make(path: Path) -> None:
    """Write a key beside and link it in, so that nobody ever sees half of one, or two."""
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=".badge-key-") as file:  # mode 0600
            file.write(secrets.token_bytes(LENGTH))
            file.flush()
            os.fsync(file.fileno())
            _link(Path(file.name), path)
        _sync(path.parent)
    except OSError as problem:
        raise _unusable(path, problem, "make its folder writable") from None


def _link(made: Path, path: Path) -> None:
    try:
        path.hardlink_to(made)
    except FileExistsError:
        return  # another process was quicker: its key is the key
    log.info("made a new badge key: %s; keep a copy in a safe place", path)


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _unusable(path: Path, problem: OSError, advice: str) -> UnusableKey:
    why = problem.strerror or "it can't be used"
    return UnusableKey(
        f"the badge key {path}: {why}; {advice}, or name another file in [site] badge_key_file"
    )
