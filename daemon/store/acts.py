"""What staff order: open a door now, hold it, lock the building down, let everybody out.

Decisions read holds and the building's orders at every tap, so those hold at once. What a lock must
be told goes to the doorman as an order, which is void if he doesn't carry it out in time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from daemon.access.facts import Hold
from daemon.store import doors, journal
from daemon.store.journal import Entry, Kind
from daemon.store.people import Act, Page, new_id, page_of
from daemon.store.tables import DoorRow, JournalRow, OrderRow, SiteRow
from devices.clock import micros
from devices.contract import Action, Command
from devices.moments import shown

_ACTIONS = {Hold.OPEN: Action.HOLD_OPEN, Hold.LOCKED: Action.LOCK, Hold.NORMAL: Action.LOCK}
_REASONS = {Hold.OPEN: "hold-open", Hold.LOCKED: "hold-locked", Hold.NORMAL: "hold-ended"}
_ALARMS_WITHIN = 2000


@dataclass(frozen=True, slots=True)
class Wish:
    """What staff want of a door, and why; `member` is who asked, where that is a member."""

    door: str
    why: str
    member: str | None = None


@dataclass(frozen=True, slots=True)
class SiteOrders:
    """What is ordered for the whole building."""

    lockdown: bool
    evacuation: bool


def order_unlock(act: Act, wish: Wish, seconds: int) -> str:
    """Write down that a door is to open; return the order's id."""
    with page_of(act) as page:
        order = _order(page, wish.door, Action.UNLOCK, seconds)
        _note(page, "remote-unlock", wish, {"order": order})
        return order


def order_hold(act: Act, wish: Wish, hold: Hold, until: datetime | None) -> str:
    """Hold a door open or locked, or no longer; return the id of the order to its lock."""
    with page_of(act) as page:
        doors.order_hold(page.book, wish.door, hold, until)
        order = _order(page, wish.door, _ACTIONS[hold], 0)
        ends = None if until is None else shown(until)
        _note(page, _REASONS[hold], wish, {"order": order, "until": ends})
        return order


def outcome_of(session: Session, site: str, order: str) -> str | None:
    """Return what became of an order, None while it waits."""
    query = select(OrderRow.outcome).where(OrderRow.site == site, OrderRow.id == order)
    return session.scalar(query)


def withdraw(act: Act, door: str, order: str, *, release: bool) -> bool:
    """Take an order back if nobody has carried it out; False if somebody has.

    `release`: the hold that went with it is taken back too.
    """
    with page_of(act) as page:
        if outcome_of(page.session, act.site, order) == "sent":
            return False
        doors.order_done(page.book, order, "expired")
        if release:
            doors.order_hold(page.book, door, Hold.NORMAL, None)
        entry = Entry(
            Kind.SYSTEM, act.at, act.at, door=door, reason="order-expired", detail={"order": order}
        )
        journal.append(page.book, entry)
        return True


def order_lockdown(act: Act, wish: Wish, *, active: bool) -> SiteOrders:
    """Let nobody in any more, or again."""
    return _for_all(act, wish, "lockdown", {SiteRow.lockdown.key: active})


def order_evacuation(act: Act, wish: Wish, *, active: bool) -> SiteOrders:
    """Let everybody through every door, or end that."""
    return _for_all(act, wish, "evacuation", {SiteRow.fire.key: active})


def note_roll_call(act: Act, found: Mapping[str, object], *, drill: bool) -> None:
    """Keep what came of an evacuation, or of a drill, as staff ticked it off: ids and sums."""
    reason = "drill-report" if drill else "evacuation-report"
    with page_of(act) as page:
        detail = {"by": act.by.said(), **found}
        journal.append(page.book, Entry(Kind.STAFF, act.at, act.at, reason=reason, detail=detail))


def site_orders(session: Session, site: str) -> SiteOrders:
    """Return what is ordered for the building now."""
    row = session.get_one(SiteRow, site)
    return SiteOrders(row.lockdown, row.fire)


def door_rows(session: Session, site: str) -> Mapping[str, DoorRow]:
    """Return what is known of every door, by id."""
    return {row.id: row for row in session.scalars(select(DoorRow).where(DoorRow.site == site))}


def latest_alarms(session: Session, site: str, since: datetime) -> Sequence[JournalRow]:
    """Return the alarms since a moment, newest first, among the latest entries of the journal."""
    head = select(SiteRow.seq).where(SiteRow.id == site).scalar_subquery()
    query = (
        select(JournalRow)
        .where(
            JournalRow.site == site,
            JournalRow.seq > head - _ALARMS_WITHIN,
            JournalRow.kind == Kind.ALARM,
            JournalRow.at >= micros(since),
        )
        .order_by(JournalRow.seq.desc())
    )
    return session.scalars(query).all()


def _for_all(act: Act, wish: Wish, name: str, order: Mapping[str, bool]) -> SiteOrders:
    with page_of(act) as page:
        page.session.execute(update(SiteRow).where(SiteRow.id == act.site).values(**order))
        active = all(order.values())
        _note(page, name if active else f"{name}-ended", wish, {})
        return site_orders(page.session, act.site)


def _order(page: Page, door: str, action: Action, seconds: int) -> str:
    at = page.act.at
    command = Command(door, new_id(), action, seconds, at, at + doors.ORDER_LIFE)
    doors.add_order(page.book, command)
    return command.id


def _note(page: Page, reason: str, wish: Wish, more: Mapping[str, object]) -> None:
    detail = {"by": page.act.by.said(), "reason": wish.why, **more}
    at = page.act.at
    entry = Entry(
        Kind.STAFF,
        at,
        at,
        door=wish.door or None,
        member=wish.member,
        reason=reason,
        detail=detail,
    )
    journal.append(page.book, entry)
