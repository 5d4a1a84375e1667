"""A key as hex digits in a file that nobody else may read."""

import os
import secrets
import stat
from pathlib import Path

from devices.contract import Unreachable

_OTHERS = 0o077
_LARGEST = 200


def key_in(path: Path, length: int, *, missing: str, otherwise: str = "") -> bytes:
    """Return the key of `length` bytes; raises Unreachable with what to do.

    `missing` says what makes one that is not there, `otherwise` what to do about one that is none.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(_LARGEST + 1) if stat.S_ISREG(mode) else b""
    except FileNotFoundError:
        raise Unreachable(f"{path} is not there: {missing}") from None
    except OSError as problem:
        raise Unreachable(f"{path} can't be read: {problem.strerror}") from None
    if mode & _OTHERS:
        raise Unreachable(f"others on this machine may read {path}; run: chmod 600 {path}")
    try:
        key = bytes.fromhex(text.decode("ascii").strip())
    except ValueError:
        key = b""
    if len(key) != length:
        raise Unreachable(f"{path} is no key of {2 * length} hex digits{otherwise}")
    return key


def new_key(path: Path, length: int) -> bytes:
    """Write a key that nobody has, and return it; raises FileExistsError rather than replace."""
    key = secrets.token_bytes(length)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(descriptor)
    return key
