"""A reader that saw too many bad badges rests: for a while it hears no unknown badge."""

from datetime import datetime, timedelta

from daemon.access.facts import Facts
from daemon.access.verdict import Reason, Refused
from daemon.access.words import KNOWN_BADGE, Text

_REFUSED = Refused(Reason.THROTTLED)
_TRIES = 5
_WITHIN = timedelta(seconds=60)
_REST = timedelta(seconds=30)
_NOW = timedelta()

_RESTING = Text(
    "5 rifiuti in 60 secondi: il lettore riposa 30 secondi",
    "5 refusals within 60 seconds: the reader rests for 30 seconds",
)
_AWAKE = Text("pochi rifiuti a questo lettore", "few refusals at this reader")


def judge(facts: Facts, at: datetime) -> Refused | None:
    """Refuse an unknown badge within 30 s after the fifth refusal in 60 s; never a known one."""
    if facts.badge is not None or len(facts.refusals) < _TRIES:
        return None
    return _REFUSED if _is_resting(facts.refusals, at) else None


def tell(facts: Facts, at: datetime) -> Text:
    """Say whether the reader rests."""
    if facts.badge is not None:
        return KNOWN_BADGE
    return _AWAKE if judge(facts, at) is None else _RESTING


def _is_resting(refusals: tuple[datetime, ...], at: datetime) -> bool:
    """Refusals after `at` count for nothing: a late message is judged at its own time."""
    return any(
        fifth - first < _WITHIN and _NOW <= at - fifth < _REST
        for first, fifth in zip(refusals, refusals[_TRIES - 1 :], strict=False)
    )
