"""A file with a secret: its owner's, nobody else's to read.

A systemd credential is a file as well: it is named by its path below /run/credentials, where
systemd lets the group read what is the service's own.

Unfit   the file cannot be used; the words go on after its name
"""

import os
import stat
from pathlib import Path

CREDENTIALS = Path("/run/credentials")
_LARGEST = 64 * 1024
_OTHERS = 0o077
_OTHERS_OF_A_CREDENTIAL = 0o037


class Unfit(Exception):
    """Nobody may use this file as it is."""


def text_in(path: Path, credentials: Path = CREDENTIALS) -> str:
    """Return what the file says; raises Unfit, or FileNotFoundError."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(_LARGEST + 1) if stat.S_ISREG(mode) else b""
    except FileNotFoundError:
        raise
    except OSError as problem:
        raise Unfit(problem.strerror or "it can't be read") from None
    if mode & _strangers(path, credentials):  # whoever could read it has copied it already
        raise Unfit(f"others on this machine may use it; run: chmod 600 {path}")
    if not content or len(content) > _LARGEST:
        raise Unfit("the file is empty or far too large; is this the right one?")
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise Unfit("the file is not text; write a new one") from None


def _strangers(path: Path, credentials: Path) -> int:
    return _OTHERS_OF_A_CREDENTIAL if path.is_relative_to(credentials) else _OTHERS
