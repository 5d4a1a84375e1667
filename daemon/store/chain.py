"""The journal's chain, link by link, pure: an entry in, what is wrong with it out.

An entry comes as the driver gave it, in the order of `COLUMNS`, because a 5 in the place of a truth
value must not be made `true` on the way.
"""

from dataclasses import dataclass
from enum import StrEnum

from daemon.store.journal import FIRST_HASH, chained, commitment_of
from daemon.store.prepared import Row

PUBLIC = ("seq", "id", "at", "received_at", "kind", "door", "reader", "granted", "reason", "late")
COLUMNS = (*PUBLIC, "member", "badge", "detail", "salt", "commitment", "hash")
Head = tuple[int, str]
"""The last entry's `seq` and `hash`."""
_TRUTH: dict[object, object] = {0: False, 1: True}


class Fault(StrEnum):
    """What is wrong with the first bad entry."""

    ALTERED = "altered"
    MISSING = "missing"
    REORDERED = "reordered"
    CUT_OFF = "cut-off"
    HEAD_ALTERED = "head-altered"


@dataclass(frozen=True, slots=True)
class Sound:
    """The journal is as it was written. `apart`: there was a head kept apart to compare with."""

    entries: int
    head: str
    apart: bool


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry that is not as it was written, and in a sentence what is wrong."""

    seq: int
    fault: Fault
    problem: str


Verdict = Sound | Broken


class Chain:
    """How far the entries are good: `seq`, and the `hash` that the next one must build on."""

    def __init__(self, apart: Head | None) -> None:
        self._apart = apart
        self.seq = 0
        self.hash = FIRST_HASH

    def take(self, entry: Row) -> Broken | None:
        """Take the next entry, or say what is wrong with it."""
        due, hashed = self.seq + 1, entry[-1]
        if entry[0] != due:
            return _out_of_line(due, entry[0])
        problem = self._problem(entry)
        if problem is not None:
            return Broken(due, Fault.ALTERED, problem)
        self.seq, self.hash = due, hashed
        return None

    def _problem(self, entry: Row) -> str | None:
        due = self.seq + 1
        if not self.belongs_here(entry):
            return f"entry {due} is not what was written: its hash does not follow from it"
        if not _is_personal_part_sound(entry):
            return f"member, badge or detail of entry {due} are not what was written"
        if self._apart is not None and self._apart[0] == due and self._apart[1] != entry[-1]:
            return f"the entries up to {due} were written anew: the head kept apart differs"
        return None

    def belongs_here(self, entry: Row) -> bool:
        """Tell whether an entry, wherever it stands, was written as the next."""
        late, granted = _TRUTH.get(entry[9], entry[9]), _TRUTH.get(entry[7], entry[7])
        public = (self.seq + 1, *entry[1:7], granted, entry[8], late)
        try:
            return bool(chained(self.hash, public, entry[-2]) == entry[-1])
        except (TypeError, ValueError):  # no value that we write
            return False

    def end(self, head: Head | None) -> Verdict:
        """Compare where the entries end with the site's row and the head kept apart."""
        apart = self._apart
        if head is None:
            return Broken(self.seq, Fault.HEAD_ALTERED, "the database has no row for this site")
        if apart is not None and apart[0] > self.seq:
            return self._cut_off(apart[0], "the head kept apart")
        if head[0] > self.seq and apart != (self.seq, self.hash):
            return self._cut_off(head[0], "the site's row")
        if head != (self.seq, self.hash):
            problem = (
                f"the site's row names entry {head[0]} as the last, not {self.seq} by its hash"
            )
            return Broken(self.seq, Fault.HEAD_ALTERED, problem)
        return Sound(self.seq, self.hash, apart is not None)

    def _cut_off(self, said: int, by: str) -> Broken:
        problem = f"the journal ends with entry {self.seq}, but {by} knows of {said}"
        return Broken(self.seq + 1, Fault.CUT_OFF, problem)


def _out_of_line(due: int, found: object) -> Broken:
    if isinstance(found, int) and found > due:
        missing = f"entry {due} is" if found == due + 1 else f"entries {due} to {found - 1} are"
        return Broken(due, Fault.MISSING, f"{missing} missing; after {due - 1} comes {found}")
    return Broken(due, Fault.ALTERED, f"an entry stands under {found!r}, where {due} was due")


def _is_personal_part_sound(entry: Row) -> bool:
    member, badge, detail, salt, commitment = entry[10:15]
    if salt is None:  # forgotten lawfully, if all of it is
        return member is None and badge is None and detail is None
    try:
        return bool(commitment_of(bytes(salt), member, badge, detail) == commitment)
    except (TypeError, ValueError):  # no value that we write
        return False
