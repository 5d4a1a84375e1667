"""Visitors, courses, plans, calendars, tokens at the desk: what the API does, said in words."""

import re
from collections.abc import Iterator

import pytest

from tests.api.house import CARD, House
from tests.api.test_sign_in import Browser

Fields = dict[str, str]
Refusals = tuple[tuple[Fields, str], ...]
VISITORS, COURSES, PLANS = "/staff/visitors", "/staff/gatherings", "/staff/plans"
CALENDARS, TOKENS = "/staff/calendars", "/staff/tokens"
DAY = "2026-11-24"
VISITOR = {"name": "Paolo Verdi", "host": "Anna", "until_day": DAY, "access": "code"}
COURSE = {"title": "Fotografia", "kind": "course", "room": "sala", "day": DAY}
COURSE |= {"from": "18:00", "to": "20:00", "capacity": "2"}
PLAN = {"id": "serale", "name": "Serale", "when": "hours", "hours": "lun-ven 18:00-02:00"}
PLAN |= {"holidays": "no", "where": "usual"}
ICS = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nBEGIN:VEVENT\r\nUID:a@b\r\n"
    b"DTSTAMP:20261101T000000Z\r\nDTSTART:20261125T090000Z\r\nDTEND:20261125T100000Z\r\n"
    b"SUMMARY:Riunione\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:c@d\r\nDTSTAMP:20261101T000000Z\r\n"
    b"DTSTART:20261125T093000Z\r\nDTEND:20261125T103000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.fixture
def browser(house: House) -> Iterator[Browser]:
    browser = Browser(house)
    browser.send("/login", token=house.tokens["admin"])
    yield browser
    browser.client.close()


def refused(browser: Browser, path: str, page: str, good: Fields, wrong: Refusals) -> None:
    """See that each of these is refused in words, and what was written is still there."""
    for fields, told in wrong:
        answer = browser.send(path, page, **(good | fields))
        assert (answer.status_code in {409, 422}, told in answer.text) == (True, True), fields


def shown(page: str) -> Fields:
    """Return what the forms of a page have in their fields."""
    found = dict(re.findall(r'<input id="(\w+)" name="\w+"[^>]*? value="([^"]*)"', page))
    for name, body in re.findall(r'<select id="(\w+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        found[name] = "".join(re.findall(r'value="([^"]*)" selected', body))
    found |= dict(re.findall(r'<textarea id="(\w+)"[^>]*>([^<]*)</textarea>', page))
    return found | dict.fromkeys(re.findall(r'name="(\w+ [\w-]+)"[^>]*checked', page), "yes")


def test_a_visitor_is_announced_with_a_code_that_shows_once(house: House, browser: Browser) -> None:
    anna = house.member("Anna Bianchi")
    answer = browser.send(VISITORS, f"{VISITORS}/new", **VISITOR)
    assert answer.status_code == 200
    [code] = re.findall(r"<code>(\d+)</code>", answer.text)
    [made] = house.get("visitors")["items"]
    assert (made["host"], made["doors"], made["tail"]) == (anna, ["ingresso"], code[-4:])
    assert made["until"] == "2026-11-24T23:00:00Z"
    page = f"{VISITORS}/{made['id']}"
    assert code not in browser.open(page).text
    assert code not in str(house.journal())
    assert house.last()["reason"] == "visitor-added"
    for wanted, found in (("paolo", True), ("BIANCHI", True), ("nessuno", False)):
        assert ("Paolo Verdi" in browser.open(f"{VISITORS}?q={wanted}").text) is found
    house.clock.passes(days=3)
    browser.send("/login", token=house.tokens["staff"])
    assert "Paolo Verdi" not in browser.open(VISITORS).text
    assert "Paolo Verdi" in browser.open(f"{VISITORS}?when=all").text


def test_a_visitor_is_changed_by_what_became_different_and_taken_off(
    house: House, browser: Browser
) -> None:
    house.member("Anna Bianchi", email="anna@example.org")
    browser.send(VISITORS, f"{VISITORS}/new", **(VISITOR | {"access": "card", "uid": CARD}))
    [made] = house.get("visitors")["items"]
    page = f"{VISITORS}/{made['id']}"
    kept = shown(browser.open(page).text)
    before = len(house.journal())
    assert browser.send(page, page, **kept).status_code == 303
    assert len(house.journal()) == before
    more = {"uses": "3", "until_clock": "12:30", "door porta-sala": "yes"}
    assert browser.send(page, page, **(kept | more)).status_code == 303
    [now] = house.get("visitors")["items"]
    assert (now["uses"], now["until"], now["tail"]) == (3, "2026-11-24T11:30:00Z", "5880")
    assert now["doors"] == ["ingresso", "porta-sala"]
    assert house.last()["detail"]["fields"].keys() == {"until", "doors", "uses"}
    assert re.search(
        r"<code>\d{8}</code>", browser.send(page, page, **(kept | {"access": "code"})).text
    )
    assert browser.send(f"{page}/end", page).status_code == 303
    assert browser.open(page).status_code == 404
    assert house.last()["reason"] == "visitor-ended"


