"""What doors report of themselves, and the grants that wait for somebody to walk through."""

from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from daemon import door, handover
from daemon.door import (
    Bolt,
    Contact,
    DoorState,
    Forced,
    Grant,
    Happening,
    HeldOpen,
    NotUsed,
    OpenLong,
    Used,
)
from daemon.house import House
from daemon.lookout import Lookout
from daemon.store import doors, journal, pendings, visits
from daemon.store.book import Book
from daemon.store.journal import Detail, Entry, Kind
from devices import moments
from devices.contract import Level
from devices.strict_json import compact


class Doors:
    """The state of every door that has a contact, as far as its devices have told.

    Until a contact has spoken its door counts as closed: a grant there must be seen to be used.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        closed = DoorState(contact=Contact.CLOSED, online=True)
        self._states = {each.id: closed for each in house.doors.values()}
        self._spoken: set[str] = set()
        self._unsaid: deque[tuple[str, Happening, datetime]] = deque()
        self._there: dict[str, dict[str | None, bool]] = defaultdict(dict)
        self._before: dict[str, DoorState] = {}
        self._there_before: dict[str, dict[str | None, bool]] = {}
        self.lookout = Lookout(house)

    def keep(self) -> None:
        """Stand by what was taken in since the last call: the book is closed."""
        self._before.clear()
        self._there_before.clear()
        self.lookout.keep()

    def undo(self) -> None:
        """Forget what was taken in since the last `keep`: the book was thrown away."""
        self._states.update(self._before)
        self._there.update(self._there_before)
        self._before.clear()
        self._there_before.clear()
        self.lookout.undo()

    def _change(self, name: str, state: DoorState) -> None:
        self._before.setdefault(name, self._states[name])
        self._states[name] = state

    def knows(self, name: str) -> bool:
        """Tell whether there is such a door."""
        return name in self._states

    def is_guarded(self, name: str) -> bool:
        """Tell whether this door's contact will say if a grant was used."""
        state = self._states[name]
        return (
            self._house.doors[name].has_contact and state.online and state.contact is Contact.CLOSED
        )

    def grant(self, name: str, seq: int, at: datetime, *, waits: bool) -> None:
        """Take in that somebody may pass from `at` on; `waits`: their presence depends on it."""
        if not self._house.doors[name].has_contact:
            return
        until = at + self._house.doors[name].unlock + pendings.TRAVEL
        state = self._states[name]
        grant = Grant(seq, at, until)
        change = door.granted(state, grant) if waits else door.released(state, until)
        self._change(name, change[0])

    def take(self, book: Book, level: Level) -> None:
        """Take in what a door or one of its devices reports; write it down if it is news."""
        known, before = dict(self._there[level.door]), self._states[level.door]
        self.lookout.level(book, level)
        level, happened, first = self._changed(level, known)
        if self._states[level.door] != before or first:
            _note_levels(book, level)
        if known != self._there[level.door]:
            there = {str(name): on for name, on in self._there[level.door].items() if name}
            doors.keep_devices(book, level.door, there)
        for each in happened:
            self._happen(book, level.door, each, level.received)

    def follow(self, level: Level) -> None:
        """Take in what another doorman writes down; what may die with him is kept for a while."""
        self.lookout.follow(level)
        level, happened, _ = self._changed(level, dict(self._there[level.door]))
        while self._unsaid and level.received - self._unsaid[0][2] > handover.SAID_BY_THEN:
            self._unsaid.popleft()
        self._unsaid.extend((level.door, each, level.received) for each in happened)
        self.keep()

    def _changed(
        self, level: Level, known: dict[str | None, bool]
    ) -> tuple[Level, Sequence[Happening], bool]:
        """Return what a report means for its door, what happened, and if it is the contact's first.

        An opening in a contact's first word was not forced as far as anybody knows.
        """
        self._there_before.setdefault(level.door, known)
        level = self._of_all(level)
        state = self._states[level.door]
        happened: list[Happening] = []
        for change in _changes(level):
            state, said = change(state)
            happened += said
        first = level.door not in self._spoken and level.open is not None
        if first:
            self._spoken.add(level.door)
            happened = [each for each in happened if not isinstance(each, Forced)]
        self._change(level.door, state)
        return level, happened, first

    def take_over(self, book: Book, now: datetime) -> None:
        """Go on, on duty, where the last doorman left doors and grants that wait.

        What happened while nobody was on duty is written now, unless it is there already.
        """
        for name, each, at in self._unsaid:
            told = handover.untold(book, self._house.doors[name], each, now)
            if told is not None:
                self._happen(book, name, told, at)
        self._unsaid.clear()
        self._note_news(book, now)
        for name, state in self._states.items():
            self._change(name, replace(state, pending=()))
        for name, grant in pendings.waiting(book):
            if name in self._states:
                state, said = door.granted(self._states[name], grant)
                self._change(name, state)
                for each in said:
                    self._happen(book, name, each, now)

    def _note_news(self, book: Book, now: datetime) -> None:
        """Write down the doors whose state is not the one kept; who stands open was told once."""
        kept = doors.kept_levels(book)
        for name in self._spoken:
            state = self._states[name]
            if handover.is_news(state, kept.get(name, (None, None, None))):
                _note_levels(book, handover.level_of(name, state, now))
            since = state.open_since
            if since and handover.was_held(book, name, since):
                self._change(name, replace(state, open_since=None))

    def _of_all(self, level: Level) -> Level:
        """Return what a device's word means for its door: it is there while all of them are."""
        there = self._there[level.door]
        if level.online is None:
            return level
        there[level.device] = level.online
        return level._replace(online=all(there.values()))

    def told(self) -> str:
        """Return what every door is, as JSON; null where no device has told."""
        return compact(
            {
                name: {
                    "contact": handover.word(state.contact) if name in self._spoken else None,
                    "bolt": handover.word(state.bolt),
                    "online": all(self._there[name].values()),
                }
                for name, state in self._states.items()
            }
        )

    def tick(self, book: Book, now: datetime) -> None:
        """Take in that time has passed at every door with a contact, and for every device."""
        for name in self._due(now):
            state, said = self._passed_by(name, now)
            self._change(name, state)
            for each in said:
                self._happen(book, name, each, now)
        self.lookout.tick(book, now)

    def has_due(self, now: datetime) -> bool:
        """Tell whether `tick` would find something."""
        return bool(self._due(now)) or self.lookout.has_due(now)

    def hold(self, name: str, at: datetime, *, is_open: bool) -> None:
        """Take in that staff hold the door open, or no longer do."""
        state = self._states[name]
        held = door.hold_begun(state) if is_open else door.hold_ended(state, at)
        self._change(name, held[0])

    def _due(self, now: datetime) -> list[str]:
        return [
            name
            for name, state in self._states.items()
            if self._house.doors[name].has_contact and (state.pending or state.open_since)
            and self._passed_by(name, now)[1]
        ]  # fmt: skip

    def _passed_by(self, name: str, now: datetime) -> door.Outcome:
        may_stand, warning = self._house.doors[name].held_open, self._house.alarms.warning
        warn_after = None if warning is None or may_stand <= warning else may_stand - warning
        return door.passed_by(self._states[name], now, may_stand, warn_after)

    def _happen(self, book: Book, name: str, what: Happening, now: datetime) -> None:
        match what:
            case Used(seqs):
                _write(book, Kind.DOOR, "used", _Seen(name, now, {"used": list(seqs)}))
                for seq in seqs:
                    self._come_true(book, seq, now)
            case NotUsed(seqs):
                for seq in seqs:
                    waited = pendings.take(book, seq)
                    member = None if waited is None else waited.member
                    seen = _Seen(name, now, {"tap": seq}, member)
                    _write(book, Kind.PRESENCE, "not-used", seen)
            case Forced(at):
                _write(book, Kind.ALARM, handover.FORCED, _Seen(name, at))
            case OpenLong(since):
                seen = _Seen(name, now, {"since": moments.shown(since)})
                _write(book, Kind.DOOR, "held-open-warning", seen)
            case HeldOpen(since):
                seen = _Seen(name, now, {"since": moments.shown(since)})
                _write(book, Kind.ALARM, handover.HELD_OPEN, seen)

    def _come_true(self, book: Book, seq: int, now: datetime) -> None:
        movement = pendings.take(book, seq)
        if movement is not None:
            known = visits.known_of(book, movement.member)
            visits.move(book, self._house, movement, known, now)


