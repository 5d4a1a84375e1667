"""The one answer a reader gets: payload of `door/{door}/feedback` (CONTRACT 4)."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from daemon.access.verdict import Granted, Reason, Refused, Verdict
from daemon.access.words import LANGUAGES, Language, Text, message
from daemon.presence import Presence
from devices.clock import EPOCH
from devices.strict_json import compact


class Said(NamedTuple):
    """Whom the answer speaks to: the message id, the language, the full name, what moved, when."""

    tap: str | None
    language: str
    name: str | None
    presence: Presence | None
    at: datetime
    zone: ZoneInfo


def feedback(said: Said, verdict: Verdict, instead: Text | None = None) -> str:
    """Return the answer as JSON text; `instead` of the reason's own sentence."""
    language = LANGUAGES[said.language]
    sentence = text_for(said, verdict) if instead is None else instead.to(language)
    return compact(
        {
            "tap": said.tap,
            "granted": isinstance(verdict, Granted),
            "reason": str(verdict.reason),
            "message": sentence,
            "language": str(language),
            "presence": None if said.presence is None else str(said.presence),
            "signal": _signal(verdict),
        }
    )


def text_for(said: Said, verdict: Verdict) -> str:
    """Return the sentence the reader shows: first names only."""
    first = said.name.split(maxsplit=1)[0] if said.name and said.name.strip() else None
    opens = None
    if isinstance(verdict, Refused) and verdict.opens_at is not None:
        opens = verdict.opens_at.astimezone(said.zone)
    today = None if opens is None else said.at.astimezone(said.zone).date()
    return message(verdict.reason, LANGUAGES[said.language], first, opens, today)


def refusal(tap: str | None, reason: Reason, language: Language) -> str:
    """Return the answer to a message in which nobody could be recognised."""
    return feedback(Said(tap, language.value, None, None, EPOCH, _UTC), Refused(reason))


_UTC = ZoneInfo("UTC")


def _signal(verdict: Verdict) -> str:
    if isinstance(verdict, Granted):
        return "green"
    return "yellow" if verdict.reason in {Reason.LATE, Reason.MALFORMED} else "red"
