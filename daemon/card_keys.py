"""The file of the cards' keys: the operator's, nobody else's to read, never written over.

Without it Usciere knows no cryptography.
"""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from daemon.private_file import CREDENTIALS, Unfit, text_in
from devices.cards import keys
from devices.cards.keys import CardKeys, UnusableKeys


def card_keys(path: Path | None, credentials: Path = CREDENTIALS) -> CardKeys:
    """Return the keys in the file, none without one; raises UnusableKeys in one line."""
    return CardKeys() if path is None else _read(path, credentials)


def _read(path: Path, credentials: Path) -> CardKeys:
    try:
        text = text_in(path, credentials)
    except FileNotFoundError:
        raise UnusableKeys(
            f"the card keys {path}: there is no such file; put it back from a backup, or make a "
            "first one with `usciere cards new-key`"
        ) from None
    except Unfit as why:
        raise UnusableKeys(f"the card keys {path}: {why}") from None
    try:
        return keys.read(text)
    except UnusableKeys as why:
        raise UnusableKeys(f"the card keys {path}: the file {why}") from None


def make(path: Path) -> None:
    """Write a file with new keys, whole or not at all; raises FileExistsError, OSError."""
    with NamedTemporaryFile(dir=path.parent, prefix=".card-keys-") as file:  # mode 0600
        file.write(keys.new_file().encode())
        file.flush()
        os.fsync(file.fileno())
        path.hardlink_to(file.name)