_Change = Callable[[DoorState], door.Outcome]


def _heard(state: DoorState) -> door.Outcome:
    """Take in a sign of life: what was offline is back."""
    return (state, ()) if state.online else door.found(state)


def _changes(level: Level) -> list[_Change]:
    """Return what a report means, in the order in which it is to be taken in."""
    changes: list[_Change] = []
    if level.online is False:
        changes.append(door.lost)
    elif level.online or level.open is not None:
        changes.append(_heard)
    if level.locked is not None:
        bolt = Bolt.LOCKED if level.locked else Bolt.UNLOCKED
        changes.append(lambda state: door.bolted(state, bolt))
    if level.open is not None:
        at = level.received
        changes.append(lambda state: door.opened(state, at) if level.open else door.closed(state))
    return changes


@dataclass(frozen=True, slots=True)
class _Seen:
    """Where and when something was seen, and what more there is to say."""

    door: str
    at: datetime
    detail: Detail | None = None
    member: str | None = None


def _write(book: Book, kind: Kind, reason: str, seen: _Seen) -> None:
    journal.append(
        book,
        Entry(
            kind,
            seen.at,
            seen.at,
            door=seen.door,
            member=seen.member,
            reason=reason,
            detail=seen.detail,
        ),
    )


def _note_levels(book: Book, level: Level) -> None:
    """Keep the levels for whoever looks, and write the news down."""
    told = {
        "contact": _CONTACT[level.open],
        "bolt": _BOLT[level.locked],
        "online": level.online,
    }
    doors.keep_levels(book, level.door, level.received, told)
    news = {key: value for key, value in told.items() if value is not None}
    _write(book, Kind.DOOR, "state", _Seen(level.door, level.received, news))


_CONTACT = {None: None, True: "open", False: "closed"}
_BOLT = {None: None, True: "locked", False: "unlocked"}
