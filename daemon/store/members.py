"""Members: they join, change, leave. Each list costs its own length, whatever else there is.

Who leaves takes badges, tokens, the account, counted entries and bookings along; visits and journal
keep the bare id, because what happened stays true (forgetting a person is another duty).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select, tuple_, update
from sqlalchemy.orm import Session

from daemon.access.facts import MemberStatus
from daemon.store import cancellations, gatherings, visitors
from daemon.store.accounts import forget_accounts
from daemon.store.forms import MemberChange, NewMember
from daemon.store.objections import Conflict, Invalid, Unknown
from daemon.store.people import (
    Act,
    Noted,
    Page,
    as_said,
    end_moment,
    first_moment,
    in_order,
    new_id,
    page_of,
    told,
)
from daemon.store.tables import (
    BadgeRow,
    CarnetRow,
    CarnetUseRow,
    EnrolmentRow,
    EntryRow,
    MemberRow,
    PinRow,
    PlanRow,
    TokenRow,
)
from devices.clock import micros


@dataclass(frozen=True, slots=True)
class Member:
    """A person as staff see them; the dates as they were written."""

    id: str
    name: str
    email: str | None
    plan: str | None
    role: str
    valid_from: str | None
    valid_until: str | None
    status: str
    language: str | None
    visibility: str


Place = tuple[str, str]
"""Where a list stopped: name and id of its last member."""


def add_member(act: Act, form: NewMember, zone: ZoneInfo) -> Member:
    """Let a person join; the email must be nobody else's, the plan must exist."""
    with page_of(act) as page:
        return join(page, form, zone)


def join(page: Page, form: NewMember, zone: ZoneInfo) -> Member:
    """Let a person join in a transaction that is open already, as one of many."""
    row = MemberRow(site=page.site, id=new_id(), created=micros(page.act.at))
    fields = form.model_dump(mode="json")
    _check(page, row.id, fields)
    _put(row, fields, zone)
    page.session.add(row)
    page.note(Noted("member-added", row.id, told(_without_nothing(fields)), row.id))
    return _member(row)


def change_member(act: Act, member: str, form: MemberChange, zone: ZoneInfo) -> Member:
    """Change what the form says; nothing is written if nothing becomes different."""
    with page_of(act) as page:
        row = _row(page.session, act.site, member)
        before = _said_of(row)
        fields = form.model_dump(mode="json", exclude_unset=True)
        fields = {key: value for key, value in fields.items() if value != before[key]}
        if not fields:
            return _member(row)
        _check(page, member, fields)
        _put(row, fields, zone)
        page.note(Noted(_reason(fields), member, told(fields), member))
        return _member(row)


def remove_member(act: Act, member: str) -> None:
    """Let a person leave: badges, entries, visitors and what is booked go; history stays."""
    with page_of(act) as page:
        row = _row(page.session, act.site, member)
        site = act.site
        badges = page.session.execute(
            delete(BadgeRow)
            .where(BadgeRow.site == site, BadgeRow.member == member)
            .returning(BadgeRow.id)
        ).all()
        page.session.execute(
            update(TokenRow)
            .where(TokenRow.site == site, TokenRow.member == member, TokenRow.revoked.is_(None))
            .values(revoked=micros(act.at))
        )
        forget_accounts(page, member)
        for counted in (EntryRow, CarnetUseRow, CarnetRow, EnrolmentRow, PinRow):
            page.session.execute(
                delete(counted).where(counted.site == site, counted.member == member)
            )
        visitors.end_visitors_of(page, member)
        gatherings.lose_organiser(page, member)
        page.session.delete(row)
        given_up = cancellations.give_up(page, member)
        fields = {"badges": [badge.id for badge in badges], "bookings": given_up}
        page.note(Noted("member-removed", member, fields, member))


def member_of(session: Session, site: str, member: str) -> Member:
    """Return one member; raises Unknown."""
    return _member(_row(session, site, member))


def member_with_email(session: Session, site: str, email: str) -> Member:
    """Return the member with this address; raises Unknown."""
    row = session.scalar(
        select(MemberRow).where(MemberRow.site == site, MemberRow.email == email.lower())
    )
    if row is None:
        raise Unknown("member", email)
    return _member(row)


