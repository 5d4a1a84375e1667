"""The one answer a reader gets: payload of `door/{door}/feedback` (CONTRACT 4)."""

from dataclasses import dataclass
from datetime import datetime

from daemon.access.verdict import Granted, Reason, Refused, Verdict
from daemon.access.words import Language, message
from daemon.presence import Presence
from devices.strict_json import compact


@dataclass(frozen=True, slots=True)
class Said:
    """Whom the answer speaks to: the message id, the language, the full name, what moved."""

    tap: str | None
    language: str
    name: str | None
    presence: Presence | None
    local: datetime


def feedback(said: Said, verdict: Verdict) -> str:
    """Return the answer as JSON text."""
    language = Language(said.language)
    return compact(
        {
            "tap": said.tap,
            "granted": isinstance(verdict, Granted),
            "reason": verdict.reason.value,
            "message": text_for(said, verdict),
            "language": language.value,
            "presence": None if said.presence is None else said.presence.value,
            "signal": _signal(verdict),
        }
    )


def text_for(said: Said, verdict: Verdict) -> str:
    """Return the sentence the reader shows: first names only."""
    first = said.name.split(maxsplit=1)[0] if said.name and said.name.strip() else None
    opens = None
    if isinstance(verdict, Refused) and verdict.opens_at is not None:
        opens = verdict.opens_at.astimezone(said.local.tzinfo)
    return message(verdict.reason, Language(said.language), first, opens, said.local.date())


def refusal(tap: str | None, reason: Reason, language: Language, local: datetime) -> str:
    """Return the answer to a message in which nobody could be recognised."""
    return feedback(Said(tap, language.value, None, None, local), Refused(reason))


def _signal(verdict: Verdict) -> str:
    if isinstance(verdict, Granted):
        return "green"
    return "yellow" if verdict.reason in {Reason.LATE, Reason.MALFORMED} else "red"
