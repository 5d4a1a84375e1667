"""Other programs are told of the journal: in order, signed, at least once, and at nobody's cost."""

import logging
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from sqlalchemy import update

from api.courier import Courier
from daemon.store.journal import Kind
from daemon.store.tables import WebhookRow
from daemon.store.webhooks import Standing
from devices.clock import micros
from tests.e2e.brokers import free_port
from tests.e2e.feeds import says
from tests.e2e.receivers import Ear, Telling, ear, telling


@pytest.fixture
def receiver() -> Iterator[Ear]:
    with ear() as running:
        yield running


@pytest.fixture
def here(tmp_path: Path, sqlite_ready: Path, receiver: Ear) -> Iterator[Telling]:
    with telling(tmp_path, sqlite_ready, f'url = "{receiver.url}"') as made:
        yield made


@pytest.fixture
def courier(here: Telling) -> Courier:
    return here.courier()


def test_what_happens_is_told_in_order_signed_and_the_past_is_not(
    here: Telling, receiver: Ear
) -> None:
    here.happens(3)
    courier = here.courier()
    courier.look()
    assert receiver.told == []
    before = here.newest
    here.happens(45)
    courier.look()
    courier.look()
    assert receiver.seqs == list(range(before + 1, before + 46))
    for told in receiver.told:
        told.verify()
        assert told.headers["content-type"] == "application/json"
        assert told.headers["user-agent"] == "usciere"
    assert len({told.id for told in receiver.told}) == 45


def test_only_the_kinds_wanted_are_told(tmp_path: Path, sqlite_ready: Path, receiver: Ear) -> None:
    table = f'url = "{receiver.url}"\nevents = ["alarm"]'
    with telling(tmp_path, sqlite_ready, table) as here:
        courier = here.courier()
        here.happens(5)
        here.happens(kind=Kind.ALARM)
        here.happens(998)
        courier.look()
        assert [told.data["kind"] for told in receiver.told] == ["alarm"]
        told = here.stands().seq
        here.happens(1000)
        courier.look()
        assert here.stands().seq == told + 1000  # noted, or a restart would look at all of them
        assert len(receiver.told) == 1


@pytest.mark.parametrize("status", [500, 503, 400, 404, 429, 302])
def test_what_was_not_taken_is_posted_again_first_and_under_its_id(
    here: Telling, courier: Courier, receiver: Ear, status: int
) -> None:
    here.happens(3)
    receiver.replies = [says(b"", 200), says(b"", status), says(b"", status)]
    courier.look()
    assert len(receiver.told) == 2
    problem = here.stands().problem
    assert problem is not None
    assert problem.endswith(f"answers with status {status}")
    assert "s3cret" not in problem
    here.waits(seconds=4.9)
    courier.look()
    assert len(receiver.told) == 2
    here.waits(seconds=0.2)
    courier.look()
    here.waits(seconds=9.9)
    courier.look()
    assert len(receiver.told) == 3
    here.waits(seconds=0.2)
    courier.look()
    ids = [told.id for told in receiver.told]
    assert [ids.index(each) for each in ids] == [0, 1, 1, 1, 4]
    assert receiver.seqs == sorted(receiver.seqs)
    for told in receiver.told[-2:]:
        told.verify()  # it is signed anew, with the time at which it leaves
    assert here.stands() == Standing(here.newest)
    receiver.replies = [says(b"", 500)]
    here.happens()
    courier.look()
    here.waits(seconds=5.1)
    courier.look()  # the pauses begin anew
    assert receiver.told[-1].id == receiver.told[-2].id


def test_while_nobody_listens_messages_wait_in_order(
    tmp_path: Path, sqlite_ready: Path, caplog: pytest.LogCaptureFixture
) -> None:
    port = free_port()
    with telling(tmp_path, sqlite_ready, f'url = "http://127.0.0.1:{port}/s3cret"') as here:
        courier = here.courier()
        here.happens(2)
        courier.look()
        assert "does not answer" in str(here.stands().problem)
        assert "s3cret" not in caplog.text
        here.waits(seconds=6)
        with ear(port) as receiver:
            courier.look()
            assert receiver.seqs == [here.stands().seq - 1, here.stands().seq]


def test_a_restart_goes_on_where_the_last_one_ended(here: Telling, receiver: Ear) -> None:
    here.courier()
    for _ in range(3):
        here.happens(2)
        here.courier().look()
    first = receiver.seqs[0]
    assert receiver.seqs == list(range(first, first + 6))


