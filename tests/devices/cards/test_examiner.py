"""Cards at our own readers: ours prove themselves, clones can't, strangers are left in peace."""

import pytest

from devices.cards.examiner import examiner, has_delivered_key
from devices.cards.keys import CardKeys, read
from devices.contract import Forged, Proof, Proven, Unreachable
from devices.uid import Uid
from tests.devices.cards.simulator import SimulatedCard, diversified_of, mac_of
from tests.devices.cards.vectors import ZERO, octets

UID = Uid(octets("04A224B1C35880"))
RANDOM = Uid(octets("08A1B2C3"))
MASTER = "A1B2C3D4E5F60718293A4B5C6D7E8F90"
SHARED = "C0FFEE11C0FFEE22C0FFEE33C0FFEE44"
OTHER = "0F1E2D3C4B5A69788796A5B4C3D2E1F0"
KEYS = read(
    f'[desfire]\napplication = "F5CA01"\nmaster = "{MASTER}"\nnumber = 1\nshared = "{SHARED}"\n'
    f'[ntag424]\nmaster = "{OTHER}"\nnumber = 3\n'
)


def own(master: str, application: str = "", uid: Uid = UID) -> bytes:
    """Return a card's own key, made by the simulator's own means."""
    return diversified_of(octets(master), uid + octets(application))


def desfire(key: bytes | None = None, *, generation: int = 2) -> SimulatedCard:
    keys = {0: ZERO, 1: key or own(MASTER, "F5CA01")}
    return SimulatedCard(UID, keys, application="F5CA01", generation=generation)


def ntag(key: bytes | None = None) -> SimulatedCard:
    return SimulatedCard(UID, {0: ZERO, 3: key or own(OTHER)})


def private(key: bytes | None = None) -> SimulatedCard:
    keys = {0: octets(SHARED), 1: key or own(MASTER, "F5CA01")}
    return SimulatedCard(UID, keys, application="F5CA01", shows=RANDOM)


def found(card: SimulatedCard, keys: CardKeys = KEYS) -> Proof | None:
    return examiner(keys)(card)


def why(card: SimulatedCard) -> str:
    proof = found(card)
    assert isinstance(proof, Forged), proof
    return proof.why


def test_the_simulators_cmac_is_that_of_the_rfc() -> None:
    key = octets("2B7E151628AED2A6ABF7158809CF4F3C")  # RFC 4493, 4: examples 1, 2 and 3
    text = octets(
        "6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E5130C81C46A35CE411"
    )
    macs = [mac_of(key, text[:length]).hex() for length in (0, 16, 40)]
    assert macs == [
        "bb1d6929e95937287fa37d129b756746",
        "070a16b46b4d4144f79bdd9dd04a287c",
        "dfa66747de9ae63030ca32611497c827",
    ]


def test_every_generation_proves_itself_in_its_own_way() -> None:
    assert found(desfire()) == Proven("desfire-ev2")
    assert found(desfire(generation=1)) == Proven("desfire-ev1")
    assert found(ntag()) == Proven("ntag424")


@pytest.mark.parametrize("key", [ZERO, octets(MASTER), own(OTHER), own(MASTER, "F5CA02")])
def test_a_card_with_another_key_is_forged(key: bytes) -> None:
    assert "does not take our key" in why(desfire(key))
    assert "does not take our key" in why(desfire(key, generation=1))


def test_a_clone_with_another_cards_key_is_forged() -> None:
    other = Uid(octets("04A224B1C35881"))
    assert "does not take our key" in why(desfire(own(MASTER, "F5CA01", other)))
    assert "does not take our key" in why(ntag(own(OTHER, uid=other)))


def test_a_card_without_the_keys_number_is_forged() -> None:
    card = SimulatedCard(UID, {0: own(MASTER, "F5CA01")}, application="F5CA01")
    assert "does not begin" in why(card)


def test_a_card_of_somebody_else_is_left_in_peace() -> None:
    assert found(SimulatedCard(UID, {0: ZERO}, application="112233")) is None
    assert found(ntag(), CardKeys(desfire=KEYS.desfire)) is None
    assert found(ntag(), CardKeys()) is None


@pytest.mark.parametrize("after", range(3))
def test_a_card_that_leaves_too_early_is_not_accused(after: int) -> None:
    card = desfire()
    card.leaves_after = after
    assert found(card) is None


def test_a_card_with_a_random_number_tells_its_own_and_proves_that() -> None:
    assert found(private()) == Proven("desfire-ev2", UID)


def test_a_card_with_a_random_number_needs_both_keys() -> None:
    assert "does not take our key" in why(private(ZERO))
    card = private()
    card._keys[0] = ZERO
    assert "does not take our key" in why(card)


def test_an_old_card_with_a_random_number_is_not_accused() -> None:
    card = private()
    card._generation = 1
    assert found(card) is None


def test_without_a_shared_key_a_random_number_proves_nothing() -> None:
    assert KEYS.ntag424
    card = SimulatedCard(UID, {3: own(OTHER)}, shows=RANDOM)
    assert found(card) is None


def test_a_card_as_it_was_delivered_is_noticed() -> None:
    assert has_delivered_key(desfire(ZERO), KEYS)
    assert has_delivered_key(ntag(ZERO), KEYS)
    assert not has_delivered_key(desfire(), KEYS)
    assert not has_delivered_key(ntag(), KEYS)
    assert not has_delivered_key(SimulatedCard(UID, {0: ZERO}, application="112233"), KEYS)


def test_no_key_is_ever_sent() -> None:
    for card in (desfire(), desfire(generation=1), ntag(), private()):
        found(card)
        sent = b"".join(card.heard)
        for key in (octets(MASTER), octets(SHARED), octets(OTHER), *card._keys.values()):
            assert key not in sent


def test_every_examination_draws_its_own_chance() -> None:
    one, other = desfire(), desfire()
    found(one)
    found(other)
    assert one.heard[2] != other.heard[2]


def test_a_card_that_leaves_during_the_look_for_delivery_keys_is_told_of() -> None:
    card = desfire()
    card.leaves_after = 1
    with pytest.raises(Unreachable):
        has_delivered_key(card, KEYS)
