"""A reader at this very host beside doors over MQTT: a real nfcpy on a chip that can be pulled out.

The doorman is a process of its own, the broker a real Mosquitto that may go away.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from daemon.store.tables import DoorRow
from devices.uid import Uid
from tests.devices.nfc.cards import PlainCard
from tests.devices.nfc.pn532_chip import Chip
from tests.faults.house import SITE, Card, House, Terms, furnished
from tests.faults.oracle import journal
from tests.faults.street import SOON, Heard, Street

pytestmark = [pytest.mark.mosquitto, pytest.mark.slow]
THERE = "the reader wall of studio is there"
DOOR = """\
[[doors]]
id = "studio"
room = "open-space"
[[doors.readers]]
id = "wall"
driver = "nfc"
device = "{path}"
"""


@pytest.fixture
def chip(tmp_path: Path) -> Iterator[Chip]:
    made = Chip(tmp_path / "usb-PN532")
    made.plug_in()
    yield made
    made.unplug()


@pytest.fixture
def house(chip: Chip) -> Iterator[House]:
    with furnished(Terms(more=DOOR.format(path=chip.path), repeat=0)) as made:
        yield made


def lies(chip: Chip, card: Card) -> None:
    """Lay a card on the reader for a moment; what lies there when it comes on opens nothing."""
    time.sleep(0.8)
    chip.card = PlainCard(Uid(bytes.fromhex(card.uid)))
    time.sleep(0.4)
    chip.card = None
    time.sleep(0.4)


def at_the_studio(word: str) -> Callable[[Heard], bool]:
    return lambda heard: heard.door == "studio" and heard.word == word


def online(house: House) -> bool | None:
    with house.store.reading() as session:
        row = session.get(DoorRow, (SITE, "studio"))
        return None if row is None else row.online


def until(happened: Callable[[], bool], seconds: float = SOON) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_card_at_this_host_opens_a_door_at_the_broker(house: House, chip: Chip) -> None:
    somebody = house.somebody()
    with Street(house) as street:
        house.daemon.start()
        until(lambda: THERE in house.daemon.said())
        lies(chip, somebody)
        command = street.until(at_the_studio("command")).said()
        feedback = street.until(at_the_studio("feedback")).said()
    assert (command["action"], command["tap"]) == ("unlock", feedback["tap"])
    assert (feedback["granted"], feedback["reason"]) == (True, "plan")
    [entry] = [row for row in journal(house, "tap") if row.door == "studio"]
    assert (entry.reader, entry.member, entry.granted) == ("wall", somebody.member, True)
    assert house.daemon.stop() == 0
    assert somebody.uid not in house.daemon.said()


def test_the_reader_goes_on_while_the_broker_is_away_and_nothing_opens_late(
    house: House, chip: Chip
) -> None:
    somebody = house.somebody()
    house.daemon.start()
    until(lambda: THERE in house.daemon.said())
    house.broker.stop()
    time.sleep(0.3)
    lies(chip, somebody)
    until(lambda: bool([row for row in journal(house, "tap") if row.door == "studio"]))
    time.sleep(6)  # an unlock lives for five seconds
    house.broker.start()
    with Street(house) as street:
        assert street.ask(house.somebody())["granted"] is True
        assert [each for each in street.commands() if each.door == "studio"] == []
        lies(chip, somebody)
        street.until(at_the_studio("command"))
    reasons = [row.reason for row in journal(house, "door")]
    assert "unlock-dropped" in reasons


def test_a_reader_that_is_pulled_out_is_seen_and_comes_back(house: House, chip: Chip) -> None:
    with Street(house) as street:
        house.daemon.start()
        until(lambda: THERE in house.daemon.said())
        chip.unplug()
        until(lambda: online(house) is False, 3)
        assert street.ask(house.somebody())["granted"] is True
        chip.plug_in()
        until(lambda: online(house) is True, 5)
        lies(chip, house.somebody())
        street.until(at_the_studio("command"))
    assert "Traceback" not in house.daemon.said()
