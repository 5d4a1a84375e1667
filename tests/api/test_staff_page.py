"""The live board of staff, as it is first painted, and doors opened from it with a form."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from api.pages.strip import strip_of
from api.pages.texts.reasons import REASONS
from daemon.access.verdict import Reason
from daemon.store import journal
from daemon.store.book import book_of
from daemon.store.booking_views import Booking
from daemon.store.doors import keep_levels
from daemon.store.journal import Entry, Kind
from tests.api.house import House
from tests.api.test_sign_in import Browser

ROME = ZoneInfo("Europe/Rome")
FIRST, SECOND = "2026-11-23T12:00:00+01:00", "2026-11-23T13:00:00+01:00"


def _page(house: House, query: str = "") -> str:
    answer = house.ask("GET", f"/staff{query}", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    return answer.text


def _write(house: House, kind: Kind, **said: object) -> None:
    at = house.clock()
    entry = Entry(kind, at, at)._replace(**said)  # type: ignore[arg-type]  # names of its fields
    with book_of(house.store, "cooffice") as book:
        journal.append(book, entry)


def test_the_board_says_who_is_in_where_since_when_and_how_we_know(house: House) -> None:
    assert "non c&#39;è nessuno" in _page(house)
    anna = house.member("Anna Bianchi", visibility="hidden")
    house.post(f"presence/{anna}/check-in", {"at": "2026-11-23T09:30:00+01:00"})
    page = _page(house)
    for text in ("Anna Bianchi", "Open space", "dalle 09:30", "registrato dallo staff"):
        assert text in page
    assert "since 09:30" in _page(house, "?lang=en")


def test_a_room_shows_its_day_and_who_booked(house: House) -> None:
    anna = house.member("Anna Bianchi")
    booking = {"room": "sala", "member": anna, "title": "Colloqui", "start": FIRST, "end": SECOND}
    made = house.post("bookings", booking)
    page = _page(house)
    for text in ("12:00\u201313:00", "Colloqui · Anna Bianchi", "prenotata fino alle 13:00"):
        assert text in page
    house.ask("DELETE", f"bookings/{made['id']}")
    assert "Nessuna prenotazione oggi" in _page(house)


def test_every_reason_has_words_in_both_languages() -> None:
    assert REASONS.keys() == {reason.value for reason in Reason}
    assert all(text.strip() for said in REASONS.values() for text in said)


def test_the_feed_says_in_words_why_a_door_opened_or_did_not(house: House) -> None:
    anna = house.member("Anna Bianchi")
    told = {"door": "ingresso", "badge": "5880"}
    _write(house, Kind.TAP, granted=True, reason="plan", member=anna, **told)
    _write(house, Kind.TAP, granted=False, reason="badge-lost", **told)
    _write(house, Kind.TAP, granted=False, reason="a-new-one", door="ingresso")
    _write(house, Kind.EXIT, door="ingresso")
    _write(house, Kind.ALARM, door="ingresso", reason="door-held-open")
    page = _page(house)
    for text in (
        "aperto, piano",
        "badge che finisce per 5880",
        "rifiutato, badge smarrito",
        "rifiutato, a-new-one",
        "Pulsante di uscita",
        "Porta rimasta aperta",
    ):
        assert text in page
    assert page.index("Porta rimasta aperta") < page.index("aperto, piano")


def test_what_needs_a_look_is_said(house: House) -> None:
    assert "Da guardare" not in _page(house)
    house.doorman.on_duty = False
    with book_of(house.store, "cooffice") as book:
        told = {"contact": None, "bolt": None, "online": False}
        keep_levels(book, "porta-sala", house.clock(), told)
    house.post("site/lockdown", {"active": True, "reason": "prova"})
    page = _page(house)
    assert "Il portiere non risponde" in page
    assert "Dispositivo non raggiungibile: porta-sala" in page
    assert "Edificio bloccato" in page
    house.doorman.hears_broker = False
    assert "broker MQTT" in _page(house)


def test_a_calendar_that_cannot_be_read_is_named(house: House) -> None:
    house.post("calendars", {"id": "comune", "room": "sala"})
    broken = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:a\r\n"
    ending = b"END:VEVENT\r\nEND:VCALENDAR\r\n"
    house.ask(
        "PUT",
        "calendars/comune/ics",
        headers={"Content-Type": "text/calendar"},
        content=broken + ending,
    )
    assert "Calendario con problemi: comune" in _page(house)


def test_names_cannot_write_html(house: House) -> None:
    mallory = house.member("<img src=x>")
    house.post(f"presence/{mallory}/check-in", {})
    assert "<img" not in _page(house)


def test_a_form_opens_a_door_as_the_api_does(house: House) -> None:
    house.member("Anna")
    browser = Browser(house)
    browser.send("/login", token=house.tokens["staff"])
    path = "/staff/doors/ingresso/unlock"
    answer = browser.send(path, reason="un pacco")
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff?opened=ingresso")
    assert "La porta è stata aperta: Ingresso" in browser.open(answer.headers["location"]).text
    [command] = house.doorman.sent
    assert command.door == "ingresso"
    [entry] = [each for each in house.journal() if each["reason"] == "remote-unlock"]
    assert entry["detail"]["reason"] == "un pacco"
    assert entry["detail"]["by"]["name"] == "staff token"


@pytest.mark.parametrize("reason", ["", "   ", "x" * 300, "a\nb"])
def test_a_door_does_not_open_without_a_reason(house: House, reason: str) -> None:
    browser = Browser(house)
    browser.send("/login", token=house.tokens["staff"])
    answer = browser.send("/staff/doors/ingresso/unlock", reason=reason)
    assert (answer.status_code, "Scrivi perché" in answer.text) == (422, True)
    assert house.doorman.sent == []


def test_a_door_that_nobody_opens_is_said_on_the_form(house: House) -> None:
    browser = Browser(house)
    browser.send("/login", token=house.tokens["staff"])
    house.doorman.on_duty = False
    answer = browser.send("/staff/doors/ingresso/unlock", reason="un pacco")
    assert (answer.status_code, "il portiere non risponde" in answer.text) == (503, True)
    assert browser.open("/staff/doors/nowhere/unlock").status_code == 404


def _booked(begin: float, end: float) -> Booking:
    midnight = datetime(2026, 11, 23, tzinfo=ROME)
    start, stop = (midnight + timedelta(hours=each) for each in (begin, end))
    return Booking("b", "sala", start.astimezone(UTC), stop.astimezone(UTC), "booked", "usciere")


def test_a_strip_goes_from_six_to_midnight_and_marks_now() -> None:
    strip = strip_of([_booked(9, 12)], datetime(2026, 11, 23, 15, tzinfo=ROME))
    assert [(piece.left, piece.width) for piece in strip.pieces] == [(167, 166)]
    assert strip.hours == [(6, 0), (9, 167), (12, 333), (15, 500), (18, 667), (21, 833), (24, 1000)]
    assert strip.now == 500


def test_a_strip_begins_earlier_for_who_does_and_ends_at_midnight() -> None:
    night = datetime(2026, 11, 23, 2, tzinfo=ROME)
    strip = strip_of([_booked(4, 5), _booked(-2, 1), _booked(23, 27)], night)
    assert strip.hours[0] == (0, 0)
    assert [piece.left for piece in strip.pieces] == [167, 0, 958]
    assert strip.pieces[2].width == 42
    assert strip_of([], night).now is None
