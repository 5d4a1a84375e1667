"""Plans as staff write them: added, changed, removed. `plans.py` reads them back for decisions."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from daemon.store.forms import NewPlan, PlanChange
from daemon.store.objections import Conflict, Invalid, Unknown
from daemon.store.people import Act, Noted, page_of
from daemon.store.tables import MemberRow, PlanRow
from devices.strict_json import compact

Rooms = Collection[str]
"""The ids of the rooms in the settings."""


@dataclass(frozen=True, slots=True)
class Terms:
    """A plan as it was written. `hours` None: always; empty: never."""

    id: str
    name: str | None
    hours: Sequence[Mapping[str, object]] | None
    holidays: bool
    entries_per_month: int | None
    rooms: Sequence[str] | None


def add_plan(act: Act, form: NewPlan, rooms: Rooms) -> Terms:
    """Write a new plan under its own id."""
    fields = form.model_dump(mode="json", by_alias=True)
    _check(fields, rooms)
    with page_of(act) as page:
        if page.session.get(PlanRow, (act.site, form.id)) is not None:
            raise Conflict("plan-taken", f"there is a plan {form.id!r} already")
        row = PlanRow(site=act.site)
        _put(row, fields)
        page.session.add(row)
        page.note(Noted("plan-added", row.id, {k: v for k, v in fields.items() if k != "id"}))
        return _terms(row)


def change_plan(act: Act, plan: str, form: PlanChange, rooms: Rooms) -> Terms:
    """Change what the form says; holds from the next tap on."""
    fields = form.model_dump(mode="json", by_alias=True, exclude_unset=True)
    _check(fields, rooms)
    with page_of(act) as page:
        row = _row(page.session, act.site, plan)
        before = _terms(row)
        fields = {key: value for key, value in fields.items() if value != getattr(before, key)}
        if fields:
            _put(row, fields)
            page.note(Noted("plan-changed", plan, fields))
        return _terms(row)


def remove_plan(act: Act, plan: str) -> None:
    """Drop a plan that no member has."""
    with page_of(act) as page:
        row = _row(page.session, act.site, plan)
        mine = exists().where(MemberRow.site == act.site, MemberRow.plan == plan)
        if page.session.scalar(select(mine)):
            raise Conflict("plan-in-use", "members have this plan; give them another one first")
        page.session.delete(row)
        page.note(Noted("plan-removed", plan))


def plan_terms(session: Session, site: str, plan: str) -> Terms:
    """Return one plan; raises Unknown."""
    return _terms(_row(session, site, plan))


def plans(
    session: Session, site: str, limit: int | None = None, after: str | None = None
) -> Sequence[Terms]:
    """Return plans by id, from behind `after` on."""
    query = select(PlanRow).where(PlanRow.site == site)
    if after is not None:
        query = query.where(PlanRow.id > after)
    return [_terms(row) for row in session.scalars(query.order_by(PlanRow.id).limit(limit))]


def _check(fields: Mapping[str, object], rooms: Rooms) -> None:
    named = fields.get("rooms") or ()
    assert isinstance(named, Sequence)  # noqa: S101 - the form says so
    for room in named:
        if room not in rooms:
            raise Invalid("rooms", f"there is no room {room!r} in the settings")


def _row(session: Session, site: str, plan: str) -> PlanRow:
    row = session.get(PlanRow, (site, plan))
    if row is None:
        raise Unknown("plan", plan)
    return row


_JSON = frozenset({"hours", "rooms"})


def _put(row: PlanRow, fields: Mapping[str, object]) -> None:
    for key, value in fields.items():
        setattr(row, key, compact(value) if key in _JSON and value is not None else value)


def _terms(row: PlanRow) -> Terms:
    return Terms(
        row.id,
        row.name,
        None if row.hours is None else json.loads(row.hours),
        row.holidays,
        row.entries_per_month,
        None if row.rooms is None else json.loads(row.rooms),
    )
