"""The kiosk: greets by first name whom it may, and can't be left by any address."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from httpx2 import Response

from api.cookies import FORM, LANGUAGE, MARK_HEADER, SESSION, mark_of
from api.dependencies import Rule
from api.greetings import Greeting, Porch, greeting_now, told_greetings
from api.kiosk_codes import LIFE, Asked, KioskCodes
from api.live import Piece
from daemon.store import journal
from daemon.store.book import book_of
from daemon.store.entries import latest_entries
from daemon.store.journal import Entry, Kind
from daemon.store.people import Actor
from daemon.store.tokens import tokens
from devices.strict_json import compact
from tests.api.house import House

PAGE = {"Accept": "text/html", "Accept-Language": "en"}
AT_KIOSK = {"/kiosk", "/kiosk/stream", "/static/{name}"}
DOORS = {"ingresso"}


def tap(house: House, member: str | None, reason: str, **more: str | bool | float) -> None:
    """Write a tap at the entrance into the journal."""
    at = house.clock() - timedelta(seconds=float(more.get("ago", 0)))
    door, late = str(more.get("door", "ingresso")), bool(more.get("late", False))
    granted = bool(more.get("granted", True))
    with book_of(house.store, "cooffice") as book:
        entry = Entry(Kind.TAP, at, at, door=door, member=member, reason=reason, late=late)
        journal.append(book, entry._replace(granted=granted))


def post(house: House, path: str, said: dict[str, str]) -> Response:
    """Send a form as a browser does that is signed in nowhere."""
    headers = {**PAGE, "Cookie": f"{FORM}=form"}
    form = {"mark": mark_of("form"), **said}
    return house.client.post(path, data=form, headers=headers, follow_redirects=False)


def code_for(house: House) -> str:
    """Ask for a code as staff do."""
    more = {"data": {"name": "Ingresso"}, "headers": PAGE}
    shown = house.ask("POST", "/staff/kiosk", role="staff", **more).text
    [code] = re.findall(r'class="number">([A-Z2-9]{4}-[A-Z2-9]{4})<', shown)
    return str(code)


def tablet(house: House) -> str:
    """Open a kiosk; return what the tablet's cookie holds."""
    opened = post(house, "/kiosk/open", {"code": code_for(house).lower()})
    assert (opened.status_code, opened.headers["location"]) == (303, "/kiosk")
    house.client.cookies.clear()
    [secret] = re.findall(rf"{SESSION}=([^;]+)", opened.headers["set-cookie"])
    return str(secret)


def look(house: House, session: str, path: str = "/kiosk", method: str = "GET") -> Response:
    """Ask for a page from the tablet."""
    headers = {**PAGE, "Cookie": f"{SESSION}={session}; {LANGUAGE}=en"}
    if path.startswith("/api/"):
        headers[MARK_HEADER] = mark_of(session)
        more: dict[str, Any] = {} if method in {"GET", "DELETE"} else {"json": {}}
        if path.endswith("/ics"):
            more = {"content": b"", "headers": {"Content-Type": "text/calendar"}}
    else:
        more = {"data": {"mark": mark_of(session)}} if method == "POST" else {}
    headers |= more.pop("headers", {})
    answer = house.client.request(method, path, headers=headers, follow_redirects=False, **more)
    house.client.cookies.clear()
    house.seen.append(answer.text)
    return answer


def said(house: House, language: str = "en") -> Greeting | None:
    """Return what the kiosk says now, seen to be the same as what its stream would say."""
    parts = house.app.state.parts
    porch = Porch(DOORS, language)
    with house.store.reading() as session:
        now = greeting_now(session, parts, porch, house.clock())
        [entry] = latest_entries(session, "cooffice", {"tap"}, 1)
    piece = Piece(entry["seq"], "tap", compact(entry))

    async def listen() -> bytes:
        return await told_greetings(parts, porch)([piece])

    streamed = asyncio.run(listen()).decode()
    assert (now is not None and f'"text":"{now.text}"' in streamed) or (now, streamed) == (None, "")
    return now


@pytest.mark.parametrize(
    ("visibility", "text"), [("members", "Hello Anna"), ("count", "Hello"), ("hidden", "Hello")]
)
def test_a_first_name_is_said_only_of_those_who_allow_it(
    house: House, visibility: str, text: str
) -> None:
    tap(house, house.member("Anna Bianchi", visibility=visibility), "plan")
    assert said(house) == Greeting(granted=True, text=text)


@pytest.mark.parametrize("reason", ["outside-hours", "badge-lost", "membership-expired"])
def test_a_refusal_says_why_and_never_who(house: House, reason: str) -> None:
    anna = house.member("Anna Bianchi", visibility="members")
    tap(house, anna, reason, granted=False)
    told = said(house, "it")
    assert told is not None
    assert not told.granted
    assert "Anna" not in told.text
    assert len(told.text) > 8
    page = look(house, tablet(house)).text
    assert "Anna" not in page
    assert 'data-state="refused"' in page


