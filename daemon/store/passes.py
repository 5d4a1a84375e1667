"""Passes, written by whoever changes what they come of: bookings, visitors, gatherings.

A door asks this one table what lets somebody in for a time (`sight.py`), so a change holds from
the next tap on as soon as its passes are renewed in the same transaction.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert

from daemon.access.facts import PassKind
from daemon.store.bearers import Bearer
from daemon.store.people import Page
from daemon.store.tables import PassRow
from devices.clock import micros

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Admission:
    """One person let in from `start` until `end`: to a `room` and the entrance, or to `doors`.

    `place`: the person's number among those of one `ref`; None: as they come.
    """

    kind: PassKind
    bearer: Bearer
    start: datetime
    end: datetime
    room: str | None = None
    doors: Collection[str] = ()
    host: str | None = None
    uses: int | None = None
    place: int | None = None


def renew(page: Page, ref: str, admissions: Sequence[Admission]) -> None:
    """Let the admissions stand in the place of all that came of `ref` before.

    Who has neither a badge nor a card gets no pass: a door could not tell.
    """
    withdraw(page, ref)
    issue(page, {ref: admissions})


def issue(page: Page, admissions: Mapping[str, Sequence[Admission]]) -> None:
    """Let people in for what is new, by its `ref`: there is nothing yet to take away."""
    rows = [
        _row(page.site, ref, place, admission)
        for ref, each in admissions.items()
        for place, admission in enumerate(each)
        if admission.bearer.is_known_at_doors
    ]
    if rows:
        page.session.execute(insert(PassRow), rows)


def withdraw(page: Page, *refs: str) -> None:
    """Take away every pass that comes of any of `refs`, however many these are."""
    for first in range(0, len(refs), _AT_ONCE):
        page.session.execute(
            delete(PassRow).where(
                PassRow.site == page.site,
                PassRow.kind.in_(list(PassKind)),
                PassRow.ref.in_(refs[first : first + _AT_ONCE]),
            )
        )


def _row(site: str, ref: str, place: int, admission: Admission) -> dict[str, object]:
    bearer = admission.bearer
    return {
        "site": site,
        "kind": admission.kind.value,
        "ref": ref,
        "place": place if admission.place is None else admission.place,
        "member": bearer.member,
        "hash": bearer.hash,
        "tail": bearer.tail,
        "name": bearer.name,
        "room": admission.room,
        "doors": json.dumps(sorted(admission.doors)) if admission.room is None else None,
        "host": admission.host,
        "starts": micros(admission.start),
        "ends": micros(admission.end),
        "uses": admission.uses,
    }