def test_a_visitor_that_cannot_be_is_refused_in_words(house: House, browser: Browser) -> None:
    house.badge(house.member("Anna"))
    house.member("Bruno Uno")
    house.member("Bruno Due")
    refused(
        browser,
        VISITORS,
        f"{VISITORS}/new",
        VISITOR,
        (
            ({"name": ""}, "Scrivi il nome"),
            ({"host": ""}, "Scrivi chi visita"),
            ({"host": "Carla"}, "Scrivi chi visita"),
            ({"host": "Bruno"}, "Più persone si chiamano così"),
            ({"email": "x"}, "e-mail non va bene"),
            ({"until_day": ""}, "ora di fine non va bene"),
            ({"until_day": "2026-11-22"}, "ora di fine non va bene"),
            ({"until_day": "2029-01-01"}, "ora di fine non va bene"),
            ({"until_clock": "25:00"}, "ora di fine non va bene"),
            ({"from_day": "2026-03-29", "from_clock": "02:30"}, "ora d&#39;inizio non va bene"),
            ({"uses": "0"}, "numero da 1 a 1000"),
            ({"uses": "molte"}, "numero da 1 a 1000"),
            ({"door cantina": "yes"}, "Questa porta non c"),
            ({"access": "card", "uid": "xyz"}, "non è di una tessera"),
            ({"access": "card", "uid": CARD}, "è già di qualcuno"),
            ({"access": "<script>"}, "non è di una tessera"),
        ),
    )
    assert house.get("visitors")["items"] == []


def test_a_course_is_planned_with_its_list_and_codes_that_show_once(
    house: House, browser: Browser
) -> None:
    anna = house.member("Anna Bianchi", email="anna@example.org")
    answer = browser.send(COURSES, f"{COURSES}/new", **(COURSE | {"organiser": "Anna Bianchi"}))
    page = answer.headers["location"]
    [made] = house.get("gatherings")["items"]
    assert (made["start"], made["organiser"]) == ("2026-11-24T17:00:00Z", anna)
    listed = f"{page}/attendees"
    assert browser.send(listed, page, name="Anna", email="anna@example.org").status_code == 303
    answer = browser.send(listed, page, name="Marta Villa", access="code")
    [code] = re.findall(r"<code>(\d+)</code>", answer.text)
    assert "Marta Villa" in answer.text
    assert code not in browser.open(page).text
    refused(browser, listed, page, {"name": "Terzo"}, (({}, "I posti sono finiti"),))
    _, marta = house.get(f"gatherings/{made['id']}/attendees")["items"]
    one = f"{listed}/{marta['id']}"
    same = shown(browser.open(one).text)
    before = len(house.journal())
    assert browser.send(one, one, **same).status_code == 303
    assert len(house.journal()) == before
    refused(
        browser,
        one,
        one,
        same,
        (
            ({"email": "anna@example.org"}, "È già sulla lista"),
            ({"access": "card"}, "non è di una"),
        ),
    )
    assert browser.send(one, one, name="Marta Villani", email="").status_code == 303
    assert "Marta Villani" in browser.open(page).text
    assert browser.send(f"{one}/remove", one).status_code == 303
    assert browser.send(f"{page}/remove", page).status_code == 303
    assert house.get("gatherings")["items"] == []


def test_who_was_at_a_course_is_told_with_minutes(house: House, browser: Browser) -> None:
    anna = house.member("Anna Bianchi", email="anna@example.org")
    times = {"day": "2026-11-23", "from": "10:00", "to": "12:00"}
    page = browser.send(COURSES, f"{COURSES}/new", **(COURSE | times)).headers["location"]
    browser.send(f"{page}/attendees", page, name="Anna", email="anna@example.org")
    at = {"at": "2026-11-23T10:30:00+01:00", "room": "sala"}
    house.post(f"presence/{anna}/check-in", at)
    told = browser.open(page).text
    assert re.search(r'10:30</td><td></td><td class="figure">90</td>', told)
    csv = browser.client.get(f"/api/v1{page.removeprefix('/staff')}/attendance?format=csv")
    assert csv.text.splitlines()[1].startswith("Anna,anna@example.org,")


