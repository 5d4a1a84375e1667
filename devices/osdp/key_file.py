"""The key of one reader's secure channel: 32 hex digits in a file for nobody else to read."""

from pathlib import Path

from devices import hex_key
from devices.contract import Unreachable

LENGTH = 16
WELL_KNOWN = bytes(range(0x30, 0x40))
"""SCBK-D, with which readers come from the factory (SIA OSDP 2.2, D.5); everybody knows it."""


def key_in(path: Path) -> bytes:
    """Return the key; raises Unreachable with what to do."""
    missing = "`usciere osdp-key` makes the reader's key and installs it"
    key = hex_key.key_in(path, LENGTH, missing=missing)
    if key == WELL_KNOWN or not any(key):
        raise Unreachable(f"the key in {path} is one that everybody knows; make one of your own")
    return key


def new_key(path: Path) -> bytes:
    """Write a key that nobody has, and return it; raises FileExistsError rather than replace."""
    return hex_key.new_key(path, LENGTH)
