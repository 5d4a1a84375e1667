"""Bookings at the desk: seen as a day and a week, made, moved, cancelled, refused in words."""

import re
from collections.abc import Iterator

import pytest

from tests.api.desk import DAY, book, utc
from tests.api.house import CARD, House
from tests.api.test_sign_in import Browser

PAGE = "/staff/bookings"
NEW = {"room": "sala", "day": DAY, "from": "09:00", "to": "10:00", "title": "Colloquio"}


@pytest.fixture
def browser(house: House) -> Iterator[Browser]:
    browser = Browser(house)
    browser.send("/login", token=house.tokens["staff"])
    yield browser
    browser.client.close()


def booked(house: House) -> list[dict[str, object]]:
    found = house.get("bookings?limit=500")["items"]
    assert isinstance(found, list)
    return found


def add(browser: Browser, **fields: str) -> tuple[int, str]:
    answer = browser.send(PAGE, f"{PAGE}/new", **(NEW | fields))
    return answer.status_code, answer.text or answer.headers["location"]


def change(browser: Browser, booking: object, **fields: str) -> tuple[int, str]:
    """Change some fields of the form as it was given."""
    page = f"{PAGE}/{booking}"
    form = browser.open(page).text.split('id="change-title"')[1].split("</form>")[0]
    shown = dict(re.findall(r'<input id="(\w+)" name="\w+" (?:[^>]*?value="([^"]*)")?', form))
    guests = re.search(r"<textarea[^>]*>([^<]*)</textarea>", form)
    picked = re.findall(
        r'<select id="(\w+)".*?(?:value="([^"]*)" selected|</select>)', form, re.DOTALL
    )
    kept = {**shown, **dict(picked), "guests": guests.group(1) if guests else ""}
    answer = browser.send(page, page, **(kept | fields))
    return answer.status_code, answer.text or answer.headers["location"]


def test_a_room_is_booked_as_the_api_books_it(house: House, browser: Browser) -> None:
    anna = house.member("Anna Bianchi", email="anna@example.org")
    status, where = add(
        browser, member="Anna Bianchi", guests="Gil Ospite; gil@example.org\r\n\r\nmara@example.org"
    )
    assert (status, where) == (303, f"{PAGE}?day={DAY}&done=booked")
    [made] = booked(house)
    assert (made["start"], made["end"], made["member"]) == (utc("9"), utc("10"), anna)
    assert [guest["email"] for guest in made["guests"]] == ["gil@example.org", "mara@example.org"]  # type: ignore[attr-defined]
    assert house.last()["reason"] == "booking-added"
    assert house.last()["detail"]["by"]["name"] == "staff token"
    page = browser.open(where).text
    assert "Prenotazione fatta" in page
    assert "09:00\N{EN DASH}10:00" in page
    assert "Colloquio" in page


def test_the_table_has_a_room_a_column_and_a_week_has_seven_days(
    house: House, browser: Browser
) -> None:
    book(house, "9", "10", title="Martedì presto")
    day = browser.open(f"{PAGE}?day={DAY}").text
    assert re.findall(r'<th scope="col"[^>]*>([^<]+)', day) == ["Ora", "Sala riunioni"]
    assert "martedì 24 novembre 2026" in day
    assert "?view=day&amp;day=2026-11-23" in day
    week = browser.open(f"{PAGE}?view=week&day={DAY}&room=sala").text
    assert week.count('<th scope="col"') == 8
    assert "Martedì presto" in week
    assert "?view=week&amp;day=2026-12-01&amp;room=sala" in week
    assert "Martedì presto" not in browser.open(f"{PAGE}?day=2026-11-25").text
    today = browser.open(PAGE).text
    assert "lunedì 23 novembre 2026" in today
    assert re.search(r'class="m4 is-now"><th scope="row">12:00', today)


def test_what_cannot_be_shown_is_said(browser: Browser) -> None:
    for asked, status in (
        ("?day=yesterday", 422),
        ("?day=9999-12-31", 422),
        ("?view=year", 422),
        ("?room=open-space", 404),
        ("?room=nowhere", 404),
        ("?done=everything", 422),
        ("/none-such", 404),
    ):
        assert browser.open(f"{PAGE}{asked}").status_code == status, asked


def test_a_clash_says_from_when_until_when_and_books_nothing(
    house: House, browser: Browser
) -> None:
    anna = house.member("Anna Segreta")
    book(house, "9:30", "11", member=anna, title="Segreto")
    status, page = add(browser)
    assert status == 409
    assert "La sala è già presa: martedì 24 novembre 2026, 09:30\N{EN DASH}11:00." in page
    assert "Segreto" not in page
    assert 'value="Colloquio"' in page
    assert len(booked(house)) == 1
    status, page = add(browser, day="2026-11-10", repeat="weekly", until="2026-12-01")
    assert (status, "24 novembre 2026, 09:30" in page) == (409, True)
    assert len(booked(house)) == 1
    assert "The room is taken already: Tuesday 24 November 2026" in add_in_english(browser)


