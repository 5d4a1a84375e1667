"""Carnets as staff sell them: added, changed, removed; and what somebody has left of entries.

A date is the site's own day, from `day_ends` to `day_ends`: so a pass for a day is good for all
that one entry covers. `purse.py` is how a tap sees and uses them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from daemon import hours
from daemon.access.facts import SiteCalendar
from daemon.store.forms import CarnetChange, NewCarnet, boundary
from daemon.store.objections import Conflict, Invalid, Unknown
from daemon.store.people import Act, Noted, Page, as_said, in_order, new_id, page_of
from daemon.store.tables import CarnetRow, EntryRow, MemberRow, PlanRow
from devices.clock import micros


@dataclass(frozen=True, slots=True)
class Carnet:
    """Prepaid entries as staff and their owner see them."""

    id: str
    member: str
    label: str | None
    covers: str
    entries: int
    used: int
    left: int
    valid_from: str | None
    valid_until: str | None


@dataclass(frozen=True, slots=True)
class Balance:
    """The entries of a plan in the month of a moment: none counted if `per_month` is None.

    `over`: entries beyond `per_month` that staff may invoice. `carnets`: good now or later.
    """

    month: str
    per_month: int | None
    used: int
    left: int | None
    over: int
    carnets: Sequence[Carnet]


def add_carnet(act: Act, member: str, form: NewCarnet, calendar: SiteCalendar) -> Carnet:
    """Give a member entries that are paid for; they count from the next tap on."""
    with page_of(act) as page:
        if page.session.get(MemberRow, (page.site, member)) is None:
            raise Unknown("member", member)
        row = CarnetRow(
            site=page.site,
            id=new_id(),
            member=member,
            label=form.label,
            covers=form.covers.value,
            entries=form.entries,
            used=0,
            created=micros(act.at),
        )
        _date(row, form.valid_from, form.valid_until, calendar)
        page.session.add(row)
        _note(page, row, "carnet-added", form.model_dump(mode="json"))
        return _carnet(row)


def change_carnet(act: Act, carnet: str, form: CarnetChange, calendar: SiteCalendar) -> Carnet:
    """Change what the form says; holds from the next tap on."""
    with page_of(act) as page:
        row = _row(page.session, act.site, carnet)
        before = _carnet(row)
        said = form.model_dump(mode="json", exclude_unset=True)
        fields = {key: value for key, value in said.items() if value != getattr(before, key)}
        if not fields:
            return before
        row.label = fields.get("label", row.label)
        row.entries = _entries(row, fields.get("entries", row.entries))
        since = fields.get("valid_from", before.valid_from)
        _date(row, since, fields.get("valid_until", before.valid_until), calendar)
        _note(page, row, "carnet-changed", fields)
        return _carnet(row)


def remove_carnet(act: Act, carnet: str) -> None:
    """Take back a carnet of which nothing was used."""
    with page_of(act) as page:
        row = _row(page.session, act.site, carnet)
        if row.used:
            sentence = "entries of this carnet were used; end it with `valid_until` instead"
            raise Conflict("carnet-used", sentence)
        page.session.delete(row)
        _note(page, row, "carnet-removed", {})


def carnet_of(session: Session, site: str, carnet: str) -> Carnet:
    """Return one carnet; raises Unknown."""
    return _carnet(_row(session, site, carnet))


def carnets(
    session: Session,
    site: str,
    member: str | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> Sequence[Carnet]:
    """Return carnets by id, of one member or of all, from behind `after` on."""
    query = select(CarnetRow).where(CarnetRow.site == site)
    if member is not None:
        query = query.where(CarnetRow.member == member)
    if after is not None:
        query = query.where(CarnetRow.id > after)
    return [_carnet(row) for row in session.scalars(query.order_by(CarnetRow.id).limit(limit))]


def balance_of(
    session: Session, site: str, member: str, at: datetime, calendar: SiteCalendar
) -> Balance:
    """Return what a member has left at a moment; raises Unknown."""
    row = session.get(MemberRow, (site, member))
    if row is None:
        raise Unknown("member", member)
    plan = session.get(PlanRow, (site, row.plan)) if row.plan is not None else None
    most = None if plan is None else plan.entries_per_month
    first = hours.local_day(at, calendar).replace(day=1)
    used = _days_used(session, site, member, first)
    left = None if most is None else max(most - used, 0)
    over = 0 if most is None else max(used - most, 0)
    there = _with_something_left(session, site, member, at)
    return Balance(f"{first:%Y-%m}", most, used, left, over, there)


def _days_used(session: Session, site: str, member: str, first: date) -> int:
    after = (first + timedelta(days=31)).replace(day=1)
    query = select(func.count()).where(
        EntryRow.site == site,
        EntryRow.member == member,
        EntryRow.day >= first.isoformat(),
        EntryRow.day < after.isoformat(),
    )
    return session.scalar(query) or 0


def _with_something_left(
    session: Session, site: str, member: str, at: datetime
) -> Sequence[Carnet]:
    """Return them in the order in which they will be used."""
    query = (
        select(CarnetRow)
        .where(
            CarnetRow.site == site,
            CarnetRow.member == member,
            CarnetRow.used < CarnetRow.entries,
            CarnetRow.valid_until.is_(None) | (CarnetRow.valid_until > micros(at)),
        )
        .order_by(CarnetRow.valid_until.nulls_last(), CarnetRow.created, CarnetRow.id)
    )
    return [_carnet(row) for row in session.scalars(query)]


def _date(row: CarnetRow, since: str | None, until: str | None, calendar: SiteCalendar) -> None:
    row.from_said, row.until_said = since, until
    row.valid_from, row.valid_until = _edge(since, calendar, 0), _edge(until, calendar, 1)
    in_order(row.valid_from, row.valid_until)


def _edge(text: str | None, calendar: SiteCalendar, side: int) -> int | None:
    """Return an instant as it is, or of an own day its first moment (0) or its end (1)."""
    if text is None:
        return None
    said = boundary(text)
    return micros(said if isinstance(said, datetime) else hours.day_bounds(said, calendar)[side])


def _entries(row: CarnetRow, entries: int) -> int:
    if entries < row.used:
        raise Invalid("entries", f"{row.used} were used already; it can't have fewer")
    return entries


def _row(session: Session, site: str, carnet: str) -> CarnetRow:
    row = session.get(CarnetRow, (site, carnet))
    if row is None:
        raise Unknown("carnet", carnet)
    return row


def _note(page: Page, row: CarnetRow, reason: str, fields: dict[str, object]) -> None:
    said = {key: value for key, value in fields.items() if key != "label"}
    page.note(Noted(reason, row.id, said, row.member))


def _carnet(row: CarnetRow) -> Carnet:
    return Carnet(
        row.id,
        row.member,
        row.label,
        row.covers,
        row.entries,
        row.used,
        row.entries - row.used,
        as_said(row.from_said, row.valid_from),
        as_said(row.until_said, row.valid_until),
    )