def test_a_course_is_moved_and_never_onto_a_booking(house: House, browser: Browser) -> None:
    page = browser.send(COURSES, f"{COURSES}/new", **COURSE).headers["location"]
    span = {"start": f"{DAY}T20:30:00+01:00", "end": f"{DAY}T21:00:00+01:00"}
    house.post("bookings", {"room": "sala", **span})
    change = f"{page}/change"
    kept = shown(browser.open(change).text)
    refused(
        browser,
        change,
        change,
        kept,
        (
            ({"to": "21:00"}, "martedì 24 novembre 2026, 20:30"),
            ({"title": ""}, "Scrivi il titolo"),
            ({"kind": "party"}, "Scegli che cos"),
            ({"room": "cantina"}, "Questa sala non c"),
            ({"capacity": "0"}, "numero di posti"),
            ({"organiser": "Nessuno"}, "non è tra gli iscritti"),
            ({"day": "domani"}, "Scrivi il giorno come"),
            ({"last_day": "2026-11-01"}, "La fine è prima"),
        ),
    )
    assert browser.send(change, change, **(kept | {"to": "20:30"})).status_code == 303
    [made] = house.get("gatherings")["items"]
    assert made["end"] == "2026-11-24T19:30:00Z"
    assert house.last()["detail"]["fields"].keys() == {"end"}
    assert "20:30" in browser.open(f"/staff/bookings?day={DAY}").text


def test_a_plan_is_written_in_either_language_and_changed(house: House, browser: Browser) -> None:
    assert browser.send(PLANS, f"{PLANS}/new", **PLAN).status_code == 303
    plan = house.get("plans/serale")
    window = {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "18:00", "to": "02:00"}
    assert (plan["hours"], plan["rooms"], plan["holidays"]) == ([window], None, False)
    assert "lun-ven 18:00-02:00" in browser.open(PLANS).text
    page = f"{PLANS}/serale"
    kept = shown(browser.open(page).text)
    before = len(house.journal())
    assert browser.send(page, page, **kept).status_code == 303
    assert len(house.journal()) == before
    more = {"hours": "mon,wed 09:00-10:00\r\nsab 09:00-13:00", "where": "these", "room sala": "yes"}
    assert browser.send(page, page, **(kept | more)).status_code == 303
    plan = house.get("plans/serale")
    assert [each["days"] for each in plan["hours"]] == [["mon", "wed"], ["sat"]]
    assert plan["rooms"] == ["sala"]
    for when, hours in (("always", None), ("never", [])):
        kept = shown(browser.open(page).text)
        browser.send(page, page, **(kept | {"when": when}))
        assert house.get("plans/serale")["hours"] == hours
    house.member("Anna", plan="serale")
    answer = browser.send(f"{page}/remove", page)
    assert (answer.status_code, "Qualcuno ha questo piano" in answer.text) == (409, True)


def test_a_plan_that_cannot_be_is_refused_in_words(house: House, browser: Browser) -> None:
    house.post("plans", {"id": "base"})
    refused(
        browser,
        PLANS,
        f"{PLANS}/new",
        PLAN,
        (
            ({"id": "Serale!"}, "La sigla ha solo"),
            ({"id": "base"}, "già un piano con questa sigla"),
            ({"name": "x" * 201}, "troppo lungo"),
            ({"hours": "lun 8-20"}, "Scrivi un orario per riga"),
            ({"hours": ""}, "Scrivi un orario per riga"),
            ({"hours": "lun 08:00-25:00"}, "Scrivi un orario per riga"),
            ({"entries_per_month": "-1"}, "numero da 0 a 1000"),
            ({"where": "these", "room cantina": "yes"}, "Questa sala non c"),
            ({"holidays": "<b>"}, "Controlla quello"),
        ),
    )
    assert browser.send(f"{PLANS}/base/remove", f"{PLANS}/base").status_code == 303
    assert house.get("plans")["items"] == []


def test_a_calendar_is_uploaded_and_its_problems_are_told(house: House, browser: Browser) -> None:
    answer = browser.send(CALENDARS, f"{CALENDARS}/new", id="corsi", room="sala")
    page = answer.headers["location"]
    mark = re.findall(r'name="mark" value="(\w+)"', browser.open(page).text)[-1]

    def upload(content: bytes, **fields: str) -> tuple[int, str]:
        sent = browser.client.post(
            f"{page}/ics",
            data={"mark": mark, **fields},
            files={"file": ("corsi.ics", content, "text/calendar")},
            headers={"Accept": "text/html"},
        )
        return sent.status_code, sent.text

    status, text = upload(ICS)
    assert status == 200
    assert "Prenotazioni da adesso in poi: <strong>1</strong>" in text
    assert "c@d" in text
    assert len(house.get("bookings?room=sala")["items"]) == 1
    status, text = upload(b"<html>no</html>")
    assert (status, "non si può leggere" in text) == (422, True)
    assert len(house.get("bookings?room=sala")["items"]) == 1
    assert upload(ICS, mark="0" * 32)[0] == 403
    assert upload(b"x" * (17 << 20))[0] == 413
    assert "c@d" in browser.open(page).text
    [booked] = house.get("bookings?room=sala")["items"]
    assert "Viene da un calendario" in browser.open(f"/staff/bookings/{booked['id']}").text
    assert browser.send(f"{page}/remove", page).status_code == 303
    assert house.get("bookings?room=sala")["items"][0]["status"] == "cancelled"