def add_in_english(browser: Browser) -> str:
    browser.open("/staff?lang=en")
    return add(browser)[1]


def test_a_series_is_chosen_or_written(house: House, browser: Browser) -> None:
    series: tuple[tuple[dict[str, str], list[str]], ...] = (
        ({"repeat": "daily", "until": "2026-11-26"}, ["24", "25", "26"]),
        ({"repeat": "weekdays", "until": "2026-11-30"}, ["24", "25", "26", "27", "30"]),
        ({"repeat": "weekly", "until": "2026-12-08"}, ["24", "01", "08"]),
        ({"repeat": "biweekly", "until": "2026-12-22"}, ["24", "08", "22"]),
        ({"repeat": "monthly", "until": "2027-01-24"}, ["24", "24", "24"]),
        ({"repeat": "own", "rrule": "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=3"}, ["24", "26", "01"]),
    )
    for hour, (fields, days) in enumerate(series, 10):
        assert add(browser, **{"from": f"{hour}:00", "to": f"{hour}:45"}, **fields)[0] == 303
        found = [each for each in booked(house) if str(each["start"])[11:13] == f"{hour - 1:02}"]
        assert [str(each["start"])[8:10] for each in found] == days
        assert len({each["series"] for each in found}) == 1


def test_what_cannot_be_booked_is_said_and_what_was_written_is_still_there(
    house: House, browser: Browser
) -> None:
    wrong: tuple[tuple[dict[str, str], str], ...] = (
        ({"room": "open-space"}, "Questa sala non si può prenotare"),
        ({"room": ""}, "Questa sala non si può prenotare"),
        ({"day": "24.11.2026"}, "Scrivi il giorno come"),
        ({"from": "9"}, "Scrivi l&#39;ora come"),
        ({"last_day": "2026-11-23"}, "La fine è prima dell&#39;inizio"),
        ({"last_day": "2027-02-01"}, "più di 31 giorni"),
        ({"member": "Nessuno Cosi"}, "Questa persona non c&#39;è"),
        ({"guests": "a;b;c;d"}, "Un ospite per riga"),
        ({"guests": "Gil; niente"}, "Un ospite per riga"),
        ({"guests": "Gil; ; zzz"}, "Un ospite per riga"),
        ({"title": "x" * 201}, "Il titolo è troppo lungo"),
        ({"repeat": "weekly"}, "ultimo giorno della serie"),
        ({"repeat": "hourly", "until": DAY}, "La serie non va bene"),
        ({"repeat": "own", "rrule": "FREQ=SECONDLY"}, "La serie non va bene"),
        ({"repeat": "own", "rrule": ""}, "La serie non va bene"),
        ({"repeat": "daily", "until": "2031-01-01"}, "La serie non va bene"),
        ({"day": "2026-03-29", "from": "02:30"}, "L&#39;ora d&#39;inizio non c&#39;è"),
        ({"day": "2026-10-25", "from": "02:30", "to": "04:00"}, "due volte in questa notte"),
    )
    for fields, told in wrong:
        status, page = add(browser, **fields)
        assert (status, told in page) == (422, True), fields
        assert ('value="Colloquio"' in page) is ("title" not in fields)
    assert booked(house) == []


def test_the_hour_that_comes_twice_is_booked_by_saying_which(
    house: House, browser: Browser
) -> None:
    night = {"day": "2026-10-25", "from": "02:00", "to": "03:00"}
    for turn, start in (("first", "00:00"), ("second", "01:00")):
        end = {"to": "02:00", "to_turn": "second", "last_day": "2026-10-25"}
        more = end if turn == "first" else {}
        assert add(browser, **(night | more), from_turn=turn)[0] == 303
        assert booked(house)[-1]["start"] == f"2026-10-25T{start}:00Z"
    page = browser.open(f"{PAGE}?day=2026-10-25").text
    assert page.count("02:00\N{EN DASH}") == 2
    assert "di nuovo" in page
    for each in booked(house):
        assert change(browser, each["id"], title="Altro")[0] == 303
    assert [each["start"] for each in booked(house)] == [
        "2026-10-25T00:00:00Z",
        "2026-10-25T01:00:00Z",
    ]


def test_a_booking_over_midnight_needs_no_second_day(house: House, browser: Browser) -> None:
    add(browser, **{"from": "22:00", "to": "02:00"})
    [made] = booked(house)
    assert made["end"] == "2026-11-25T01:00:00Z"
    assert "22:00\N{EN DASH}mer 25/11 02:00" in browser.open(f"{PAGE}?day={DAY}").text
    assert "mar 24/11 22:00\N{EN DASH}02:00" in browser.open(f"{PAGE}?day=2026-11-25").text


