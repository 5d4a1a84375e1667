"""One message to one receiver, and what came of it. Reads no answer but its first line."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from daemon.calendars.addresses import shown
from daemon.calendars.asking import Limits, Question, Ways, ask
from daemon.calendars.troubles import Refused, Unfetched
from daemon.config.webhooks import Webhook
from daemon.webhooks.message import Message

LIMITS = Limits(size=0, seconds=15.0, redirects=0)


@dataclass(frozen=True, slots=True)
class Taken:
    """The receiver has it."""


@dataclass(frozen=True, slots=True)
class Gone:
    """The receiver wants no more, of this or anything."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Perhaps the receiver has it, perhaps not; later it may be taken."""

    why: str


Outcome = Taken | Gone | Failed


def ways_to(webhook: Webhook, limits: Limits = LIMITS) -> Ways:
    """Return how a receiver is reached: at a public address, or on this machine if it is there."""
    there = webhook.receiver
    near = (f"{there.host}:{there.port}",) if webhook.is_near else ()
    trust = ssl.create_default_context() if there.is_secure else None  # reads 1 MB: only once
    return Ways(near, limits, trust=trust)


def post(url: str, message: Message, signature: Mapping[str, str], ways: Ways) -> Outcome:
    """Post a message with its signature. Follows no redirect."""
    headers = {"Content-Type": "application/json", **signature}
    try:
        answer = ask(url, Question("POST", headers, message.body), ways)
    except Refused:
        return Failed(f"{shown(url)} is no public address; nobody is told at any other")
    except Unfetched as trouble:
        return Failed(str(trouble))
    if answer.status == HTTPStatus.GONE:
        return Gone()
    if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        return Taken()
    return Failed(f"{answer.address.shown} answers with status {answer.status}")
