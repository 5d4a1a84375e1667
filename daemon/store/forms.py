"""What may be said about people, badges, plans and tokens: one place for HTTP and commands.

A form checks what it can see by itself; what needs the database or the site's settings is checked
where the change is made (`daemon.store.objections`). In a `…Change` only what was said counts:
an absent field leaves things as they are, None clears them.
"""

import re
from datetime import date, datetime
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from daemon.access.facts import BadgeStatus, Cover, MemberStatus
from daemon.config.fields import ID_PATTERN, UidFormat
from daemon.store.plans import DAYS
from devices import moments

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1970, 9998


class Form(BaseModel):
    """Fields, no others, in their own types."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    def said(self) -> frozenset[str]:
        """Return the names of the fields that were given."""
        return frozenset(self.model_fields_set)


def boundary(text: str) -> date | datetime:
    """Return a date `YYYY-MM-DD`, or an instant in UTC; refuses anything else."""
    found = _date(text) if _DATE.fullmatch(text) else moments.parse(text)
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise ValueError(f"expected a year from {_FIRST_YEAR} to {_LAST_YEAR}")
    return found


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("there is no such day") from None


def _is_boundary(text: str) -> str:
    boundary(text)
    return text


def _is_time(text: str) -> str:
    if _TIME.fullmatch(text) is None:
        raise ValueError("expected a time of day from 00:00 to 23:59; a day ends at 00:00")
    return text


def _differ(days: list[str]) -> list[str]:
    if len(set(days)) != len(days):
        raise ValueError("a day stands twice")
    return days


Id = Annotated[str, Field(pattern=ID_PATTERN)]
_C = r"\x00-\x1f\x7f-\x9f"
"""Control characters, written so that every reader of the OpenAPI document understands it."""
Line = Annotated[str, Field(pattern=rf"^[^{_C}]*[^{_C}\s][^{_C}]*$", max_length=200)]
Email = Annotated[
    str, Field(pattern=rf"^[^@\s{_C}]+@[^@\s{_C}]+$", max_length=254), AfterValidator(str.lower)
]
Boundary = Annotated[
    str,
    Field(max_length=moments.LONGEST, description="a date YYYY-MM-DD or an RFC 3339 instant"),
    AfterValidator(_is_boundary),
]
MemberRole = Literal["member", "staff", "admin"]
TokenRole = Literal["kiosk", "member", "staff", "admin"]
Status = Annotated[MemberStatus, Field(strict=False)]
Visibility = Literal["hidden", "count", "members"]
Tongue = Literal["it", "en"]
OfBadge = Annotated[BadgeStatus, Field(strict=False)]
Number = Annotated[str, Field(max_length=100)]
Entries = Annotated[int, Field(ge=0, le=1000)]
Prepaid = Annotated[int, Field(ge=1, le=1000)]
Covers = Annotated[Cover, Field(strict=False)]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
assert Day.__args__ == DAYS  # type: ignore[attr-defined]  # noqa: S101 - typing hides it; one list of days


class NewMember(Form):
    """A person joins."""

    name: Line
    email: Email | None = None
    plan: Id | None = None
    role: MemberRole = "member"
    valid_from: Boundary | None = None
    valid_until: Boundary | None = None
    status: Status = MemberStatus.ACTIVE
    language: Tongue | None = None
    visibility: Visibility = "count"


class Change(Form):
    """What is to become different. What must always be there (`stays`) can't be cleared."""

    stays: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="after")
    def _keeps_what_stays(self) -> Self:
        for name in sorted(self.stays & self.model_fields_set):
            if getattr(self, name) is None:
                wire = type(self).model_fields[name].alias or name
                raise ValueError(f"`{wire}` can be changed but not cleared")
        return self


class MemberChange(Change):
    """Something about a member changes."""

    stays = frozenset({"name", "role", "status", "visibility"})

    name: Line | None = None
    email: Email | None = None
    plan: Id | None = None
    role: MemberRole | None = None
    valid_from: Boundary | None = None
    valid_until: Boundary | None = None
    status: Status | None = None
    language: Tongue | None = None
    visibility: Visibility | None = None


class NewBadge(Form):
    """A card, fob or phone is given to a member. `uid_format`: how the number is written here."""

    uid: Number = Field(repr=False)
    uid_format: UidFormat = "hex"
    label: Line | None = None
    valid_until: Boundary | None = None


class NewPin(Form):
    """What a member types beside the badge: four to eight digits."""

    pin: str = Field(pattern=r"^[0-9]{4,8}$", repr=False)


class NewEnrolment(Form):
    """Staff wait for a member's card at a reader, the door's first unless named."""

    member: Id
    door: Id
    reader: Id | None = None
    label: Line | None = None


class BadgeChange(Change):
    """Something about a badge changes; its number never does."""

    stays = frozenset({"status"})

    label: Line | None = None
    valid_until: Boundary | None = None
    status: OfBadge | None = None


class NewCarnet(Form):
    """A member pays for entries beforehand; one that is good on a single day is a day pass."""

    entries: Prepaid
    covers: Covers = Cover.DAY
    label: Line | None = None
    valid_from: Boundary | None = None
    valid_until: Boundary | None = None


class CarnetChange(Change):
    """Something about a carnet changes; what an entry of it covers never does."""

    stays = frozenset({"entries"})

    entries: Entries | None = None
    label: Line | None = None
    valid_from: Boundary | None = None
    valid_until: Boundary | None = None


class Hours(Form):
    """A weekly window; `to` not after `from` crosses midnight."""

    days: Annotated[list[Day], Field(min_length=1), AfterValidator(_differ)]
    since: Annotated[str, Field(alias="from"), AfterValidator(_is_time)]
    until: Annotated[str, Field(alias="to"), AfterValidator(_is_time)]


class PlanTerms(Form):
    """What a plan allows. No `hours`: always, `[]` never. No `rooms`: all but the bookable."""

    name: Line | None = None
    hours: Annotated[list[Hours], Field(max_length=50)] | None = None
    holidays: bool = False
    entries_per_month: Entries | None = None
    rooms: Annotated[list[Id], Field(max_length=200)] | None = None


class NewPlan(PlanTerms):
    """A plan, under the id its maker gives it."""

    id: Id


class PlanChange(Change):
    """Something about a plan changes."""

    stays = frozenset({"holidays"})

    name: Line | None = None
    hours: Annotated[list[Hours], Field(max_length=50)] | None = None
    holidays: bool | None = None
    entries_per_month: Entries | None = None
    rooms: Annotated[list[Id], Field(max_length=200)] | None = None


class NewToken(Form):
    """A program or person may use the API in a role; `member` token see only that member's own."""

    name: Line
    role: TokenRole
    member: str | None = None