def test_a_change_changes_what_became_different_and_nothing_else(
    house: House, browser: Browser
) -> None:
    guests = [{"name": "Gil Ospite", "badge": CARD}, {"name": "Mara", "email": "m@example.org"}]
    made = book(house, "9:30", "10:15", guests=guests, title="Prima")
    before = len(house.journal())
    assert change(browser, made["id"])[0] == 303
    assert len(house.journal()) == before
    assert change(browser, made["id"], title="Dopo", day="2026-11-26")[0] == 303
    assert house.last()["detail"]["fields"].keys() == {"title", "start", "end"}
    [found] = booked(house)
    assert (found["start"], found["end"]) == ("2026-11-26T08:30:00Z", "2026-11-26T09:15:00Z")
    shown = "Gil Ospite; ; 5880\r\nMara; m@example.org\r\nNuovo"
    assert change(browser, made["id"], guests=shown)[0] == 303
    [found] = booked(house)
    names = [(guest["name"], guest["badge"]) for guest in found["guests"]]  # type: ignore[attr-defined]
    assert names == [("Gil Ospite", "5880"), ("Mara", None), ("Nuovo", None)]


def test_seconds_that_the_form_does_not_show_stay(house: House, browser: Browser) -> None:
    span = {"start": "2026-11-24T09:00:07+01:00", "end": "2026-11-24T10:00:30+01:00"}
    made = house.post("bookings", {"room": "sala", **span})
    assert change(browser, made["id"], to="11:00")[0] == 303
    [found] = booked(house)
    assert (found["start"], found["end"]) == ("2026-11-24T08:00:07Z", "2026-11-24T10:00:00Z")


def test_a_move_onto_another_booking_is_refused_in_words(house: House, browser: Browser) -> None:
    book(house, "11", "12")
    made = book(house, "9", "10")
    status, page = change(browser, made["id"], to="11:30")
    assert (status, "11:00\N{EN DASH}12:00" in page) == (409, True)
    assert house.get(f"bookings/{made['id']}")["end"] == utc("10")


def test_a_series_is_cancelled_as_far_as_it_is_said(house: House, browser: Browser) -> None:
    add(browser, repeat="weekly", until="2026-12-15")
    second = booked(house)[1]["id"]
    for series, left in (("everything", 4), ("", 3), ("following", 1), ("all", 0)):
        answer = browser.send(f"{PAGE}/{second}/cancel", f"{PAGE}/new", series=series)
        assert answer.status_code == (422 if series == "everything" else 303)
        assert sum(each["status"] == "booked" for each in booked(house)) == left
        page = browser.open(f"{PAGE}?day=2026-12-01").text
        assert ("Annullate e liberate" in page) is (left < 4)


def test_a_room_is_given_back_early(house: House, browser: Browser) -> None:
    span = {"start": "2026-11-23T09:00:00+01:00", "end": "2026-11-23T17:00:00+01:00"}
    made = house.post("bookings", {"room": "sala", **span})
    page = f"{PAGE}/{made['id']}"
    assert browser.send(f"{page}/end", page).status_code == 303
    assert house.get(f"bookings/{made['id']}")["end"] == "2026-11-23T11:00:00Z"
    again = browser.send(f"{page}/end", page)
    assert (again.status_code, "Non è più attiva" in again.text) == (409, True)


def test_what_holds_a_room_for_a_course_is_changed_there(house: House, browser: Browser) -> None:
    course = {
        "title": "Foto",
        "room": "sala",
        "start": f"{DAY}T09:00:00Z",
        "end": f"{DAY}T10:00:00Z",
    }
    made = house.post("gatherings", course)
    page = browser.open(f"{PAGE}/{made['id']}").text
    assert "si cambia lì" in page
    assert "Salva" not in page
    answer = browser.send(f"{PAGE}/{made['id']}", "/staff", **NEW)
    assert (answer.status_code, "si cambia lì" in answer.text) == (409, True)


def test_a_hostile_form_does_nothing_and_is_never_a_page_with_markup(
    house: House, browser: Browser
) -> None:
    for value in (
        "<script>alert(1)</script>",
        "%00",
        "\u202e",
        "x" * 5000,
        "'; DROP TABLE",
        "{{7*7}}",
    ):
        for field in ("room", "day", "from", "to_turn", "member", "guests", "rrule", "repeat"):
            status, page = add(browser, **{field: value})
            assert status in {303, 409, 422}, (field, value)
            assert "<script>alert" not in page
            assert "49" not in re.findall(r'value="([^"]*)"', page)
    made = [each["id"] for each in booked(house)]
    for each in made:
        assert "<script>alert" not in browser.open(f"{PAGE}/{each}").text
    without = browser.client.post(PAGE, data=NEW, headers={"Accept": "text/html"})
    assert without.status_code == 403
