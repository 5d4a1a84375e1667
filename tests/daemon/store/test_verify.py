"""Whatever is done to the journal behind our back, the first bad entry is named."""

from pathlib import Path
from random import Random

import pytest
from sqlalchemy import delete, text, update

from daemon.store.chain import Broken, Fault, Sound
from daemon.store.engine import Store
from daemon.store.journal import Entry, Kind
from daemon.store.tables import JournalRow, SiteRow
from daemon.store.verify import CHUNK, verify
from tests.daemon.store.building import NOON, SITE, something, write
from tests.daemon.store.tampering import WAYS, Archive, Burglar, Row
from tests.faults.sizes import size

ENTRIES = 30
TAMPERINGS = size("USCIERE_TAMPERINGS", 300)
"""On SQLite; a third of them on PostgreSQL."""
FORGOTTEN = 7


def _told(number: int) -> Entry:
    """Return an entry; every third without any personal column."""
    if number % 3 == 0:
        return Entry(Kind.DOOR, NOON, NOON, door="lab", reason="opened")
    return something(
        number,
        member=f"m{number}",
        badge="1234",
        granted=bool(number % 2),
        reason="plan",
        detail={"n": number},
    )


@pytest.fixture
def archive(store: Store, tmp_path: Path) -> Archive:
    write(store, *map(_told, range(ENTRIES)))
    with store.writing() as session:
        blank: Row = {"member": None, "badge": None, "detail": None, "salt": None}
        session.execute(update(JournalRow).where(JournalRow.seq == FORGOTTEN).values(**blank))
    return Archive(store, tmp_path / "head")


def test_hundreds_of_tamperings_are_found_each_at_its_first_entry(archive: Archive) -> None:
    chance = Random(TAMPERINGS)  # noqa: S311 - chance, not secrecy
    for number in range(TAMPERINGS if archive.store.is_sqlite else TAMPERINGS // 3):
        tamper = WAYS[number % len(WAYS)]
        with archive.store.writing() as session:
            first = tamper(Burglar(archive, session, chance))
        verdict = archive.verdict()
        assert isinstance(verdict, Broken), (number, tamper, first)
        assert verdict.seq == first, (number, tamper, verdict)
        archive.restore()
    assert archive.verdict() == Sound(*archive.head, apart=True)


def test_an_untouched_journal_is_sound_with_and_without_a_head_apart(archive: Archive) -> None:
    assert archive.verdict() == Sound(*archive.head, apart=True)
    assert archive.verdict(apart=False) == Sound(*archive.head, apart=False)
    archive.apart.unlink()
    assert archive.verdict() == Sound(*archive.head, apart=False)


def test_an_empty_journal_is_sound(store: Store) -> None:
    assert verify(store, SITE, None, lambda *_: None) == Sound(0, "0" * 64, apart=False)


@pytest.mark.parametrize(
    ("sql", "fault", "problem"),
    [
        ("update journal set reason = 'staff' where seq = 4", Fault.ALTERED, "entry 4 is not what"),
        ("update journal set member = 'bea' where seq = 5", Fault.ALTERED, "member, badge or"),
        ("update journal set member = 'bea' where seq = 7", Fault.ALTERED, "of entry 7 are not"),
        (
            "delete from journal where seq = 9",
            Fault.MISSING,
            "entry 9 is missing; after 8 comes 10",
        ),
        ("delete from journal where seq < 3", Fault.MISSING, "entries 1 to 2 are missing; after 0"),
        ("delete from journal where seq > 20", Fault.CUT_OFF, "ends with entry 20, but .* of 30"),
        ("delete from journal", Fault.CUT_OFF, "ends with entry 0, but .* of 30"),
        ("update journal set seq = -3 where seq = 30", Fault.ALTERED, "under -3, where 1 was due"),
        ("update site set seq = 31", Fault.HEAD_ALTERED, "names entry 31"),
        ("update site set seq = 29", Fault.HEAD_ALTERED, "names entry 29"),
        ("update site set head = 'none'", Fault.HEAD_ALTERED, "not 30"),
        ("delete from site", Fault.HEAD_ALTERED, "no row for this site"),
    ],
)
def test_the_fault_is_called_by_its_name(
    archive: Archive, sql: str, fault: Fault, problem: str
) -> None:
    with archive.store.writing() as session:
        session.execute(text(sql))
    verdict = archive.verdict()
    assert isinstance(verdict, Broken)
    assert verdict.fault is fault
    with pytest.raises(AssertionError, match=problem):
        raise AssertionError(verdict.problem)


def test_of_two_that_changed_places_it_is_told_where_the_first_stands(archive: Archive) -> None:
    with archive.store.writing() as session:
        for old, new in ((4, 0), (21, 4), (0, 21)):
            session.execute(update(JournalRow).where(JournalRow.seq == old).values(seq=new))
    assert archive.verdict() == Broken(4, Fault.REORDERED, "entry 4 stands under 21")


def test_a_cut_that_mends_the_sites_row_shows_only_against_the_head_apart(archive: Archive) -> None:
    with archive.store.writing() as session:
        session.execute(delete(JournalRow).where(JournalRow.seq > 20))
        session.execute(update(SiteRow).values(seq=20, head=archive.hash_before(21)))
    assert isinstance(archive.verdict(apart=False), Sound)
    assert archive.verdict() == Broken(
        21, Fault.CUT_OFF, "the journal ends with entry 20, but the head kept apart knows of 30"
    )


def test_a_head_apart_that_lags_behind_is_no_fault(archive: Archive) -> None:
    write(archive.store, something(99))
    verdict = archive.verdict()
    assert isinstance(verdict, Sound)
    assert verdict.entries == ENTRIES + 1


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "sql",
    [
        "update journal set granted = 5 where seq = 5",
        "update journal set late = 'no' where seq = 5",
        "update journal set id = x'6162' where seq = 5",
        "update journal set id = cast(x'ff' as text) where seq = 5",
        "update journal set salt = 'pepper' where seq = 5",
        "update journal set salt = 16 where seq = 5",
        "update journal set badge = 1.5 where seq = 5",
        "update journal set commitment = x'00' where seq = 5",
        "update journal set at = 'noon' where seq = 5",
    ],
)
def test_values_that_we_never_write_are_altered_too(archive: Archive, sql: str) -> None:
    with archive.store.writing() as session:
        session.execute(text(sql))
    verdict = archive.verdict()
    assert isinstance(verdict, Broken)
    assert (verdict.seq, verdict.fault) == (5, Fault.ALTERED)


def test_entries_may_be_written_meanwhile_and_progress_is_told(store: Store) -> None:
    many = 2 * CHUNK + 1
    write(store, *map(something, range(many)))
    told: list[tuple[int, int]] = []

    def write_another(done: int, of: int) -> None:
        told.append((done, of))
        write(store, something(of))

    verdict = verify(store, SITE, None, write_another)
    assert isinstance(verdict, Sound)
    assert verdict.entries == many + 2
    assert told == [(1000, many), (2000, many + 1), (many + 2, many + 2)]