def test_a_feed_is_moved_and_its_address_shows_no_secret(house: House, browser: Browser) -> None:
    address = "http://127.0.0.1:9/secret-key/basic.ics"
    said = {"id": "feed", "room": "sala", "kind": "feed", "url": address}
    page = browser.send(CALENDARS, f"{CALENDARS}/new", **said).headers["location"]
    assert "secret-key" not in browser.open(page).text + browser.open(CALENDARS).text
    kept = shown(browser.open(page).text)
    before = len(house.journal())
    assert browser.send(page, page, **kept).status_code == 303
    assert len(house.journal()) == before
    refused(browser, page, page, kept, (({"url": "ftp://x"}, "indirizzo non va bene"),))
    assert (
        browser.send(page, page, **(kept | {"url": "https://example.org/b.ics"})).status_code == 303
    )
    assert house.last()["detail"]["fields"] == {"url": "changed"}
    refused(
        browser,
        CALENDARS,
        f"{CALENDARS}/new",
        said,
        (
            ({}, "già un calendario"),
            ({"id": "No Good"}, "La sigla ha solo"),
            ({"room": "open-space"}, "non si può prenotare"),
            ({"url": "javascript:alert(1)", "id": "b"}, "indirizzo non va bene"),
            ({"kind": "caldav", "url": "", "id": "b"}, "indirizzo non va bene"),
        ),
    )


def test_a_token_shows_once_and_is_worth_nothing_once_revoked(
    house: House, browser: Browser
) -> None:
    anna = house.member("Anna")
    answer = browser.send(TOKENS, name="Schermo", role="member", member="Anna")
    [secret] = re.findall(r"<code>(usc_[\w-]+)</code>", answer.text)
    assert house.ask("GET", "me", role=secret).json()["member"]["id"] == anna
    page = browser.open(TOKENS).text
    assert secret not in page
    token = re.search(r"<strong>Schermo</strong>.*?/staff/tokens/(\w+)/revoke", page, re.DOTALL)
    assert token is not None
    assert browser.send(f"{TOKENS}/{token[1]}/revoke", TOKENS).status_code == 303
    assert house.ask("GET", "me", role=secret).status_code == 401
    assert house.last()["reason"] == "token-revoked"
    refused(
        browser,
        TOKENS,
        TOKENS,
        {"name": "x", "role": "kiosk"},
        (
            ({"name": " "}, "a che cosa serve"),
            ({"role": "king"}, "Il ruolo non va bene"),
            ({"role": "member"}, "Scrivi di chi è"),
            ({"role": "admin", "member": "Anna"}, "Il ruolo non va bene"),
            ({"member": "Nessuno"}, "Scrivi di chi è"),
        ),
    )


def test_only_administrators_see_tokens(house: House) -> None:
    browser = Browser(house)
    browser.send("/login", token=house.tokens["staff"])
    assert TOKENS not in browser.open("/staff").text
    assert browser.open(TOKENS).status_code == 403
    browser.client.close()


def test_what_a_hostile_form_says_is_text_and_nothing_more(house: House, browser: Browser) -> None:
    evil = "<script>alert(1)</script>"
    house.member("Anna")
    browser.send(VISITORS, f"{VISITORS}/new", **(VISITOR | {"name": evil}))
    browser.send(COURSES, f"{COURSES}/new", **(COURSE | {"title": evil}))
    browser.send(PLANS, f"{PLANS}/new", **(PLAN | {"name": evil}))
    browser.send(TOKENS, TOKENS, name=evil, role="kiosk")
    for page in (VISITORS, COURSES, PLANS, TOKENS, f"/staff/bookings?day={DAY}"):
        text = browser.open(page).text
        assert evil not in text
        assert "&lt;script&gt;" in text
    for path in (VISITORS, COURSES, PLANS, CALENDARS, TOKENS):
        assert browser.client.post(path, data={"name": "x"}).status_code == 403  # no mark
        assert browser.send(path, VISITORS if path == COURSES else path).status_code == 422
