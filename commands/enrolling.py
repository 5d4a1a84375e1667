"""`usciere badge enrol`: waits at a reader for a card that nobody has, and gives it to a member."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime

import typer

from commands.building import door_of, reader_of
from commands.failures import Failed
from commands.office import Office
from commands.paper import show_json
from daemon.config import Settings
from daemon.store import enrolments
from daemon.store.badges import badge_of
from daemon.store.enrolments import Enrolment
from daemon.store.forms import NewEnrolment
from daemon.store.objections import Objection
from devices.cards.originality import WORDS, Originality
from devices.clock import now

_PAUSE = 0.2
_WHY: Mapping[str, str] = {
    "digits-lost": "other cards give the same at this reader; use one that reads whole numbers",
    "forged": "the card could not show that it is genuine; try again, or another card",
    "number-changes": "a phone or card that shows a new number at every tap can't be a badge",
    "delivered-key": "the card still has its factory's key, so it can prove nothing; key it first",
    "member-left": "the member has been removed meanwhile",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """How a command waits: what tells the time, and lets it pass."""

    clock: Callable[[], datetime] = now
    pause: Callable[[], None] = lambda: time.sleep(_PAUSE)


def place_of(settings: Settings, named: str | None) -> tuple[str, str]:
    """Return (door, reader) of `DOOR/READER` or `DOOR`; the only reader if none is named."""
    if named is not None:
        door_id, _, reader = named.partition("/")
        door = door_of(settings, door_id)
        return door.id, reader_of(door, reader or None)
    there = [(door.id, reader.id) for door in settings.doors for reader in door.readers]
    if len(there) != 1:
        names = ", ".join("/".join(place) for place in there)
        raise Failed(f"say at which reader the card will be held: --reader, one of {names}")
    return there[0]


def enrol(
    here: Office, form: NewEnrolment, reader: str, waiting: Waiting, *, as_json: bool
) -> None:
    """Wait, and say what came of it; raises Failed unless the card is a badge now."""
    opened = enrolments.open_enrolment(replace(here.act, at=waiting.clock()), form, reader)
    place = f"{opened.door}/{opened.reader}"
    typer.echo(f"Hold the new badge to {place} within a minute (Ctrl-C gives up) ...", err=True)
    try:
        ended = _ended(here, opened, waiting)
    except BaseException:
        _give_up(here, opened, waiting)
        raise
    if ended.status != "enrolled":
        raise Failed(_sentence(ended, place))
    typer.echo(f"The badge ending in {ended.tail} is enrolled; it opens from now on.", err=True)
    if ended.originality is not None:
        typer.echo(WORDS[Originality(ended.originality)].english, err=True)
    if as_json:
        with here.reading() as session:
            show_json(asdict(badge_of(session, here.site, str(ended.badge))))
    else:
        typer.echo(ended.badge)


def _ended(here: Office, opened: Enrolment, waiting: Waiting) -> Enrolment:
    told: str | None = None
    while True:
        with here.reading() as session:
            found = enrolments.enrolment_of(session, here.site, opened.id, waiting.clock())
        if found.status != "waiting":
            return found
        if found.taken is not None and found.taken != told:
            told = found.taken
            typer.echo(f"The card ending in {told} is a badge already; hold another.", err=True)
        waiting.pause()


def _give_up(here: Office, opened: Enrolment, waiting: Waiting) -> None:
    try:
        enrolments.withdraw(replace(here.act, at=waiting.clock()), opened.id)
    except Objection:
        return  # it ended at the same moment


def _sentence(ended: Enrolment, place: str) -> str:
    if ended.status == "unfit":
        return f"not enrolled: {_WHY.get(ended.problem or '', 'this card can be no badge')}"
    if ended.status == "withdrawn":
        return "not enrolled: somebody withdrew this enrolment meanwhile"
    if ended.taken is not None:
        return f"not enrolled: the card ending in {ended.taken} is a badge already"
    return f"not enrolled: no new card was held to {place}; does the doorman run? see usciere check"
