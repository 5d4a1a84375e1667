"""The key of one reader's secure channel: 32 hex digits in a file for nobody else to read."""

import os
import secrets
import stat
from pathlib import Path

from devices.contract import Unreachable

LENGTH = 16
WELL_KNOWN = bytes(range(0x30, 0x40))
"""SCBK-D, with which readers come from the factory (SIA OSDP 2.2, D.5); everybody knows it."""
_OTHERS = 0o077
_LARGEST = 200


def key_in(path: Path) -> bytes:
    """Return the key; raises Unreachable with what to do."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(_LARGEST + 1) if stat.S_ISREG(mode) else b""
    except FileNotFoundError:
        raise Unreachable(
            f"{path} is not there: `usciere osdp-key` makes the reader's key and installs it"
        ) from None
    except OSError as problem:
        raise Unreachable(f"{path} can't be read: {problem.strerror}") from None
    if mode & _OTHERS:
        raise Unreachable(f"others on this machine may read {path}; run: chmod 600 {path}")
    return _key(path, text)


def _key(path: Path, text: bytes) -> bytes:
    try:
        key = bytes.fromhex(text.decode("ascii").strip())
    except ValueError:
        key = b""
    if len(key) != LENGTH:
        raise Unreachable(f"{path} is no key of {2 * LENGTH} hex digits")
    if key == WELL_KNOWN or not any(key):
        raise Unreachable(f"the key in {path} is one that everybody knows; make one of your own")
    return key


def new_key(path: Path) -> bytes:
    """Write a key that nobody has, and return it; raises FileExistsError rather than replace."""
    key = secrets.token_bytes(LENGTH)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(descriptor)
    return key
