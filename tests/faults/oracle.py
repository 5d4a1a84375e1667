"""What became of it all: taps, answers, lock log and journal compared, the database looked at."""

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from daemon.store.headfile import head_path
from daemon.store.tables import JournalRow
from daemon.store.verify import Sound, verify
from devices.clock import moment
from devices.moments import parse
from tests.faults.house import SITE, House
from tests.faults.street import Heard


def journal(house: House, kind: str | None = None) -> Sequence[JournalRow]:
    """Return the entries of a kind, or all, in order."""
    with house.store.reading() as session:
        found = session.scalars(
            select(JournalRow).where(JournalRow.site == SITE).order_by(JournalRow.seq)
        ).all()
    return [row for row in found if kind is None or row.kind == kind]


@dataclass(frozen=True)
class Findings:
    """What went wrong, as lists of tap ids. All empty but for `unopened` is what we promise.

    `unopened`: granted, but no unlock was ever seen.
    """

    lost: list[str]
    doubled: list[str]
    unanswered: list[str]
    contradicted: list[str]
    opened_twice: list[str]
    opened_wrongly: list[str]
    unopened: list[str]

    def __str__(self) -> str:
        return ", ".join(f"{len(found)} {name}" for name, found in vars(self).items())


def compare(
    house: House,
    sent: Mapping[str, str],
    answers: Mapping[str, Sequence[bytes]],
    commands: Sequence[Heard],
) -> Findings:
    """Compare what was sent (tap id -> door) with what was written, answered and opened."""
    written = [row for row in journal(house, "tap") if row.reason != "replay"]
    rows = {row.id: row for row in written}
    times = Counter(row.id for row in written)
    unlocks = Counter(str(each.said().get("tap")) for each in commands)
    opened = {
        name
        for name, row in rows.items()
        if row.granted and row.reason != "repeat" and (not sent or name in sent)
    }
    return Findings(
        lost=[name for name in sent if name not in rows],
        doubled=[name for name, count in times.items() if count > 1],
        unanswered=[name for name in sent if not answers.get(name)],
        contradicted=[
            name
            for name, given in answers.items()
            if name in sent and name in rows and not _agree(rows[name], given)
        ],
        opened_twice=[name for name, count in unlocks.items() if count > 1],
        opened_wrongly=[
            str(each.said().get("tap")) for each in commands if not _is_right(each, rows)
        ],
        unopened=[name for name in opened if name not in unlocks],
    )


def assert_nothing_wrong(found: Findings) -> None:
    """Check that every list is empty; which is not, is told with what is in it."""
    assert {name: ids[:5] for name, ids in vars(found).items() if ids} == {}


def _agree(row: JournalRow, given: Sequence[bytes]) -> bool:
    said = json.loads(given[0])
    same = len(set(given)) == 1
    return same and (said["granted"], said["reason"]) == (row.granted, row.reason)


def _is_right(command: Heard, rows: Mapping[str, JournalRow]) -> bool:
    """Tell whether an earlier grant at this very door stands behind an unlock, in time."""
    said = command.said()
    row = rows.get(str(said.get("tap")))
    if row is None or not row.granted or row.door != command.door or row.late:
        return False
    return parse(str(said["issued"])) == moment(row.received_at)


def assert_sound(house: House) -> int:
    """Check database, numbering and chain; return the number of entries."""
    if house.store.is_sqlite:
        with sqlite3.connect(str(house.store.url.database)) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        database.close()
    rows = journal(house)
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    verdict = verify(house.store, SITE, head_path(house.settings), lambda _, __: None)
    assert isinstance(verdict, Sound), verdict
    return len(rows)
