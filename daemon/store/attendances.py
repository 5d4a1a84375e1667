"""Who was at a gathering and how long, told by the journal and by who was in its room.

Every tap granted by a pass of the gathering says in its entry's `detail` which: `pass`, with
`kind`, `ref` and `place`; so does the tap at an exit of somebody with a card only. Members are also
there while they are in its room by any other right. Costs what happened around the gathering.
"""

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from daemon.access.facts import PassKind
from daemon.access.verdict import Reason
from daemon.attendance import Attendance, Seen, Step, Window, attendance
from daemon.house import Days
from daemon.presence import Move
from daemon.store.gathering_views import Attendee, Gathering, attendee_shown, attendees
from daemon.store.journal import Kind
from daemon.store.tables import JournalRow, MovementRow, SiteRow, VisitRow
from devices.clock import Micros, micros, moment

_EARLIER = timedelta(hours=1)
_LATER = timedelta(days=1)
"""Entries of a moment stand in the journal this much around it: late facts come afterwards."""
_LEAVING = frozenset({Move.EXIT.value, Move.CHECK_OUT.value})


@dataclass(frozen=True, slots=True)
class Attended:
    """One of the list and how long they were there."""

    attendee: Attendee
    there: Attendance


@dataclass(frozen=True, slots=True)
class _Tap:
    """A granted tap by a pass of the gathering."""

    seq: int
    at: datetime
    place: int
    toggles: bool
    leaves: bool


def attended(
    session: Session, site: str, gathering: Gathering, days: Days, now: datetime
) -> Sequence[Attended]:
    """Return everybody on the list, in its order, with how long they were there."""
    window = Window(gathering.start, gathering.end, now)
    listed = attendees(session, site, gathering.id)
    taps = _taps(session, site, gathering)
    by_place = _by_place(taps)
    by_pass = {tap.seq for tap in taps}
    members = [each.member for each in listed if each.member is not None]
    by_member = _by_member(session, site, gathering, members, by_pass, days)
    return [
        Attended(
            attendee_shown(each),
            attendance(window, [*by_place[each.place], *by_member[each.member or ""]]),
        )
        for each in listed
    ]


def _by_place(taps: Iterable[_Tap]) -> Mapping[int, list[Seen]]:
    """Return what the passes' taps say; a toggle reader says by turns."""
    seen: dict[int, list[Seen]] = defaultdict(list)
    for tap in sorted(taps, key=lambda each: (each.at, each.seq)):
        before = seen[tap.place]
        is_here = bool(before) and before[-1].step is Step.HERE
        leaves = tap.leaves or (tap.toggles and is_here)
        before.append(Seen(tap.at, Step.GONE if leaves else Step.HERE))
    return seen


def _by_member(  # noqa: PLR0913, PLR0917 - what is looked up, and where
    session: Session,
    site: str,
    gathering: Gathering,
    members: Sequence[str],
    by_pass: set[int],
    days: Days,
) -> Mapping[str, list[Seen]]:
    """Return who came into the room and went to another, and whose visits ended."""
    begins, ends = micros(days.around(gathering.start)[0]), micros(gathering.end)
    seen: dict[str, list[Seen]] = defaultdict(list)
    moves = select(MovementRow).where(
        MovementRow.site == site,
        MovementRow.at >= begins,
        MovementRow.at < ends,
        MovementRow.member.in_(members),
        MovementRow.move.not_in(_LEAVING),
    )
    for move in session.scalars(moves):
        is_here = move.room == gathering.room or move.seq in by_pass
        seen[move.member].append(Seen(moment(move.at), Step.HERE if is_here else Step.GONE))
    visits = select(VisitRow.member, VisitRow.ended).where(
        VisitRow.site == site,
        VisitRow.began >= begins,
        VisitRow.began < ends,
        VisitRow.member.in_(members),
    )
    for member, ended in session.execute(visits):
        if ended is not None:
            seen[member].append(Seen(moment(ended), Step.GONE))
    return seen


def _taps(session: Session, site: str, gathering: Gathering) -> Sequence[_Tap]:
    """Return the taps by the gathering's passes, but for those after which nobody came through."""
    first = _first_entry_since(session, site, gathering.start - _EARLIER)
    last = _first_entry_since(session, site, gathering.end + _LATER)
    query = (
        select(JournalRow.seq, JournalRow.at, JournalRow.kind, JournalRow.reason, JournalRow.detail)
        .where(
            JournalRow.site == site,
            JournalRow.seq >= first,
            JournalRow.seq < last,
            or_(
                and_(
                    JournalRow.kind == Kind.TAP,
                    JournalRow.granted.is_(True),
                    JournalRow.detail.contains(gathering.id),
                ),
                and_(JournalRow.kind == Kind.PRESENCE, JournalRow.reason == "not-used"),
            ),
        )
        .order_by(JournalRow.seq)
    )
    taps: dict[int, _Tap] = {}
    for seq, at, kind, reason, text in session.execute(query):
        detail = json.loads(text or "{}")
        if kind == Kind.PRESENCE:
            taps.pop(detail.get("tap"), None)
            continue
        tap = _tap(gathering, seq, at, reason, detail)
        if tap is not None:
            taps[seq] = tap
    return list(taps.values())


def _tap(
    gathering: Gathering, seq: int, at: int, reason: str | None, detail: Mapping[str, object]
) -> _Tap | None:
    by, move = detail.get("pass"), detail.get("move")
    if not isinstance(by, dict):
        return None
    if (by.get("kind"), by.get("ref")) != (PassKind.GATHERING, gathering.id):
        return None
    leaves = reason == Reason.EXIT or move in _LEAVING
    toggles = move == Move.TOGGLE
    return _Tap(seq, moment(at), int(by.get("place", 0)), toggles=toggles, leaves=leaves)


def _first_entry_since(session: Session, site: str, at: datetime) -> int:
    """Return the `seq` of the first entry received since a moment: some twenty look-ups by key."""
    head = session.scalar(select(SiteRow.seq).where(SiteRow.id == site)) or 0

    def received(seq: int) -> Micros:
        query = select(JournalRow.received_at).where(JournalRow.site == site, JournalRow.seq == seq)
        return Micros(session.scalar(query) or 0)

    return bisect_left(range(1, head + 1), micros(at), key=received) + 1