def members(
    session: Session, site: str, limit: int | None = None, after: Place | None = None
) -> Sequence[Member]:
    """Return members by name, from behind `after` on."""
    query = select(MemberRow).where(MemberRow.site == site)
    if after is not None:
        query = query.where(tuple_(MemberRow.name, MemberRow.id) > tuple_(*after))
    query = query.order_by(MemberRow.name, MemberRow.id).limit(limit)
    return [_member(row) for row in session.scalars(query)]


def find_members(session: Session, site: str, text: str, most: int) -> Sequence[Member]:
    """Return members in whose name or address the text stands, by name, at most `most`."""
    query = (
        select(MemberRow)
        .where(
            MemberRow.site == site,
            MemberRow.name.icontains(text, autoescape=True)
            | MemberRow.email.icontains(text, autoescape=True),
        )
        .order_by(MemberRow.name, MemberRow.id)
        .limit(most)
    )
    return [_member(row) for row in session.scalars(query)]


def count_members(session: Session, site: str) -> int:
    """Return how many members there are."""
    query = select(func.count()).select_from(MemberRow).where(MemberRow.site == site)
    return session.scalar(query) or 0


def names_of(session: Session, site: str, ids: Sequence[str]) -> Mapping[str, str]:
    """Return the names of those of the ids that are still members."""
    query = select(MemberRow.id, MemberRow.name).where(
        MemberRow.site == site, MemberRow.id.in_(ids)
    )
    return {row.id: row.name for row in session.execute(query)}


def addresses_of(session: Session, site: str, ids: Sequence[str]) -> Mapping[str, str]:
    """Return the e-mail addresses of those of the ids that have one."""
    query = select(MemberRow.id, MemberRow.email).where(
        MemberRow.site == site, MemberRow.id.in_(ids), MemberRow.email.is_not(None)
    )
    return {row.id: row.email for row in session.execute(query)}


def _row(session: Session, site: str, member: str) -> MemberRow:
    row = session.get(MemberRow, (site, member))
    if row is None:
        raise Unknown("member", member)
    return row


def _check(page: Page, member: str, fields: Mapping[str, object]) -> None:
    plan, email = fields.get("plan"), fields.get("email")
    if plan is not None and page.session.get(PlanRow, (page.site, plan)) is None:
        raise Invalid("plan", f"there is no plan {plan!r}; add it first, or name another")
    if email is None:
        return
    owner = page.session.scalar(
        select(MemberRow.id).where(MemberRow.site == page.site, MemberRow.email == email)
    )
    if owner not in {None, member}:
        raise Conflict("email-taken", "another member has this email address")


_PLAIN = ("name", "email", "plan", "role", "status", "language", "visibility")


def _put(row: MemberRow, fields: Mapping[str, object], zone: ZoneInfo) -> None:
    for key in _PLAIN:
        if key in fields:
            setattr(row, key, fields[key])
    if "valid_from" in fields:
        row.from_said = _text(fields["valid_from"])
        row.valid_from = first_moment(row.from_said, zone)
    if "valid_until" in fields:
        row.until_said = _text(fields["valid_until"])
        row.valid_until = end_moment(row.until_said, zone)
    in_order(row.valid_from, row.valid_until)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _reason(fields: Mapping[str, object]) -> str:
    """Name the change by what matters most at the door."""
    match fields.get("status"):
        case MemberStatus.SUSPENDED.value:
            return "member-suspended"
        case MemberStatus.ACTIVE.value:
            return "member-readmitted"
        case _:
            return "member-changed"


def _without_nothing(fields: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in fields.items() if value is not None}


def _said_of(row: MemberRow) -> dict[str, object]:
    seen = _member(row)
    dates: dict[str, object] = {"valid_from": seen.valid_from, "valid_until": seen.valid_until}
    return {key: getattr(row, key) for key in _PLAIN} | dates


def _member(row: MemberRow) -> Member:
    return Member(
        row.id,
        row.name,
        row.email,
        row.plan,
        row.role,
        as_said(row.from_said, row.valid_from),
        as_said(row.until_said, row.valid_until),
        row.status,
        row.language,
        row.visibility,
    )