def test_a_guest_is_welcome_without_a_name(house: House) -> None:
    tap(house, "visitor:abc:0", "visitor")
    assert said(house) == Greeting(granted=True, text="Welcome")


@pytest.mark.parametrize(
    "more", [{"late": True, "granted": False}, {"door": "porta-sala"}, {"ago": 11}]
)
def test_nobody_is_greeted_late_or_for_another_door(
    house: House, more: dict[str, str | bool | float]
) -> None:
    tap(house, house.member("Anna Bianchi", visibility="members"), "plan", **more)
    parts = house.app.state.parts
    with house.store.reading() as session:
        assert greeting_now(session, parts, Porch(DOORS, "en"), house.clock()) is None


def test_the_page_greets_and_counts_in_both_languages(house: House) -> None:
    session = tablet(house)
    anna = house.member("Anna Bianchi", visibility="members")
    house.post(f"presence/{anna}/check-in", {})
    tap(house, anna, "plan")
    page = look(house, session).text
    assert "Hello Anna" in page
    assert "Bianchi" not in page
    assert '<span id="present">1</span>' in page
    assert "Ciao Anna" in look(house, session, "/kiosk?lang=it").text
    assert "Anna" not in look(house, session, "/kiosk?door=porta-sala").text
    assert 'http-equiv="refresh" content="5"' in page


def test_a_tablet_sees_the_kiosk_and_nothing_else_whatever_is_typed(house: House) -> None:
    session = tablet(house)
    assert look(house, session).status_code == 200
    for route in iter_route_contexts(house.app.routes):
        if route.path in AT_KIOSK:
            continue
        path = re.sub(r"{\w+}", "none-such", route.path or "")
        for method in route.methods or ():
            answer = look(house, session, path, method)
            if path.startswith("/api/"):
                assert answer.status_code == 403, f"{method} {path}: {answer.status_code}"
            else:
                led = answer.status_code, answer.headers.get("location")
                assert led == (303, "/kiosk"), f"{method} {path}: {led}"
    for path in ("/nowhere", "/kiosk/", "/static/none-such.css", "/kiosk?door=none-such"):
        assert look(house, session, path).headers["location"] == "/kiosk", path


def test_the_routes_a_tablet_may_see_are_these(house: House) -> None:
    found = {
        route.path
        for route in iter_route_contexts(house.app.routes)
        for each in route.dependant.dependencies
        if isinstance(each.call, Rule) and each.call.at_kiosk
    }
    assert found == AT_KIOSK


def test_a_kiosk_ends_when_staff_close_it(house: House) -> None:
    session = tablet(house)
    [kiosk] = [each for each in _kiosks(house) if each[1] == "Ingresso"]
    assert kiosk[1] in house.ask("GET", "/staff/kiosk", headers=PAGE).text
    ended = house.ask("POST", f"/staff/kiosk/{kiosk[0]}/end", follow_redirects=False, data={})
    assert ended.status_code == 303
    answer = look(house, session)
    assert (answer.status_code, answer.headers["location"]) == (303, "/kiosk/open")
    staff = next(each for each, name in _kiosks(house, "staff") if name == "staff token")
    assert house.ask("POST", f"/staff/kiosk/{staff}/end", data={}).status_code == 404


def _kiosks(house: House, role: str = "kiosk") -> list[tuple[str, str]]:
    with house.store.reading() as session:
        found = tokens(session, "cooffice")
    return [(each.id, each.name) for each in found if each.role == role]


def test_a_code_is_good_once_and_for_a_quarter_of_an_hour(house: House) -> None:
    code = code_for(house)
    link = house.client.get(f"/kiosk/open?code={code}", headers=PAGE)
    assert f'value="{code}"' in link.text  # to follow it uses nothing up
    assert post(house, "/kiosk/open", {"code": code}).status_code == 303
    assert post(house, "/kiosk/open", {"code": code}).status_code == 422
    passed = [0.0]
    codes = KioskCodes(lambda: passed[0])
    asked = Asked("x", Actor("y"))
    first, second = codes.give(asked), codes.give(asked)
    passed[0] = LIFE - 1
    assert codes.take(first) is asked
    passed[0] = LIFE
    assert codes.take(second) is None


def test_guessing_codes_takes_ever_longer(house: House) -> None:
    answers = [post(house, "/kiosk/open", {"code": "AAAA-AAAA"}).status_code for _ in range(25)]
    assert answers[0] == 422
    assert answers[-1] == 429
    assert house.last()["reason"] == "sign-in-failed"
