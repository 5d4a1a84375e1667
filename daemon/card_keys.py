"""The file of the cards' keys: the operator's, nobody else's to read, never written over.

Without it Usciere knows no cryptography. A systemd credential is a file as well: it is named by
its path below /run/credentials, where systemd lets the group read what is the service's own.
"""

import os
import stat
from pathlib import Path
from tempfile import NamedTemporaryFile

from devices.cards import keys
from devices.cards.keys import CardKeys, UnusableKeys

CREDENTIALS = Path("/run/credentials")
_LARGEST = 64 * 1024
_OTHERS = 0o077
_OTHERS_OF_A_CREDENTIAL = 0o037


def card_keys(path: Path | None, credentials: Path = CREDENTIALS) -> CardKeys:
    """Return the keys in the file, none without one; raises UnusableKeys in one line."""
    return CardKeys() if path is None else _read(path, credentials)


def _read(path: Path, credentials: Path) -> CardKeys:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(_LARGEST + 1) if stat.S_ISREG(mode) else b""
    except FileNotFoundError:
        raise UnusableKeys(
            f"the card keys {path}: there is no such file; put it back from a backup, or make a "
            "first one with `usciere cards new-key`"
        ) from None
    except OSError as problem:
        why = problem.strerror or "it can't be read"
        raise UnusableKeys(f"the card keys {path}: {why}") from None
    _check_alone(path, mode & _strangers(path, credentials))
    try:
        return keys.read(_text(content))
    except UnusableKeys as why:
        raise UnusableKeys(f"the card keys {path}: the file {why}") from None


def _check_alone(path: Path, strange: int) -> None:
    """Refuse a file that others may read: whoever could has copied it already."""
    if strange:
        raise UnusableKeys(
            f"the card keys {path}: others on this machine may use them; run: chmod 600 {path}"
        )


def _strangers(path: Path, credentials: Path) -> int:
    return _OTHERS_OF_A_CREDENTIAL if path.is_relative_to(credentials) else _OTHERS


def _text(content: bytes) -> str:
    if not content or len(content) > _LARGEST:
        raise UnusableKeys("is empty or far too large; is this the right one?")
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise UnusableKeys("is not text; write a new one with `usciere cards new-key`") from None


def make(path: Path) -> None:
    """Write a file with new keys, whole or not at all; raises FileExistsError, OSError."""
    with NamedTemporaryFile(dir=path.parent, prefix=".card-keys-") as file:  # mode 0600
        file.write(keys.new_file().encode())
        file.flush()
        os.fsync(file.fileno())
        path.hardlink_to(file.name)
