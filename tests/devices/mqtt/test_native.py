"""The native protocol, pure: every message is a signal or a sentence on what is wrong with it."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices import uid
from devices.contract import (
    Action,
    Command,
    ExitPress,
    Level,
    Nonsense,
    Nothing,
    Nudge,
    Pin,
    Receipt,
    Signal,
    Sun,
    Tap,
)
from devices.moments import shown
from devices.mqtt import native
from devices.mqtt.link import Arrival
from devices.mqtt.native import Native

NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
CARD = "04A224B1C35880"
DOORS = {"front": ["outside", "inside"], "lab": ["main"]}
protocol = Native("usciere", "cooffice", DOORS)


def came(payload: object, word: str = "tap", door: str = "front", **said: object) -> Arrival:
    """Return a message as the broker hands it over."""
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    arrival = Arrival(
        f"usciere/cooffice/door/{door}/{word}", raw, 5, 1, retain=False, again=False, waited=False
    )
    return arrival._replace(**said)  # type: ignore[arg-type]  # its own fields


def read(payload: object, word: str = "tap", door: str = "front", **said: object) -> Signal:
    return protocol.read(came(payload, word, door, **said), NOW)


def problem(payload: object, word: str = "tap", door: str = "front", **said: object) -> Nonsense:
    found = read(payload, word, door, **said)
    assert isinstance(found, Nonsense)
    return found


def tap(payload: object, **said: object) -> Tap:
    found = read(payload, **said)  # type: ignore[arg-type]  # the fields of an arrival
    assert isinstance(found, Tap)
    return found


# ---- taps ---------------------------------------------------------------------------------------


def test_a_tap_with_all_it_may_have() -> None:
    at = NOW - timedelta(seconds=1)
    said = {"uid": CARD, "id": "t1", "at": shown(at), "reader": "inside", "pin": "1234", "x": [1]}
    assert tap(said) == Tap(
        "front", "inside", uid.parse(CARD), "t1", at, NOW, "", receipt=Receipt(1, 5, again=False),
        pin=Pin("1234"),
    )  # fmt: skip
    assert "1234" not in repr(tap(said))


def test_only_the_number_is_required() -> None:
    found = tap({"uid": CARD})
    assert (found.reader, found.id, found.at) == ("outside", None, None)
    assert found.fingerprint


def test_null_is_as_good_as_absent() -> None:
    found = tap({"uid": CARD, "id": None, "at": None, "reader": None, "pin": None})
    assert (found.reader, found.id, found.at) == ("outside", None, None)


@pytest.mark.parametrize(
    ("at", "kept"),
    [
        ("2019-12-31T23:59:59Z", None),
        ("1970-01-01T00:00:00Z", None),
        ("2020-01-01T00:00:00Z", datetime(2020, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59Z", native.LATEST_CLOCK),
    ],
)
def test_a_clock_before_2020_counts_as_none(at: str, kept: datetime | None) -> None:
    assert tap({"uid": CARD, "at": at}).at == kept


@pytest.mark.parametrize(
    ("payload", "word"),
    [
        ({}, "uid is missing"),
        ({"uid": 4}, "uid must be a text"),
        ({"uid": "04"}, "bytes"),
        ({"uid": CARD, "id": ""}, "id must have"),
        ({"uid": CARD, "id": "x" * 129}, "id must have"),
        ({"uid": CARD, "id": "a\nb"}, "id must have"),
        ({"uid": CARD, "id": 1}, "id must be a text"),
        ({"uid": CARD, "at": "now"}, "offset"),
        ({"uid": CARD, "at": 1}, "at must be a text"),
        ({"uid": CARD, "reader": "window"}, "no reader 'window'"),
        ({"uid": CARD, "reader": 1}, "reader must be a text"),
        ({"uid": CARD, "pin": 1}, "pin must be a text"),
        (b"", "not JSON"),
        (b"[]", "list"),
    ],
)
def test_what_breaks_the_protocol_is_malformed(payload: object, word: str) -> None:
    found = problem(payload)
    assert (found.code, found.door, found.about) == ("malformed", "front", "tap")
    assert word in found.problem


def test_a_malformed_tap_keeps_its_id_if_it_can_be_read() -> None:
    assert problem({"uid": "x", "id": "t1"}).id == "t1"
    assert problem(b'{"uid":"x","id":"t1"').id is None


@pytest.mark.parametrize("place", [{"reader": CARD}, {"reader": "04:A2:24:B1:C3:58:80"}])
def test_what_looks_like_a_badge_number_is_not_quoted(place: dict[str, str]) -> None:
    assert "24" not in problem({"uid": CARD, **place}).problem
    assert CARD not in problem({"uid": CARD}, door=CARD).problem
    assert CARD not in problem({"contact": CARD}, "state").problem
    assert CARD not in problem({}, "tap", CARD, retain=True).problem


# ---- other words --------------------------------------------------------------------------------


@pytest.mark.parametrize(("word", "about"), [("tap", "tap"), ("exit", "exit"), ("state", "door")])
def test_an_unknown_door_is_nobodys(word: str, about: str) -> None:
    found = problem({"uid": CARD}, word, "cellar")
    assert (found.code, found.door, found.about) == ("unknown-door", None, about)


@pytest.mark.parametrize("word", ["tap", "exit", "command"])
@pytest.mark.parametrize("door", ["front", "cellar"])
def test_a_retained_message_is_only_told_of(word: str, door: str) -> None:
    assert problem({"uid": CARD}, word, door, retain=True).code == "retained"


@pytest.mark.parametrize(
    ("payload", "word", "level"),
    [
        ({"contact": "open"}, "state", Level("front", NOW, open=True)),
        (
            {"contact": "closed", "bolt": "locked"},
            "state",
            Level("front", NOW, open=False, locked=True),
        ),
        ({"bolt": "unlocked", "at": "whenever"}, "state", Level("front", NOW, locked=False)),
        ({}, "state", Level("front", NOW)),
        (b"true", "online", Level("front", NOW, online=True)),
        (b"false", "online", Level("front", NOW, online=False)),
        (b"", "online", Level("front", NOW)),
    ],
)
def test_what_doors_report_counts_also_when_retained(
    payload: object, word: str, level: Level
) -> None:
    for retain in (False, True):
        found = read(payload, word, retain=retain)
        assert found == level._replace(receipt=Receipt(1, 5, again=False))


@pytest.mark.parametrize(
    ("payload", "word"),
    [({"contact": "ajar"}, "state"), ({"bolt": 1}, "state"), (b"TRUE", "online"), (b"", "state")],
)
def test_a_report_that_makes_no_sense_is_malformed(payload: object, word: str) -> None:
    found = problem(payload, word)
    assert (found.code, found.about) == ("malformed", "door")


def test_the_exit_button() -> None:
    found = read({"id": "p1"}, "exit", waited=True)
    assert found == ExitPress(
        "front", "p1", NOW, "", waited=True, receipt=Receipt(1, 5, again=False)
    )
    unnamed = read({}, "exit")
    assert isinstance(unnamed, ExitPress)
    assert unnamed.fingerprint


def test_commands_of_others_are_nobodys_business_unless_they_wait() -> None:
    assert isinstance(read({"action": "unlock"}, "command"), Nothing)


def test_a_nudge_is_a_nudge() -> None:
    order = came(b"anything")._replace(topic="usciere/cooffice/order")
    assert protocol.read(order, NOW) == Nudge(NOW, Receipt(1, 5, again=False))


def test_what_came_at_qos_0_needs_no_acknowledgement() -> None:
    assert tap({"uid": CARD}, packet=None).receipt is None


URL = "https://example.org/t?picc_data=EF963FF7828658A599F3041510671E88&cmac=94EED9EE65337086"


def test_the_address_a_card_showed_goes_along() -> None:
    found = read({"uid": CARD, "sun": URL})
    assert isinstance(found, Tap)
    assert found.proof == Sun(URL)
    for absent in ({"uid": CARD}, {"uid": CARD, "sun": None}):
        tap = read(absent)
        assert isinstance(tap, Tap)
        assert tap.proof is None


@pytest.mark.parametrize(
    "sun", ["", 3, [URL], URL + "x" * 512, "https://exämple.org/", URL + "\n", URL + "\x00"]
)
def test_an_address_that_is_none_is_malformed_and_never_shown(sun: object) -> None:
    found = problem({"uid": CARD, "sun": sun})
    assert found.code == "malformed"
    assert "sun must" in found.problem
    assert "EF963FF7" not in repr(found)


def test_an_address_is_not_shown_with_its_tap() -> None:
    assert "EF963FF7" not in repr(read({"uid": CARD, "sun": URL}))


def test_the_longest_address_is_512_characters() -> None:
    found = read({"uid": CARD, "sun": URL.ljust(512, "x")})
    assert isinstance(found, Tap)


@given(
    payload=st.binary(max_size=80)
    | st.dictionaries(
        st.sampled_from(["uid", "id", "at", "reader", "pin", "sun", "contact", "bolt"]),
        st.none() | st.integers() | st.text(max_size=20) | st.just(CARD) | st.lists(st.integers()),
    ).map(lambda said: json.dumps(said).encode()),
    door=st.sampled_from(["front", "lab", "cellar", "", "+", "a/b"]) | st.text(max_size=10),
    word=st.sampled_from(["tap", "exit", "state", "online", "command", "feedback", ""]),
    retain=st.booleans(),
    packet=st.none() | st.integers(1, 65535),
)
def test_every_message_becomes_a_signal_with_its_receipt(
    payload: bytes, door: str, word: str, packet: int | None, *, retain: bool
) -> None:
    found = read(payload, word, door, retain=retain, packet=packet)
    assert (found.receipt is None) == (packet is None)
    if isinstance(found, Tap | ExitPress):
        assert not retain
        assert found.door in DOORS
    if isinstance(found, Nonsense):
        assert found.problem
        assert found.door is None or found.door in DOORS


# ---- without an id ------------------------------------------------------------------------------


def test_a_fingerprint_tells_topic_payload_and_number_apart() -> None:
    first = came({"uid": CARD})
    others = [
        came({"uid": CARD}, door="lab"),
        came({"uid": CARD, "at": shown(NOW)}),
        first._replace(packet=6),
    ]
    prints = {native.fingerprint(each) for each in [first, *others]}
    assert len(prints) == 4
    assert native.fingerprint(first._replace(again=True, session=9)) == native.fingerprint(first)
    assert CARD not in "".join(prints)


# ---- what goes out ------------------------------------------------------------------------------


@given(
    name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20) | st.none(),
    action=st.sampled_from(Action),
    seconds=st.integers(0, 3600),
)
def test_a_command_says_all_that_a_lock_needs(
    name: str | None, action: Action, seconds: int
) -> None:
    order = Command("front", "cooffice-7", action, seconds, NOW, NOW + timedelta(seconds=5), name)
    said = json.loads(native.command(order))
    assert said.pop("tap", None) == name
    assert said == {
        "id": "cooffice-7",
        "action": action.value,
        "seconds": seconds,
        "issued": "2026-11-03T12:00:00Z",
        "expires": "2026-11-03T12:00:05Z",
    }


def test_what_is_listened_to() -> None:
    wanted = protocol.subscriptions()
    assert {topic for topic, kept in wanted.items() if kept} == {
        "usciere/cooffice/door/+/state",
        "usciere/cooffice/door/+/online",
    }
    assert not any("feedback" in topic or "journal" in topic for topic in wanted)


def test_a_reader_that_loses_digits_gives_the_text_and_its_format() -> None:
    """The settings say how a reader writes; nothing is guessed."""
    here = Native("usciere", "cooffice", DOORS, {("front", "outside"): "wiegand26"})
    heard = here.read(came({"uid": "142,51091", "id": "m1"}), NOW)
    assert isinstance(heard, Tap)
    assert (heard.uid, heard.alias) == (b"9357203", "wiegand26")
    wrong = here.read(came({"uid": CARD, "id": "m1"}), NOW)
    assert isinstance(wrong, Nonsense)
    assert (wrong.code, wrong.id) == ("malformed", "m1")
    other = here.read(came({"uid": CARD, "reader": "inside"}), NOW)
    assert isinstance(other, Tap)
    assert other.alias is None
