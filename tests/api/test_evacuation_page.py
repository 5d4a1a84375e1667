"""The evacuation list over HTTP: to tick off, to report, to read while nothing can be written."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import event

from tests.api.house import House
from tests.api.test_sign_in import Browser


@pytest.fixture
def browser(house: House) -> Iterator[Browser]:
    for name in ("Anna Bianchi", "Bruno Neri"):
        house.post(f"presence/{house.member(name)}/check-in", {})
    browser = Browser(house)
    browser.send("/login", token=house.tokens["staff"])
    yield browser
    browser.client.close()


def _fields(page: str) -> dict[str, str]:
    """Return the fields of the form as a browser sends it with nothing ticked."""
    form = page[page.index('id="roll"') : page.index("</form>", page.index('id="roll"'))]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return dict(found)


def _lock(house: House) -> None:
    """Let the database be read only from now on."""
    engine = house.app.state.parts.store.engine
    engine.dispose()

    @event.listens_for(engine, "connect")
    def _read_only(connection: object, _: object) -> None:
        connection.execute("PRAGMA query_only=ON")  # type: ignore[attr-defined]  # SQLite's own


def test_the_list_names_everybody_and_the_report_who_was_not_found(
    house: House, browser: Browser
) -> None:
    page = browser.open("/staff/evacuation").text
    assert page.index("Anna Bianchi") < page.index("Bruno Neri")
    fields = _fields(page)
    [anna] = [key for key, name in fields.items() if name == "Anna Bianchi"]
    fields[anna.replace("listed", "found")] = "yes"
    answer = browser.client.post("/staff/evacuation/report", data=fields)
    house.seen.append(answer.text)
    assert "Trovati: 1 su 2" in answer.text
    assert answer.text.index("Bruno Neri") < answer.text.index("Anna Bianchi")
    assert "Registrato." in answer.text
    entry = house.last()
    assert (entry["kind"], entry["reason"]) == ("staff", "evacuation-report")
    assert (entry["detail"]["listed"], entry["detail"]["found"]) == (2, 1)
    assert len(entry["detail"]["missing"]) == 1
    assert "Bruno" not in str(entry)


def test_a_drill_is_told_apart_and_opens_nothing(house: House, browser: Browser) -> None:
    page = browser.open("/staff/evacuation?drill=1").text
    assert "Prova di evacuazione" in page
    assert 'action="/staff/evacuation/order"' not in page
    answer = browser.client.post("/staff/evacuation/report", data=_fields(page))
    assert "Rapporto della prova" in answer.text
    assert house.last()["reason"] == "drill-report"
    assert not house.get("site")["evacuation"]


def test_the_list_and_the_report_need_no_database_that_can_be_written(
    house: House, browser: Browser
) -> None:
    _lock(house)
    house.clock.passes(minutes=30)  # long enough that the session's use would be written down
    answer = browser.open("/staff/evacuation")
    assert (answer.status_code, "Bruno Neri" in answer.text) == (200, True)
    report = browser.client.post("/staff/evacuation/report", data=_fields(answer.text))
    assert (report.status_code, "stampa questo rapporto" in report.text) == (200, True)
    assert "Bruno Neri" in report.text
    assert browser.open("/staff").status_code == 200


def test_the_order_opens_every_door_and_ends_again_through_the_same_code_as_the_api(
    house: House, browser: Browser
) -> None:
    path, page = "/staff/evacuation/order", "/staff/evacuation"
    assert browser.send(path, page, active="yes", reason=" ").status_code == 422
    assert not house.get("site")["evacuation"]
    assert browser.send(path, page, active="yes", reason="fumo").status_code == 303
    assert house.get("site")["evacuation"]
    assert house.last()["detail"]["reason"] == "fumo"
    assert "Evacuazione in corso" in browser.open("/staff").text
    assert "Chiudi l&#39;evacuazione" in browser.open(page).text
    assert browser.send(path, page, active="no", reason="falso allarme").status_code == 303
    assert not house.get("site")["evacuation"]


def test_what_a_form_says_cannot_write_html(browser: Browser) -> None:
    page = browser.open("/staff/evacuation").text
    fields = {**_fields(page), "listed x": "<img src=x>", "at": "<b>"}
    answer = browser.client.post("/staff/evacuation/report", data=fields)
    assert "<img" not in answer.text
    assert "<b>" not in answer.text
