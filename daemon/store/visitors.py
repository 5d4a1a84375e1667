"""Visitors come onto the list, change and end; a door knows those with a card by their pass.

Each change is one transaction with one journal entry, and the visitor's pass is renewed in it, so
it holds from the next tap on. By themselves visits end with their time.
"""

import json
from collections.abc import Collection, Mapping

from sqlalchemy import select

from daemon.access.facts import PassKind
from daemon.store import passes
from daemon.store.asker import Asker
from daemon.store.bearers import Bearer
from daemon.store.codes import new_code
from daemon.store.objections import Forbidden, Invalid, Unknown
from daemon.store.passes import Admission
from daemon.store.people import Act, Noted, Page, end_moment, first_moment, new_id, page_of, told
from daemon.store.tables import PassRow, VisitorRow
from daemon.store.visitor_checks import (
    Reception,
    card_of,
    check_card,
    check_doors,
    check_quota,
    check_time,
    host_for,
)
from daemon.store.visitor_forms import NewVisitor, VisitorChange
from daemon.store.visitor_views import Visitor, shown
from devices import moments
from devices.clock import micros, moment


def add_visitor(act: Act, asker: Asker, form: NewVisitor, reception: Reception) -> Visitor:
    """Put a visitor onto the list; a member's visitors are his own."""
    with page_of(act) as page:
        return expect(page, asker, form, reception)


def expect(page: Page, asker: Asker, form: NewVisitor, reception: Reception) -> Visitor:
    """Put a visitor onto the list in a transaction that is open already, as one of many."""
    now = micros(page.act.at)
    row = VisitorRow(site=page.site, id=new_id(), used=0, created=now)
    row.host = host_for(page, asker, form.host)
    row.starts = first_moment(form.since, reception.lab.zone) or now
    row.doors = _written(form.doors or reception.entrances)
    code = new_code(page, reception.lab) if form.code else None
    _put(page, row, _with_code(form.model_dump(), code), reception)
    if row.ends <= now:
        raise Invalid("until", "it is over already; choose a later until")
    _check(page, asker, row, reception, {"from", "until", "doors", "uid"})
    page.session.add(row)
    page.session.flush()
    _renew(page, row)
    _note(page, row, "visitor-added", ["name", "email", "from", "until", "doors", "uses"])
    return shown(row, None, code)


def change_visitor(
    act: Act, asker: Asker, visitor: str, form: VisitorChange, reception: Reception
) -> Visitor:
    """Change what the form says; holds from the next tap on, and uses stay used."""
    with page_of(act) as page:
        row = _row(page, asker, visitor)
        code = new_code(page, reception.lab) if form.code else None
        said = _with_code(form.model_dump(exclude_unset=True), code)
        if "host" in said and said["host"] != row.host:
            if not asker.staff:
                raise Forbidden("only staff may give a visitor another host")
            row.host = host_for(page, asker, form.host)
        if "doors" in said:
            row.doors = _written(form.doors or reception.entrances)
        _count_used(page, row)
        _put(page, row, said, reception)
        fields = ["from" if key == "since" else key for key in said]
        _check(page, asker, row, reception, set(fields))
        page.session.flush()
        _renew(page, row)
        _note(page, row, "visitor-changed", fields)
        return shown(row, None, code)


def end_visitor(act: Act, asker: Asker, visitor: str) -> None:
    """Take a visitor off the list: no door opens from the next tap on."""
    with page_of(act) as page:
        _end(page, _row(page, asker, visitor))


def end_visitors_of(page: Page, host: str) -> None:
    """Take all visitors off the list whose host leaves."""
    query = select(VisitorRow).where(
        VisitorRow.site == page.site,
        VisitorRow.host == host,
        VisitorRow.removed.is_(None),
        VisitorRow.ends > micros(page.act.at),
    )
    for row in page.session.scalars(query).all():
        _end(page, row)


def _end(page: Page, row: VisitorRow) -> None:
    row.removed = micros(page.act.at)
    passes.withdraw(page, row.id)
    _note(page, row, "visitor-ended", [])


def _row(page: Page, asker: Asker, visitor: str) -> VisitorRow:
    row = page.session.get(VisitorRow, (page.site, visitor))
    if row is None or row.removed is not None or not asker.answers_for(row.host):
        raise Unknown("visitor", visitor)
    return row


def _with_code(said: Mapping[str, object], code: str | None) -> Mapping[str, object]:
    return said if code is None else {**said, "uid": code}


_PLAIN = ("name", "email", "uses", "while_host_in")


def _put(page: Page, row: VisitorRow, said: Mapping[str, object], reception: Reception) -> None:
    """Write down what was said of name, card, time and uses."""
    for key in _PLAIN:
        if key in said:
            setattr(row, key, said[key])
    zone = reception.lab.zone
    if said.get("since") is not None:
        row.starts = first_moment(str(said["since"]), zone) or row.starts
    if said.get("until") is not None:
        row.ends = end_moment(str(said["until"]), zone) or row.ends
    if "uid" in said:
        card = None if said["uid"] is None else card_of(page, str(said["uid"]), reception.lab)
        row.hash, row.tail = card or (None, None)


def _check(
    page: Page, asker: Asker, row: VisitorRow, reception: Reception, fields: set[str]
) -> None:
    with page.session.no_autoflush:
        if fields & {"from", "until"}:
            check_time(row, asker)
        if "doors" in fields:
            check_doors(page, asker, row.host, json.loads(row.doors), reception)
        if row.hash is not None and fields & {"uid", "from", "until"}:
            check_card(page, row)
        if "from" in fields and not asker.staff:
            check_quota(page, row, reception)


def _count_used(page: Page, row: VisitorRow) -> None:
    """Keep how often the pass was used, before another takes its place."""
    query = select(PassRow.uses).where(
        PassRow.site == page.site, PassRow.kind == PassKind.VISITOR, PassRow.ref == row.id
    )
    left = page.session.scalar(query)
    if left is not None and row.uses is not None:
        row.used += max(0, row.uses - row.used) - left


def _renew(page: Page, row: VisitorRow) -> None:
    left = None if row.uses is None else max(0, row.uses - row.used)
    admission = Admission(
        PassKind.VISITOR,
        Bearer(row.name, row.email, None, row.hash, row.tail),
        moment(row.starts),
        moment(row.ends),
        doors=json.loads(row.doors),
        host=row.host,
        uses=left,
    )
    passes.renew(page, row.id, [admission])


def _written(doors: Collection[str]) -> str:
    return json.dumps(sorted(set(doors)))


def _note(page: Page, row: VisitorRow, reason: str, fields: list[str]) -> None:
    """Write the change into the journal; the host is the member it is about."""
    now: dict[str, object] = {
        "name": row.name,
        "email": row.email,
        "host": row.host,
        "from": moments.shown(moment(row.starts)),
        "until": moments.shown(moment(row.ends)),
        "doors": json.loads(row.doors),
        "uses": row.uses,
        "while_host_in": row.while_host_in,
    }
    said = told({key: now[key] for key in fields if key in now})
    page.note(Noted(reason, row.id, said, row.host, row.tail))
