"""Messages sealed with a key of the door's own, for houses that need not trust their broker.

A seal is HMAC-SHA256 (RFC 2104) in hex over the topic and the fields as they stand in the message,
one a line, what is missing as an empty line: so a microcontroller needs no JSON to make it.

tap      topic, id, uid, at, reader, pin
exit     topic, id, at
command  topic, id, tap, action, seconds, issued, expires
"""

import hmac
import os
import secrets
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path

from devices.contract import Unreachable

SEAL = "hmac"
"""The field that holds the seal."""
SEALED: Mapping[str, Sequence[str]] = {
    "tap": ("id", "uid", "at", "reader", "pin"),
    "exit": ("id", "at"),
    "command": ("id", "tap", "action", "seconds", "issued", "expires"),
}
LENGTH = 32
_OTHERS = 0o077
_LARGEST = 200


def seal(key: bytes, topic: str, word: str, said: Mapping[str, object]) -> str:
    """Return the seal of a message: `word` is tap, exit or command."""
    lines = [topic, *("" if said.get(name) is None else str(said[name]) for name in SEALED[word])]
    return hmac.digest(key, "\n".join(lines).encode(errors="surrogatepass"), "sha256").hex()


def is_sealed(key: bytes, topic: str, word: str, said: Mapping[str, object]) -> bool:
    """Tell whether a message carries the seal that it should; it takes the same time if not."""
    given = said.get(SEAL)
    due = seal(key, topic, word, said).encode()
    return isinstance(given, str) and hmac.compare_digest(
        given.lower().encode(errors="replace"), due
    )


def key_in(path: Path) -> bytes:
    """Return a door's key; raises Unreachable with what to do."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(_LARGEST + 1) if stat.S_ISREG(mode) else b""
    except FileNotFoundError:
        raise Unreachable(f"{path} is not there: `usciere door-key` makes a door's key") from None
    except OSError as problem:
        raise Unreachable(f"{path} can't be read: {problem.strerror}") from None
    if mode & _OTHERS:
        raise Unreachable(f"others on this machine may read {path}; run: chmod 600 {path}")
    try:
        key = bytes.fromhex(text.decode("ascii").strip())
    except ValueError:
        key = b""
    if len(key) != LENGTH:
        raise Unreachable(
            f"{path} is no key of {2 * LENGTH} hex digits; `usciere door-key` makes one"
        )
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
