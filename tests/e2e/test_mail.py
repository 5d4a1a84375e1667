"""Letters to members: from the journal to a real mail server, each once."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from api.postman import NAME, Postman
from daemon.config.mail_server import parse_mail_server
from daemon.letters import Letter
from daemon.mail import send
from daemon.noshows import NoShows
from daemon.store import journal
from daemon.store.book import book_of
from daemon.store.desk import Desk
from daemon.store.engine import Store
from daemon.store.journal import Entry, Kind
from daemon.store.schema import prepare
from daemon.store.tables import FollowerRow
from devices.contract import Refused, Unreachable
from devices.moments import shown
from tests.api.house import TOML, House
from tests.e2e.brokers import HOST, free_port
from tests.e2e.mailbox import Mailbox, mailbox

SITE = "cooffice"
HELLO = Letter("Perché sì", "Ciao Anna,\n\nàèìòù\n")
FROM = "CoOffice <porter@example.org>"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as running:
        yield running


@pytest.fixture
def house(tmp_path: Path, box: Mailbox) -> Iterator[House]:
    path = tmp_path / "ready" / "usciere.db"
    path.parent.mkdir()
    store = Store(f"sqlite:///{path}")
    prepare(store, SITE)
    store.close()
    mail = f'[mail]\nurl = "smtp://{HOST}:{box.port}"\nsender = "{FROM}"\n'
    house = House(tmp_path, path, mail + TOML)
    yield house
    house.close()


@pytest.fixture
def postman(house: House) -> Postman:
    parts = house.app.state.parts
    made = Postman(parts, parts.settings.mail)
    made.look()  # he begins behind what has happened so far
    return made


def nobody_comes(house: House, **member: str) -> str:
    """Let a member book the meeting room and stay away; return the member's id."""
    anna = house.member("Anna Bianchi", **({"email": "anna@example.org"} | member))
    start = house.clock()
    terms = {"start": shown(start), "end": shown(start + timedelta(hours=1))}
    house.post("bookings", {"room": "sala", "member": anna} | terms)
    house.clock.passes(minutes=16)
    released(house)
    return anna


def released(house: House) -> None:
    desk = Desk(house.store.engine, SITE)
    look = NoShows(house.app.state.parts.house, desk, house.clock())
    assert look.is_due(house.clock())
    with desk.open() as book:
        look.release(book, house.clock())
    desk.close()


def test_a_holder_is_written_to_once_and_finds_it_on_the_own_page(
    house: House, box: Mailbox, postman: Postman
) -> None:
    anna = nobody_comes(house)
    for _ in range(3):
        postman.look()
    [letter] = box.letters
    assert (letter["To"], letter["From"]) == ("anna@example.org", FROM)
    assert letter["Subject"].startswith("Sala riunioni è di nuovo libera")
    assert "alle 12:00, fino alle 13:00" in letter.get_content()
    house.tokens["anna"] = house.member_token(anna)
    [notice] = house.get("me", role="anna")["notices"]
    assert (notice["reason"], notice["subject"]) == ("booking-released", letter["Subject"])
    house.clock.passes(hours=24 * 8)
    assert house.get("me", role="anna")["notices"] == []


def test_a_letter_waits_for_a_server_that_is_busy_and_then_goes_out(
    house: House, box: Mailbox, postman: Postman
) -> None:
    nobody_comes(house)
    box.reply = "451 later"
    postman.look()
    assert (box.letters, postman.pause) == ([], 10.0)
    box.reply = "250 OK"
    Postman(house.app.state.parts, house.app.state.parts.settings.mail).look()
    assert len(box.letters) == 1


def test_a_letter_that_nobody_takes_holds_up_no_other(
    house: House, box: Mailbox, postman: Postman
) -> None:
    nobody_comes(house)
    box.reply = "554 no such person"
    postman.look()
    box.reply = "250 OK"
    postman.look()
    assert box.letters == []


def test_nobody_is_told_tomorrow_of_a_guest_who_came_today(
    house: House, box: Mailbox, postman: Postman
) -> None:
    nobody_comes(house)
    house.clock.passes(hours=2)
    postman.look()
    assert box.letters == []


def test_no_letter_goes_out_twice_because_the_next_one_has_to_wait(
    house: House, box: Mailbox, postman: Postman
) -> None:
    nobody_comes(house)
    nobody_comes(house, email="bruno@example.org")
    box.replies = ["250 OK", "451 later"]
    for _ in range(3):
        postman.look()
    assert [letter["To"] for letter in box.letters] == ["anna@example.org", "bruno@example.org"]


def test_a_letter_is_found_among_hundreds_of_other_entries(
    house: House, box: Mailbox, postman: Postman
) -> None:
    with book_of(house.store, SITE) as book:
        for _ in range(450):
            journal.append(book, Entry(Kind.SYSTEM, house.clock(), house.clock(), reason="noise"))
    nobody_comes(house)
    postman.look()
    assert len(box.letters) == 1


@pytest.mark.parametrize("address", ["", "anna"])
def test_who_has_no_address_is_told_by_the_page_alone(
    house: House, box: Mailbox, postman: Postman, address: str
) -> None:
    nobody_comes(house, **({"email": "anna@example.org"} if address else {}))
    with house.store.writing() as session:
        session.connection().exec_driver_sql("update member set email = ?", (address or None,))
    postman.look()
    assert box.letters == []


def test_every_letter_of_the_alphabet_arrives(box: Mailbox) -> None:
    server = parse_mail_server(f"smtp://{HOST}:{box.port}")
    send(server, FROM, "anna@example.org", HELLO)
    [letter] = box.letters
    assert letter["Subject"] == HELLO.subject
    assert letter.get_content().splitlines() == HELLO.text.splitlines()
    assert letter["Auto-Submitted"] == "auto-generated"


def test_nobody_there_and_nobody_such_are_told_apart(box: Mailbox) -> None:
    with pytest.raises(Unreachable):
        send(parse_mail_server(f"smtp://{HOST}:{free_port()}"), FROM, "a@b", HELLO)
    server = parse_mail_server(f"smtp://{HOST}:{box.port}")
    with pytest.raises(Refused) as refused:
        send(server, FROM, "a\n@b", HELLO)
    assert "a\n@b" not in str(refused.value)
    assert box.letters == []


def test_a_letter_leaves_the_machine_under_tls_alone(box: Mailbox) -> None:
    """The server here offers no STARTTLS: to any but this machine nothing may go in clear."""
    server = parse_mail_server(f"smtp://{HOST}:{box.port}")
    far = type(server)("127.1", box.port, tls=False)
    with pytest.raises(Unreachable):
        send(far, FROM, "anna@example.org", HELLO)
    assert box.letters == []


def test_the_postman_works_as_long_as_the_api_is_up(house: House, box: Mailbox) -> None:
    with house.client:
        deadline = time.monotonic() + 30
        while not began(house) and time.monotonic() < deadline:
            time.sleep(0.1)
        nobody_comes(house)
        while not box.letters and time.monotonic() < deadline:
            time.sleep(0.1)
    assert [letter["To"] for letter in box.letters] == ["anna@example.org"]


def began(house: House) -> bool:
    with house.store.reading() as session:
        return session.get(FollowerRow, (SITE, NAME)) is not None
