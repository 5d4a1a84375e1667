"""Messages on their way: numbered, windowed, sent again after a cut, given up when overdue."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.mqtt import wire
from devices.mqtt.outbox import Outbox, Parcel, Rank
from devices.mqtt.wire import Publish

TO = wire.address("t", properties=False, expiry=None)


def parcel(name: str, deadline: float | None = 10.0, rank: Rank = Rank.LOCK) -> Parcel:
    return Parcel(TO, name.encode(), deadline, rank, tag=name)


def leaving(outbox: Outbox, now: float = 0.0) -> list[Publish]:
    """Return what leaves now, as the broker reads it."""
    read = []
    for packet in outbox.leaving(now):
        bounds = wire.frame_end(packet, 0)
        assert bounds is not None
        read.append(wire.read_publish(packet[0], packet[bounds[0] :], properties=False))
    return read


def names(sent: list[Publish]) -> list[str]:
    return [each.payload.decode() for each in sent]


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


def test_they_leave_once_and_in_order(outbox: Outbox) -> None:
    for name in "abc":
        outbox.add(parcel(name))
    sent = leaving(outbox)
    assert names(sent) == ["a", "b", "c"]
    assert len({each.packet for each in sent}) == 3
    assert leaving(outbox) == []
    assert outbox.settled
    assert len(outbox) == 3


def test_no_more_fly_than_the_broker_allows(outbox: Outbox) -> None:
    outbox.window = 2
    for name in "abc":
        outbox.add(parcel(name))
    first, _ = leaving(outbox)
    assert not outbox.settled
    assert first.packet is not None
    outbox.confirm(first.packet)
    assert names(leaving(outbox)) == ["c"]


def test_locks_go_first_and_readers_before_words(outbox: Outbox) -> None:
    for name, rank in (("word", Rank.WORD), ("reader", Rank.READER), ("lock", Rank.LOCK)):
        outbox.add(parcel(name, rank=rank))
    assert names(leaving(outbox)) == ["lock", "reader", "word"]


def test_words_leave_half_the_window_to_locks_and_readers(outbox: Outbox) -> None:
    outbox.window = 4
    for number in range(5):
        outbox.add(parcel(f"word{number}", rank=Rank.WORD))
    assert names(leaving(outbox)) == ["word0", "word1"]
    outbox.add(parcel("lock"))
    assert names(leaving(outbox)) == ["lock"]
    assert outbox.settled  # for those who matter


def test_after_a_cut_the_unconfirmed_goes_again_under_its_number_and_first(outbox: Outbox) -> None:
    outbox.window = 2
    for name in "abc":
        outbox.add(parcel(name))
    a, b = leaving(outbox)
    assert a.packet is not None
    outbox.confirm(a.packet)
    outbox.line_broke()
    again = leaving(outbox)
    assert names(again) == ["b", "c"]
    assert (again[0].packet, again[0].again, again[1].again) == (b.packet, True, False)


def test_after_a_cut_what_has_no_deadline_is_forgotten(outbox: Outbox) -> None:
    outbox.add(parcel("answer", None))
    leaving(outbox)
    outbox.add(parcel("another", None))
    outbox.line_broke()
    assert leaving(outbox) == []
    assert len(outbox) == 0
    assert outbox.overdue == []


@pytest.mark.parametrize(("now", "leaves"), [(9.99, True), (10.0, False), (11.0, False)])
def test_nothing_leaves_at_or_after_its_deadline(
    outbox: Outbox, now: float, *, leaves: bool
) -> None:
    outbox.add(parcel("unlock", 10.0))
    assert names(leaving(outbox, now)) == (["unlock"] if leaves else [])
    assert outbox.overdue == ([] if leaves else ["unlock"])


def test_what_waits_for_a_line_is_given_up_in_time(outbox: Outbox) -> None:
    outbox.add(parcel("short", 5.0))
    outbox.add(parcel("long", 50.0))
    outbox.drop_overdue(5.0)
    assert outbox.overdue == ["short"]
    assert names(leaving(outbox, 5.0)) == ["long"]


def test_what_was_sent_but_never_confirmed_is_given_up_after_the_cut(outbox: Outbox) -> None:
    outbox.add(parcel("unlock", 5.0))
    leaving(outbox)
    outbox.line_broke()
    outbox.drop_overdue(6.0)
    assert outbox.overdue == ["unlock"]


def test_a_confirmation_of_nothing_is_harmless(outbox: Outbox) -> None:
    outbox.confirm(7)
    assert len(outbox) == 0


def test_a_number_in_use_is_not_given_twice(outbox: Outbox) -> None:
    outbox.add(parcel("slow"))
    [slow] = leaving(outbox)
    for _ in range(70_000):
        outbox.add(parcel("x"))
        [quick] = outbox.leaving(0.0)
        number = int.from_bytes(quick[5:7])
        assert number not in {0, slow.packet}
        outbox.confirm(number)


@given(
    doings=st.lists(st.sampled_from(["add", "send", "confirm", "cut"]), max_size=60),
    window=st.integers(1, 5),
)
def test_whatever_happens_nothing_is_lost_or_out_of_order(doings: list[str], window: int) -> None:
    outbox = Outbox()
    outbox.window = window
    added, confirmed = 0, 0
    flying: list[Publish] = []
    for doing in [*doings, "cut", *["send", "confirm"] * 60]:
        match doing:
            case "add":
                outbox.add(parcel(str(added)))
                added += 1
            case "send":
                flying += leaving(outbox)
                assert len(flying) <= window
            case "confirm" if flying:
                first = flying.pop(0)
                assert first.payload == str(confirmed).encode()
                assert first.packet is not None
                outbox.confirm(first.packet)
                confirmed += 1
            case "cut":
                flying.clear()
                outbox.line_broke()
    assert confirmed == added
    assert len(outbox) == 0
