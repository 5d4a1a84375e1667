"""One door's state, pure: what its contact, bolt and link tell, and which grants wait to be used.

Every function takes the state, what became known and when; it returns the new state and what that
means. A door without a contact stays `unknown`: there nobody can tell whether a grant was used.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class Contact(StrEnum):
    """The door leaf, as the contact tells."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class Bolt(StrEnum):
    """The bolt, as the lock tells."""

    LOCKED = "locked"
    UNLOCKED = "unlocked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Grant:
    """Leave to pass in [at, until), by a tap, an exit button or staff; `seq` is its entry."""

    seq: int
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Used:
    """The grants of these entries were used: whoever they were for has moved."""

    seqs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NotUsed:
    """The time of these grants is over and nobody came through: nothing moved."""

    seqs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Forced:
    """The door opened at `at` though nobody had leave."""

    at: datetime


@dataclass(frozen=True, slots=True)
class OpenLong:
    """The door has stood open since `since`, and will soon have done so for longer than it may."""

    since: datetime


@dataclass(frozen=True, slots=True)
class HeldOpen:
    """The door has stood open since `since`, for longer than it may. Said once an opening."""

    since: datetime


Happening = Used | NotUsed | Forced | OpenLong | HeldOpen


@dataclass(frozen=True, slots=True)
class DoorState:
    """What is known of a door.

    `pending`: grants that wait for the door to open. `released_until`: the first moment at which
    an opening is no longer by anybody's leave. `open_since` is None once held-open has been said.
    `warned`: that it soon will be has been said of this opening.
    """

    contact: Contact = Contact.UNKNOWN
    bolt: Bolt = Bolt.UNKNOWN
    online: bool = False
    held_open: bool = False
    pending: tuple[Grant, ...] = ()
    released_until: datetime | None = None
    open_since: datetime | None = None
    warned: bool = False


Outcome = tuple[DoorState, tuple[Happening, ...]]


def granted(state: DoorState, grant: Grant) -> Outcome:
    """Let somebody pass.

    Behind a closed door the grant waits. It is used at once if the door is open already, and also
    if the contact is unknown or the door offline: then we cannot tell, and most who may do pass.
    """
    until = max(grant.until, state.released_until or grant.until)
    if state.online and state.contact is Contact.CLOSED:
        waiting = (*state.pending, grant)
        return replace(state, pending=waiting, released_until=until), ()
    return replace(state, released_until=until), (Used((grant.seq,)),)


def released(state: DoorState, until: datetime) -> Outcome:
    """Let somebody pass whose presence does not hang on it: an exit button, an unlock by staff."""
    latest = max(until, state.released_until or until)
    return replace(state, released_until=latest), ()


def opened(state: DoorState, at: datetime) -> Outcome:
    """Take in that the contact is open: one opening uses every grant whose time is not over.

    A door that tells again that it is open, or is heard of for the first time, was not forced.
    """
    if state.contact is Contact.OPEN:
        return state, ()
    used = tuple(grant.seq for grant in state.pending if at < grant.until)
    unused = tuple(grant.seq for grant in state.pending if at >= grant.until)
    happened: list[Happening] = [Used(used)] if used else []
    if unused:
        happened.append(NotUsed(unused))
    if state.contact is Contact.CLOSED and not _may_open(state, at):
        happened.append(Forced(at))
    return replace(state, contact=Contact.OPEN, pending=(), open_since=at, warned=False), tuple(
        happened
    )


def closed(state: DoorState) -> Outcome:
    """Take in that the contact is closed. Grants that wait go on waiting."""
    return replace(state, contact=Contact.CLOSED, open_since=None), ()


def lost(state: DoorState) -> Outcome:
    """Take in that the door is offline or its contact tells nothing: what waits counts as used."""
    used = tuple(grant.seq for grant in state.pending)
    unknown = replace(
        state, contact=Contact.UNKNOWN, bolt=Bolt.UNKNOWN, online=False, pending=(), open_since=None
    )
    return unknown, (Used(used),) if used else ()


def found(state: DoorState) -> Outcome:
    """Take in that the door is online again; its contact stays unknown until it tells."""
    return replace(state, online=True), ()


def bolted(state: DoorState, bolt: Bolt) -> Outcome:
    """Take in what the lock tells of its bolt."""
    return replace(state, bolt=bolt), ()


def hold_begun(state: DoorState) -> Outcome:
    """Take in that staff, a schedule or a fire hold the door open: it may open and stand open."""
    return replace(state, held_open=True), ()


def hold_ended(state: DoorState, at: datetime) -> Outcome:
    """Take in that nobody holds the door any more; if it is open, it may stand so from now."""
    since = at if state.contact is Contact.OPEN else None
    return replace(state, held_open=False, open_since=since, warned=False), ()


def passed_by(
    state: DoorState,
    now: datetime,
    may_stand_open: timedelta,
    warn_after: timedelta | None = None,
) -> Outcome:
    """Take in that it is `now`: which grants nobody used, and whether the door stands open.

    `warn_after`, the shorter time, is warned of first. A contact's message travels: ask with a
    `now` that leaves it time to arrive.
    """
    over = tuple(grant.seq for grant in state.pending if grant.until <= now)
    waiting = tuple(grant for grant in state.pending if now < grant.until)
    happened: list[Happening] = [NotUsed(over)] if over else []
    since = state.open_since
    if since is not None and not state.held_open and now - since > may_stand_open:
        happened.append(HeldOpen(since))
        since = None
    elif since is not None and _is_to_be_warned_of(state, now - since, warn_after):
        happened.append(OpenLong(since))
        state = replace(state, warned=True)
    return replace(state, pending=waiting, open_since=since), tuple(happened)


def _is_to_be_warned_of(state: DoorState, open_for: timedelta, after: timedelta | None) -> bool:
    return not (state.held_open or state.warned) and after is not None and open_for > after


def _may_open(state: DoorState, at: datetime) -> bool:
    if state.held_open:
        return True
    return state.released_until is not None and at < state.released_until
