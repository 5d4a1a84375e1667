"""Who is told, made of the settings: raises UnusableSecret where a secret cannot be had."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from daemon.calendars.asking import Limits, Ways
from daemon.config.webhooks import Webhook
from daemon.webhooks.posting import LIMITS, ways_to
from daemon.webhooks.secret_file import secrets_of
from daemon.webhooks.signature import Secret, mark


@dataclass(frozen=True, slots=True)
class Receiver:
    """One of them. `name` stands for the address and `mark` for all its settings.

    `shown` is for logs and people: the address without what may be secret in it.
    """

    name: str
    mark: str
    shown: str
    kinds: Sequence[str]
    url: str = field(repr=False)
    secrets: Sequence[Secret]
    ways: Ways


def receiver_of(webhook: Webhook, limits: Limits = LIMITS) -> Receiver:
    """Return who is meant by a table of the settings, having read its secret."""
    secrets = secrets_of(webhook.secret_file)
    return Receiver(
        name_of(webhook),
        mark(secrets, [webhook.url, *sorted(set(webhook.events))]),
        webhook.receiver.shown,
        webhook.events,
        webhook.url,
        secrets,
        ways_to(webhook, limits),
    )


def name_of(webhook: Webhook) -> str:
    """Return the name under which is kept how far a receiver was told."""
    return sha256(webhook.url.encode()).hexdigest()
