"""A door that demands proofs, over a real Mosquitto: clones stay outside, addresses open once."""

from collections.abc import Iterator

import pytest

from daemon.card_keys import make
from devices.cards.keys import SunKeys, read
from devices.uid import parse
from tests.devices.cards.simulator import sun_url
from tests.faults.house import Card, House, furnished
from tests.faults.oracle import assert_sound, journal
from tests.faults.street import NOBODY, Street

pytestmark = pytest.mark.mosquitto
VAULT = "north"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """Give a house whose north door opens for no number alone."""
    with furnished() as house:
        folder = house.settings.folder
        make(folder / "cards.key")
        config = folder / "usciere.toml"
        text = config.read_text() + '[cards]\nkey_file = "cards.key"\n'
        strong = f'id = "{VAULT}"\nstrength = "cryptographic"'
        config.write_text(text.replace(f'id = "{VAULT}"', strong))
        house.daemon.start()
        with Street(house, "first") as street:
            street.ask(NOBODY)
        yield house
        assert_sound(house)


@pytest.fixture
def keys(house: House) -> SunKeys:
    found = read((house.settings.folder / "cards.key").read_text()).sun
    assert found is not None
    return found


def shown_by(card: Card, counter: int, keys: SunKeys) -> str:
    uid = parse(card.uid)
    return sun_url(uid, counter, keys.meta, keys.file_of(uid))


def reason(street: Street, name: str) -> object:
    return street.answer(name)["reason"]


def test_a_cloned_number_stays_outside_and_the_card_itself_comes_in(
    house: House, keys: SunKeys
) -> None:
    card = house.somebody()
    with Street(house) as street:
        clone = street.tap(card, VAULT)
        assert street.answer(clone)["granted"] is False
        assert street.answer(clone)["message"] == (
            "Il badge non dimostra di essere autentico, senti lo staff"
        )
        genuine = street.tap(card, VAULT, sun=shown_by(card, 1, keys))
        assert street.answer(genuine)["granted"] is True
        assert [len(street.commands(name)) for name in (clone, genuine)] == [0, 1]
        everyday = street.tap(card, "south")
        assert street.answer(everyday)["granted"] is True


def test_an_address_opens_one_door_once_also_after_a_crash(house: House, keys: SunKeys) -> None:
    card = house.somebody()
    address = shown_by(card, 7, keys)
    with Street(house) as street:
        both = [street.tap(card, door, sun=address) for door in (VAULT, "south")]
        assert sorted(str(reason(street, name)) for name in both) == ["badge-forged", "plan"]
        house.daemon.kill()
        house.daemon.start()
        street.ask(NOBODY)
        assert reason(street, street.tap(card, "east", sun=address)) == "badge-forged"
        newer = street.tap(card, VAULT, sun=shown_by(card, 8, keys))
        assert street.answer(newer)["granted"] is True


def test_no_address_is_kept_or_said_anywhere(house: House, keys: SunKeys) -> None:
    card = house.somebody()
    address = shown_by(card, 1, keys)
    secret = address[-16:]
    with Street(house) as street:
        street.answer(street.tap(card, VAULT, sun=address))
        street.answer(street.tap(card, VAULT, sun=address + "0"))
        street.answer(street.tap(card, VAULT, sun=address + "\n"))
        told = b"".join(each.payload for each in street.heard if each.word != "tap").decode()
    entries = repr([vars(row) for row in journal(house)])
    assert secret not in told + entries + house.daemon.said()
    for file in house.settings.folder.glob("usciere.db*"):
        assert secret.encode() not in file.read_bytes()
