"""Codes that people read aloud and copy by hand: groups of four, good once, kept as a hash."""

import secrets
from hashlib import sha256

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""None that is taken for another when it is read aloud or copied by hand."""
_GROUP = 4


def new_code(groups: int) -> str:
    """Return a code that nobody has: `AN3F-3Q4C` has two groups."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(groups))


def hash_of(code: str) -> bytes:
    """Return what is kept of a code; in small letters and without dashes it is the same one."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return sha256(plain.encode("utf-8", "surrogatepass")).digest()
