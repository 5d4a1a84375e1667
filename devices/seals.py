"""Messages sealed with a key of the door's own, for houses that need not trust their broker.

A seal is HMAC-SHA256 (RFC 2104) in hex over the topic and the fields as they stand in the message,
one a line, what is missing as an empty line: so a microcontroller needs no JSON to make it.

tap      topic, id, uid, at, reader, pin
exit     topic, id, at
command  topic, id, tap, action, seconds, issued, expires
"""

import hmac
from collections.abc import Mapping, Sequence
from pathlib import Path

from devices import hex_key

SEAL = "hmac"
"""The field that holds the seal."""
SEALED: Mapping[str, Sequence[str]] = {
    "tap": ("id", "uid", "at", "reader", "pin"),
    "exit": ("id", "at"),
    "command": ("id", "tap", "action", "seconds", "issued", "expires"),
}
LENGTH = 32


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
    made = "`usciere door-key` makes"
    return hex_key.key_in(path, LENGTH, missing=f"{made} a door's key", otherwise=f"; {made} one")


def new_key(path: Path) -> bytes:
    """Write a key that nobody has, and return it; raises FileExistsError rather than replace."""
    return hex_key.new_key(path, LENGTH)
