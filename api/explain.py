"""`POST /explain`: what a tap would be answered and why, for staff. Opens nothing."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.dependencies import STAFF, Built, Now
from api.moments import Instant
from api.parts import Parts
from api.problems import PROBLEMS
from daemon.access.verdict import Reason
from daemon.explanation import Supposed, explanation
from daemon.identity import card_of
from daemon.store.badges import number_of
from daemon.store.forms import Form, Id, Number
from daemon.store.members import member_of
from daemon.store.objections import Invalid, Unknown

router = APIRouter(prefix="/explain", tags=["explain"], dependencies=[STAFF], responses=PROBLEMS)


class Supposition(Form):
    """A tap that nobody made: a door and either a badge number or a member; now, unless said.

    `proven`: as if the badge had proved to be genuine, which some doors demand.
    """

    door: Id
    uid: Number | None = Field(default=None, repr=False)
    member: Id | None = None
    reader: Id | None = None
    at: Instant | None = None
    proven: bool = False


class RuleFound(BaseModel):
    """What one rule found."""

    rule: str
    passed: bool
    detail: str


class Explained(BaseModel):
    """The decision, and every rule on the way to it."""

    granted: bool
    reason: Reason
    message: str
    rules: list[RuleFound]


@router.post("")
def explain(form: Supposition, parts: Built, now: Now) -> Explained:
    """Explain a decision at any instant, past or future."""
    found = explanation(parts.store, parts.house, _supposed(form, parts, now), now)
    rules = [RuleFound(rule=r.rule, passed=r.passed, detail=r.detail) for r in found.rules]
    return Explained(granted=found.granted, reason=found.reason, message=found.message, rules=rules)


def _supposed(form: Supposition, parts: Parts, now: Now) -> Supposed:
    if (form.uid is None) == (form.member is None):
        raise Invalid("uid", "name either a badge by its uid or a member")
    card = None if form.uid is None else card_of(number_of(form.uid), parts.key)
    if form.member is not None:
        with parts.store.reading() as session:
            member_of(session, parts.site, form.member)
    reader = reader_of(parts, form.door, form.reader)
    return Supposed(form.door, reader, form.at or now, card, form.member, form.proven)


def reader_of(parts: Parts, door: str, reader: str | None) -> str:
    """Return a door's reader, the first unless named; raises Unknown or Invalid."""
    there = parts.house.doors.get(door)
    if there is None:
        raise Unknown("door", door)
    if reader is not None and reader not in there.places:
        raise Invalid("reader", f"this door has the readers {', '.join(there.places)}")
    return reader or next(iter(there.places))
