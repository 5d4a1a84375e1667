"""Signatures by which a receiver knows that a message is ours and whole. Pure.

NotASecret   the text is no secret; the sentence says what one looks like
"""

import hmac
import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from daemon.webhooks.message import Message

_PREFIX = "whsec_"
_SHORTEST, _LONGEST = 24, 64
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}", re.ASCII)
_MOST = 3


class NotASecret(ValueError):
    """There is no secret in the text, or too many."""


@dataclass(frozen=True, slots=True)
class Secret:
    """What sender and receiver share: 24 to 64 bytes."""

    key: bytes = field(repr=False)


def secrets_in(text: str) -> Sequence[Secret]:
    """Return the secrets of a file, one a line; several while one takes another's place."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not 1 <= len(lines) <= _MOST:
        raise NotASecret(f"has {len(lines)} lines; write one secret a line, {_MOST} at the most")
    return [_secret(line) for line in lines]


def signed(secrets: Sequence[Secret], message: Message, at: datetime) -> dict[str, str]:
    """Return the headers of a message that leaves at a moment: a signature by each secret."""
    stamp = str(int(at.timestamp()))
    content = f"{message.id}.{stamp}.".encode() + message.body
    signatures = (b64encode(_mac(secret, content)).decode() for secret in secrets)
    return {
        "webhook-id": message.id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{each}" for each in signatures),
    }


def mark(secrets: Sequence[Secret], words: Sequence[str]) -> str:
    """Return what is another text whenever a word or a secret is another, and tells neither."""
    macs = b"".join(_mac(secret, "\n".join(words).encode()) for secret in secrets)
    return sha256(macs).hexdigest()


def _mac(secret: Secret, content: bytes) -> bytes:
    return hmac.digest(secret.key, content, sha256)


def _secret(line: str) -> Secret:
    text = line.removeprefix(_PREFIX)
    if text == line or not _BASE64.fullmatch(text):
        raise NotASecret(f"has a line that is no secret: {_PREFIX} and then base64, no more")
    try:
        key = b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), validate=True)
    except ValueError:
        raise NotASecret("has a secret whose base64 breaks off; copy it again") from None
    if not _SHORTEST <= len(key) <= _LONGEST:
        raise NotASecret(
            f"has a secret of {len(key)} bytes; it takes {_SHORTEST} to {_LONGEST}, in base64"
        )
    return Secret(key)
