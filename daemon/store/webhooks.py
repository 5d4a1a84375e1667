"""How far each receiver of webhooks was told, and which process tells it now.

Several API processes of a site may run: one takes a receiver, posts, and gives it back. One that
dies meanwhile has it for `HOLD` longer. That is no lock but a promise: whoever stands still for
longer than that may post once more what another has posted. A power cut may undo the last notes.

Lost   another process has the receiver now
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from daemon.store.engine import Store
from daemon.store.entries import ENTRIES, EntryShown, entry_shown
from daemon.store.prepared import insert_for
from daemon.store.tables import JournalRow, SiteRow, WebhookRow
from devices.clock import micros, moment

HOLD = timedelta(seconds=60)
"""Longer than a post takes with all that belongs to it."""


class Lost(Exception):
    """What was to be kept belongs to somebody else by now."""


class Place(NamedTuple):
    """A receiver of a site."""

    site: str
    name: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a receiver was told. `failing`: since when it has taken nothing, for `problem`.

    `gone`: when it said that it wants no more.
    """

    seq: int
    failing: datetime | None = None
    problem: str | None = None
    gone: datetime | None = None


def settle(store: Store, site: str, marks: Mapping[str, str]) -> None:
    """Bring the receivers in line with the settings: a mark for each name.

    A new one begins behind the newest entry, and so does one that was gone and has another mark.
    """
    with store.reading() as session:
        if {row.name: row.mark for row in _rows(session, site)} == marks:
            return
    with store.writing() as session:
        others = WebhookRow.name.not_in(list(marks))
        session.execute(delete(WebhookRow).where(WebhookRow.site == site, others))
        newest = _newest(session, site)
        for row in _rows(session, site):
            if row.gone is not None and row.mark != marks[row.name]:
                row.seq, row.failing, row.problem, row.gone = newest, None, None, None
            row.mark = marks[row.name]
        session.flush()
        made = insert_for(session.connection().dialect)(WebhookRow).on_conflict_do_nothing()
        for name, mark in marks.items():
            session.execute(made, {"site": site, "name": name, "mark": mark, "seq": newest})


def standing(session: Session, place: Place) -> Standing | None:
    """Return how far a receiver was told; None if it was never settled."""
    row = session.get(WebhookRow, place)
    if row is None:
        return None
    return Standing(row.seq, _moment(row.failing), row.problem, _moment(row.gone))


def waiting(
    session: Session, site: str, after: int, kinds: Collection[str], most: int
) -> tuple[Sequence[EntryShown], int]:
    """Return the next entries of some kinds, and up to which entry these are all there are.

    Costs a look at every entry behind `after`, of whatever kind, until there are `most`.
    """
    newest = _newest(session, site)
    query = (
        select(*ENTRIES.selected_columns)
        .where(JournalRow.site == site, JournalRow.seq > after, JournalRow.kind.in_(kinds))
        .order_by(JournalRow.seq)
        .limit(most)
    )
    found = [entry_shown(row) for row in session.execute(query)]
    return found, found[-1]["seq"] if len(found) == most else max(newest, after)


def take(store: Store, place: Place, seq: int, at: datetime) -> datetime | None:
    """Take a receiver that was told up to `seq`; return until when, None if it can't be had."""
    with store.noting() as session:
        row = session.get(WebhookRow, place, with_for_update=True)
        if row is None or row.seq != seq or row.gone is not None or _is_held(row.held, at):
            return None
        row.held = micros(at + HOLD)
        return at + HOLD


def keep(
    store: Store, place: Place, held: datetime, stands: Standing, until: datetime | None
) -> None:
    """Keep how a receiver stands that is held, and hold it until then, or give it back.

    Raises Lost, and keeps nothing, if another process took it or the settings dropped it.
    """
    row = WebhookRow
    with store.noting() as session:
        kept = session.execute(
            update(row)
            .where(row.site == place.site, row.name == place.name, row.held == micros(held))
            .values(
                seq=stands.seq,
                failing=_micros(stands.failing),
                problem=stands.problem,
                gone=_micros(stands.gone),
                held=_micros(until),
            )
            .returning(row.seq)
        )
        if kept.first() is None:
            raise Lost


def _rows(session: Session, site: str) -> Sequence[WebhookRow]:
    return session.scalars(select(WebhookRow).where(WebhookRow.site == site)).all()


def _newest(session: Session, site: str) -> int:
    return session.scalar(select(SiteRow.seq).where(SiteRow.id == site)) or 0


def _is_held(held: int | None, at: datetime) -> bool:
    """Tell whether somebody has it; one who seems to for too long wrote by a clock that was off."""
    return held is not None and at < moment(held) <= at + HOLD


def _moment(stored: int | None) -> datetime | None:
    return None if stored is None else moment(stored)


def _micros(at: datetime | None) -> int | None:
    return None if at is None else micros(at)