def test_who_is_killed_before_it_is_kept_posts_it_again_under_the_same_id(
    here: Telling, courier: Courier, receiver: Ear
) -> None:
    """Killed in the middle of a post: what was held is another's, and nothing was kept."""

    def kill(request: BaseHTTPRequestHandler) -> None:
        with here.parts.store.writing() as session:
            session.execute(update(WebhookRow).values(held=micros(here.clock())))
        says(b"", 200)(request)

    here.happens(2)
    receiver.replies = [says(b"", 200), kill]
    courier.look()
    here.courier().look()
    ids = [told.id for told in receiver.told]
    assert ids[:2] == ids[2:]


def test_of_two_processes_one_tells(here: Telling, receiver: Ear) -> None:
    couriers = [here.courier() for _ in range(3)]
    here.happens(12)

    def slowly(request: BaseHTTPRequestHandler) -> None:
        time.sleep(0.005)
        says(b"", 200)(request)

    receiver.reply = slowly
    threads = [threading.Thread(target=each.look) for each in couriers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert receiver.seqs == list(range(receiver.seqs[0], receiver.seqs[0] + 12))


def test_a_long_batch_is_kept_and_held_as_it_goes(here: Telling, receiver: Ear) -> None:
    """Each post takes as long as it may; a second process finds the receiver held all the time."""
    courier, other = here.courier(), here.courier()
    seen: list[int] = []

    def slowly(request: BaseHTTPRequestHandler) -> None:
        seen.append(here.stands().seq)
        here.waits(seconds=15)
        other.look()
        says(b"", 200)(request)

    here.happens(6)
    receiver.reply = slowly
    courier.look()
    assert len(receiver.told) == 6
    assert seen == list(range(seen[0], seen[0] + 6))


def test_who_is_gone_is_told_no_more_until_the_settings_change(
    here: Telling, courier: Courier, receiver: Ear, tmp_path: Path
) -> None:
    here.happens(2)
    receiver.replies = [says(b"", 410)]
    courier.look()
    here.waits(days=2)
    here.happens()
    courier.look()
    here.courier().look()
    assert len(receiver.told) == 1
    assert here.stands().gone is not None
    (tmp_path / "hook.secret").write_text(f"whsec_{'A' * 40}")
    anew = here.courier()
    anew.look()
    assert len(receiver.told) == 1
    here.happens()
    anew.look()
    assert receiver.seqs[1:] == [here.newest]


def test_one_message_that_is_never_taken_is_given_up_and_the_next_ones_go_on(
    here: Telling, courier: Courier, receiver: Ear, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    here.happens(3)
    bad = here.newest - 1

    def picky(request: BaseHTTPRequestHandler) -> None:
        says(b"", 500 if receiver.told[-1].data["seq"] == bad else 200)(request)

    receiver.reply = picky
    for _ in range(8):
        courier.look()
        here.waits(hours=12)
    assert receiver.seqs[0] == bad - 1
    assert receiver.seqs[-1] == bad + 1
    assert receiver.seqs.count(bad) == 7  # three days at half a day each
    assert f"entry {bad} is given up after 3 days" in caplog.text
    assert here.stands().failing is None


def test_while_a_receiver_is_dead_the_last_three_days_wait_for_it(
    here: Telling, courier: Courier, receiver: Ear
) -> None:
    receiver.reply = says(b"", 500)
    for _ in range(12):
        here.happens()
        courier.look()
        here.waits(hours=12)
    receiver.reply = says(b"", 200)
    before = len(receiver.told)
    courier.look()
    newest = here.stands().seq
    assert receiver.seqs[before:] == list(range(newest - 5, newest + 1))


def test_a_receiver_that_hangs_costs_no_tap_and_no_other_receiver_a_moment(
    tmp_path: Path, sqlite_ready: Path, receiver: Ear
) -> None:
    """While it hangs entries are written and another receiver is told of them."""
    asked, done = threading.Event(), threading.Event()

    def hang(_: BaseHTTPRequestHandler) -> None:
        asked.set()
        done.wait(30)

    with ear() as dead:
        dead.reply = hang
        tables = (f'url = "{each.url}"' for each in (dead, receiver))
        with telling(tmp_path, sqlite_ready, *tables) as here:
            hung, well = here.courier(0), here.courier(1)
            here.happens()
            thread = threading.Thread(target=hung.look)
            thread.start()
            try:
                assert asked.wait(30)
                hung.stop()
                for _ in range(20):
                    here.happens()
                well.look()
                assert len(receiver.told) == 21
                assert thread.is_alive()  # nobody has waited for that one
            finally:
                done.set()
                thread.join()
