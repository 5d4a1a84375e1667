"""Who is in, told by the journal alone: the second witness beside the visits.

Pure: entries in, people out. A tap tells who moved, where a door has a contact only once it was
used; staff tell who came, went, and how it really was. Everything else says nothing of presence.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from daemon.house import Days
from daemon.presence import Correction, Move, Movement, fold
from daemon.store.entries import EntryShown
from daemon.store.journal import Kind
from devices import moments


def presence_from_journal(
    entries: Iterable[EntryShown], days: Days, at: datetime
) -> Mapping[str, str]:
    """Return member -> room of everybody inside at `at`, by the entries written until then.

    `entries`: from the first on and in order. Reads them once, keeps what moved somebody.
    """
    told = _Told()
    for entry in entries:
        meaning = _MEANINGS.get((entry["kind"], _what(entry)))
        if meaning is not None:
            meaning(told, entry, entry["detail"] or {})
    since = days.around(at)[0]
    rooms = {member: _room(told, member, days, since) for member in told.moves}
    return {member: room for member, room in rooms.items() if room is not None}


@dataclass(frozen=True, slots=True)
class _Told:
    """What was read so far. `waiting`: granted taps whose door has yet to be used, by `seq`."""

    moves: dict[str, list[Movement]] = field(default_factory=lambda: defaultdict(list))
    corrections: list[Correction] = field(default_factory=list)
    waiting: dict[int, Movement] = field(default_factory=dict)


def _what(entry: EntryShown) -> str | None:
    """Return what kind of tap, or which word of a door or of staff."""
    if entry["kind"] == Kind.TAP:
        return "waits" if (entry["detail"] or {}).get("waits") else "moves"
    return entry["reason"]


def _room(told: _Told, member: str, days: Days, since: datetime) -> str | None:
    """Return where somebody is on their latest day since `since`; None if they are not in."""
    moves = [each for each in told.moves[member] if each.at >= since]
    if not moves:
        return None
    begins = days.around(max(each.at for each in moves))[0]
    visits = fold([each for each in moves if each.at >= begins], told.corrections, over=False)
    return visits[-1].room if visits and visits[-1].ended_by is None else None


Detail = Mapping[str, object]
_Meaning = Callable[[_Told, EntryShown, Detail], None]


def _movement(entry: EntryShown, detail: Detail) -> Movement | None:
    if "move" not in detail or entry["member"] is None:
        return None
    at, move = moments.parse(entry["at"]), Move(str(detail["move"]))
    return Movement(at, entry["seq"], entry["member"], move, str(detail["room"]))


def _moves(told: _Told, entry: EntryShown, detail: Detail) -> None:
    movement = _movement(entry, detail)
    if movement is not None:
        told.moves[movement.member].append(movement)


def _waits(told: _Told, entry: EntryShown, detail: Detail) -> None:
    movement = _movement(entry, detail)
    if movement is not None:
        told.waiting[movement.seq] = movement


def _used(told: _Told, _: EntryShown, detail: Detail) -> None:
    seqs = detail["used"]
    assert isinstance(seqs, list)  # noqa: S101 - narrows the type; the doorman wrote it
    for movement in filter(None, (told.waiting.pop(seq, None) for seq in seqs)):
        told.moves[movement.member].append(movement)


def _not_used(told: _Told, _: EntryShown, detail: Detail) -> None:
    seq = detail["tap"]
    assert isinstance(seq, int)  # noqa: S101 - narrows the type; the doorman wrote it
    told.waiting.pop(seq, None)


def _corrected(told: _Told, entry: EntryShown, detail: Detail) -> None:
    began, ended = (_moment(detail.get(key)) for key in ("began", "ended"))
    told.corrections.append(Correction(entry["seq"], str(detail["visit"]), began, ended))


def _moment(said: object) -> datetime | None:
    return None if said is None else moments.parse(str(said))


_MEANINGS: Mapping[tuple[str, str | None], _Meaning] = {
    (Kind.TAP, "moves"): _moves,
    (Kind.TAP, "waits"): _waits,
    (Kind.DOOR, "used"): _used,
    (Kind.PRESENCE, "not-used"): _not_used,
    (Kind.PRESENCE, Move.CHECK_IN): _moves,
    (Kind.PRESENCE, Move.CHECK_OUT): _moves,
    (Kind.PRESENCE, "visit-corrected"): _corrected,
}
