"""Cards that prove themselves at the doorman: once an address, whatever fails meanwhile."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from daemon.house import House
from daemon.proofs import Expert
from daemon.store.engine import Store
from daemon.store.tables import JournalRow
from devices.cards.keys import SunKeys
from devices.cards.sun import check
from devices.contract import Forged, Proof, Proven, Sun, Tap
from devices.uid import Uid
from tests.daemon.porch import ANNA, BEA, STRANGER, Porch, locked, move_in, tap
from tests.daemon.store.building import NOON, SECOND, SITE
from tests.daemon.test_adrift import ruin, said
from tests.devices.cards.simulator import sun_url
from tests.devices.cards.vectors import octets

KEYS = SunKeys(
    octets("A1B2C3D4E5F60718293A4B5C6D7E8F90"), octets("0F1E2D3C4B5A69788796A5B4C3D2E1F0")
)
EXPERT = Expert(lambda url: check(url, KEYS))
FORGED, GRANTED = (False, "badge-forged"), (True, "plan")


@pytest.fixture(scope="module")
def vault(house: House) -> House:
    """Return the house, its lab open for nobody without a proof."""
    lab = house.doors["lab"]
    places = {name: replace(place, cryptographic=True) for name, place in lab.places.items()}
    doors = {**house.doors, "lab": replace(lab, places=places)}
    return replace(house, doors=doors, repeat=0 * SECOND)


@pytest.fixture
def store(tmp_path: Path, sqlite_ready: Path) -> Iterator[Store]:
    shutil.copy(sqlite_ready, tmp_path / "usciere.db")
    store = Store(f"sqlite:///{tmp_path}/usciere.db")
    move_in(store, SITE)
    yield store
    store.close()


@pytest.fixture
def porch(tmp_path: Path, store: Store, vault: House) -> Iterator[Porch]:
    made = Porch(store, vault, tmp_path, expert=EXPERT)
    yield made
    made.desk.close()


def sun(counter: int, uid: Uid = ANNA) -> Sun:
    return Sun(sun_url(uid, counter, KEYS.meta, KEYS.file_of(uid)))


def shows(  # noqa: PLR0913 - what tells one tap from another
    proof: Proof | None,
    name: str | None = "t1",
    uid: Uid = ANNA,
    *,
    door: str = "lab",
    reader: str = "",
    packet: int = 1,
    late: bool = False,
) -> Tap:
    made = tap(uid, name, door=door, reader=reader, packet=packet, late=late)
    return made._replace(proof=proof)


def details(porch: Porch) -> list[dict[str, object]]:
    with porch.store.reading() as session:
        found = session.scalars(select(JournalRow.detail).order_by(JournalRow.seq))
        return [json.loads(text or "{}") for text in found]


def test_a_number_alone_opens_no_door_that_wants_a_proof(porch: Porch) -> None:
    porch.takes(shows(None))
    porch.takes(shows(None, "t2", door="entrance"))
    assert said(porch) == [FORGED, GRANTED]
    assert [detail.get("strength") for detail in details(porch)] == [None, None]


def test_a_card_that_proves_itself_comes_in_and_the_journal_says_how(porch: Porch) -> None:
    porch.takes(shows(sun(1)))
    porch.takes(shows(Proven("desfire-ev2"), "t2"))
    assert said(porch) == [GRANTED, GRANTED]
    assert [(each["strength"], each["method"]) for each in details(porch)] == [
        ("cryptographic", "sun"),
        ("cryptographic", "desfire-ev2"),
    ]


@pytest.mark.parametrize("door", ["lab", "entrance"])
def test_an_address_is_good_once_at_any_door(porch: Porch, door: str) -> None:
    porch.takes(shows(sun(5)))
    porch.takes(shows(sun(5), "t2", door=door))
    porch.takes(shows(sun(4), "t3", door=door))
    porch.takes(shows(sun(6), "t4", door=door))
    assert said(porch) == [GRANTED, FORGED, FORGED, GRANTED]
    assert [detail.get("forged") for detail in details(porch)] == [
        None,
        "the address was used before",
        "the address was used before",
        None,
    ]


def test_two_taps_together_with_one_address_open_once(porch: Porch) -> None:
    porch.takes(shows(sun(5)), shows(sun(5), "t2", packet=2))
    assert said(porch) == [GRANTED, FORGED]


def test_the_same_message_again_is_no_replay(porch: Porch) -> None:
    porch.takes(shows(sun(5)))
    porch.takes(shows(sun(5)))
    assert said(porch) == [GRANTED, GRANTED]
    assert len(details(porch)) == 1


def test_an_address_is_good_once_after_a_restart_too(
    porch: Porch, store: Store, vault: House, tmp_path: Path
) -> None:
    porch.takes(shows(sun(5)))
    porch.leaves()
    successor = Porch(store, vault, tmp_path, expert=EXPERT)
    successor.takes(shows(sun(5), "t2"))
    successor.takes(shows(sun(6), "t3"))
    assert said(successor) == [FORGED, GRANTED]
    successor.desk.close()


@pytest.mark.parametrize("door", ["lab", "entrance"])
@pytest.mark.parametrize(
    ("proof", "why"),
    [
        (Sun("https://example.org/"), "no MAC"),
        (sun(1, BEA), "another card"),
        (Sun(sun_url(ANNA, 1, KEYS.meta, bytes(16))), "MAC"),
        (Forged("the card does not know our key"), "does not know"),
    ],
)
def test_a_proof_that_fails_opens_nothing(porch: Porch, door: str, proof: Proof, why: str) -> None:
    porch.takes(shows(proof, door=door))
    assert said(porch) == [FORGED]
    assert why in str(details(porch)[0]["forged"])
    assert porch.wires.released == []
    assert porch.visits() == []


def test_a_refused_address_is_used_up_as_well(porch: Porch) -> None:
    porch.takes(shows(sun(3, STRANGER), uid=STRANGER))
    porch.takes(shows(sun(3, STRANGER), "t2", uid=STRANGER))
    assert [detail.get("forged") for detail in details(porch)] == [
        None,
        "the address was used before",
    ]


def test_a_forged_badge_gets_out_and_moves_nobody(porch: Porch) -> None:
    porch.takes(shows(None, "in", door="entrance"))
    porch.takes(shows(Forged("no"), "out", door="entrance", reader="inside"))
    assert said(porch) == [GRANTED, (True, "exit")]
    assert porch.visits() == [("anna", "open-space", None)]


def test_forged_badges_tire_the_reader_out(porch: Porch) -> None:
    for number in range(5):
        at = NOON + number * SECOND
        porch.takes(tap(ANNA, f"t{number}", at, door="lab")._replace(proof=Forged("no")))
    porch.takes(tap(STRANGER, "t9", NOON + 5 * SECOND, door="lab"))
    assert said(porch)[-1] == (False, "throttled")


def test_a_card_with_a_random_number_is_known_by_its_own(porch: Porch) -> None:
    shown = Uid(octets("08A1B2C3"))
    porch.takes(shows(Proven("desfire-ev2", ANNA), uid=shown))
    assert said(porch) == [GRANTED]


def test_a_house_without_keys_takes_an_address_for_nothing(
    store: Store, vault: House, tmp_path: Path
) -> None:
    porch = Porch(store, vault, tmp_path)
    porch.takes(shows(sun(1), door="entrance"))
    porch.takes(shows(sun(1), "t2"))
    assert said(porch) == [GRANTED, FORGED]
    assert details(porch)[0].get("strength") is None
    porch.desk.close()


def test_a_late_address_that_was_overtaken_accuses_nobody(porch: Porch) -> None:
    porch.takes(shows(sun(5), door="entrance"))
    porch.takes(shows(sun(4), "t2", door="entrance", late=True))
    assert said(porch) == [GRANTED, (False, "late")]
    assert details(porch)[1]["would"] == "plan"
    assert "forged" not in details(porch)[1]


def test_nothing_of_the_address_is_ever_written(
    porch: Porch, caplog: pytest.LogCaptureFixture
) -> None:
    plain = sun_url(ANNA, 9, KEYS.meta, KEYS.file_of(ANNA), plain=True)
    mac = plain[-16:]
    porch.takes(shows(Sun(plain)))
    with locked(porch.store):
        porch.takes(shows(Sun(plain), "t2"))
        spooled = (Path(str(porch.store.url.database)).parent / "spool").read_text()
    porch.rests()
    with porch.store.reading() as session:
        rows = repr([vars(row) for row in session.scalars(select(JournalRow))])
    shown = "".join([rows, spooled, *porch.answers(), caplog.text, repr(shows(Sun(plain)).proof)])
    assert mac not in shown
    assert "example.org" not in shown
    assert ANNA.hex().upper() not in shown.upper()


def test_while_the_database_is_held_an_address_is_good_once_and_stays_used(porch: Porch) -> None:
    porch.takes(shows(sun(5), "t0"))
    with locked(porch.store):
        porch.takes(shows(sun(5), "t1"))
        porch.takes(shows(sun(6), "t2"))
        porch.takes(shows(sun(6), "t3"))
        porch.takes(shows(sun(6), "t2"))
    porch.rests()
    porch.takes(shows(sun(6), "t4"))
    porch.takes(shows(sun(7), "t5"))
    assert said(porch) == [GRANTED, FORGED, GRANTED, FORGED, GRANTED, FORGED, GRANTED]
    strengths = [detail.get("strength") for detail in details(porch)]
    assert strengths == ["cryptographic", None, "cryptographic", None, None, "cryptographic"]


def test_what_was_used_while_the_database_was_held_is_known_after_a_crash(
    porch: Porch, store: Store, vault: House, tmp_path: Path
) -> None:
    with locked(store):
        porch.takes(shows(sun(6), "t1"))
        porch.leaves()
    successor = Porch(store, vault, tmp_path, expert=EXPERT)
    with locked(store):
        successor.takes(shows(sun(6), "t2"))
    successor.rests()
    assert said(successor) == [FORGED]
    successor.desk.close()


def test_with_the_database_gone_a_card_is_known_by_its_last_counter_or_not_at_all(
    porch: Porch,
) -> None:
    porch.takes(shows(sun(5), "t0"))
    porch.takes(shows(None, "t1", BEA, door="entrance"))
    porch.store.engine.dispose()
    ruin(porch.store)
    porch.takes(shows(sun(5), "t2"))
    porch.takes(shows(sun(6), "t3"))
    porch.takes(shows(sun(1, BEA), "t4", BEA))
    porch.takes(shows(sun(2, BEA), "t5", BEA, door="entrance"))
    assert said(porch)[2:] == [FORGED, GRANTED, FORGED, GRANTED]


def test_a_tap_that_could_not_be_written_is_judged_again_and_no_replay(porch: Porch) -> None:
    """Its counter rose in a book that broke; in memory it stands beside its message."""
    porch.adrift.count(b"x" * 32, 5, "t1")
    counters = porch.adrift._counters
    assert counters.rises(b"x" * 32, 5, "t1") is True
    assert counters.rises(b"x" * 32, 5, "t2") is False
