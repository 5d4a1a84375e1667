"""People as a CSV file at the desk: all or nothing, every bad line in words, and out again."""

import html
from collections.abc import Iterator

import pytest
from httpx2 import Response

from daemon.people_csv import COLUMNS
from daemon.store.badges import Lab
from daemon.store.newcomers import take_in
from tests.api.house import CARD, House
from tests.api.test_sign_in import PAGE, Browser

IMPORT, EXPORT = "/staff/people/import", "/staff/people/export"
GOOD = f"name;email;badge\nAnna Bianchi;anna@example.org;{CARD}\nBruno Neri;;\n"


@pytest.fixture
def browser(house: House) -> Iterator[Browser]:
    browser = Browser(house)
    browser.send("/login", token=house.tokens["staff"])
    yield browser
    browser.client.close()


def send(browser: Browser, content: str | bytes, **fields: str) -> Response:
    """Choose a file on the page and send it."""
    page = browser.open(IMPORT).text
    mark = page.rpartition('name="mark" value="')[2].partition('"')[0]
    said = {"mark": mark, **fields}
    file = {"file": ("soci.csv", content, "text/csv")}
    return browser.client.post(IMPORT, data=said, files=file, headers=PAGE)


def names(house: House) -> set[str]:
    return {each["name"] for each in house.get("members")["items"]}


def test_everybody_in_a_file_joins_with_their_badge(house: House, browser: Browser) -> None:
    page = browser.open(IMPORT).text
    assert {column for column in COLUMNS if f"<code>{column}</code>" not in page} == set()
    answer = send(browser, GOOD)
    assert answer.status_code == 200
    assert "<strong>2</strong> persone, <strong>1</strong> badge" in answer.text
    assert CARD not in answer.text
    assert names(house) == {"Anna Bianchi", "Bruno Neri"}
    assert house.last()["detail"]["by"]["name"] == "staff token"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("name;email\nA;a@b.it\nBruno;x\n", (3, "email", "L'indirizzo e-mail non va bene.")),
        ("name;plan\nAnna;nope\n", (2, "plan", "Questo piano non c'è.")),
        ("name;role\nAnna;king\n", (2, "role", "Scrivi `member`, `staff` o `admin`.")),
        ("name;badge\nAnna;xyz\n", (2, "badge", "Questo numero non è di un badge.")),
        ("name;label\nAnna;portachiavi\n", (2, "badge", "Questo numero non è di un badge.")),
        ("name;surname\nAnna;B\n", (1, "surname", "Questa colonna non c'è.")),
        ("email\nx@example.org\n", (1, "name", "Manca la colonna")),
        ("", (1, "name", "Manca la colonna")),
        ("name;email\nAnna;;B\n", (2, "", "Ha più campi")),
        ('name\n"Anna\n', (2, "", "Questo non è un CSV")),
        (b"name\nNicol\xf2\n", (2, "", "Non è UTF-8")),
        ("name;email\nA;a@b.it\nB;a@b.it\n", (3, "email", "La stessa e-mail è in un'altra riga")),
        (f"name;badge\nA;{CARD}\nB;{CARD}\n", (3, "badge", "Il badge è già in un'altra riga.")),
        ("name;email\nA;taken@example.org\n", (2, "email", "Un'altra persona ha già")),
    ],
)
def test_with_one_bad_line_nobody_joins_and_the_line_is_told(
    house: House, browser: Browser, content: str | bytes, told: tuple[int, str, str]
) -> None:
    house.member("Tina", email="taken@example.org")
    before = house.last()["seq"]
    answer = send(browser, content)
    assert answer.status_code == 422
    assert "Non è stato importato nulla" in answer.text
    line, column, sentence = told
    row = f'<th scope="row">{line}</th><td>{column}</td><td>{sentence}'
    assert row in html.unescape(answer.text)
    assert names(house) == {"Tina"}
    assert house.last()["seq"] == before


def test_bad_lines_are_left_out_where_that_was_asked_for(house: House, browser: Browser) -> None:
    house.member("Tina", email="taken@example.org")
    content = "name;email\nAnna;anna@example.org\nBruno;x\nCarla;taken@example.org\n"
    answer = send(browser, content, skip_bad="yes")
    assert answer.status_code == 200
    assert "<strong>1</strong> persone" in answer.text
    assert "Righe lasciate fuori" in answer.text
    assert answer.text.count('<th scope="row">') == 2
    assert names(house) == {"Tina", "Anna"}


def test_of_a_file_that_was_refused_nobody_is_counted(house: House) -> None:
    lab = Lab(b"k" * 32, house.settings.site.zone)
    done = take_in(house.act(), f"name;email;badge\nAnna;;{CARD}\nB;x;\n".encode(), lab)
    assert (done.people, done.badges, len(done.troubles)) == (0, 0, 1)
    assert names(house) == set()


def test_very_many_bad_lines_are_counted(house: House, browser: Browser) -> None:  # noqa: ARG001
    answer = send(browser, "name;email\n" + "Anna;x\n" * 150)
    assert "+ 50 altri errori" in answer.text


def test_what_goes_out_comes_in_again_and_is_no_formula(house: House, browser: Browser) -> None:
    house.member("=cmd|' /C calc'!A1", email="mallory@example.org")
    house.member("Anna; Bianchi", language="en")
    answer = browser.open(EXPORT)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["cache-control"] == "no-store"
    assert "'=cmd" in answer.text
    for member in house.get("members")["items"]:
        house.ask("DELETE", f"members/{member['id']}")
    assert send(browser, answer.content).status_code == 200
    assert names(house) == {"=cmd|' /C calc'!A1", "Anna; Bianchi"}


def test_a_form_without_a_file_is_told_so(house: House, browser: Browser) -> None:  # noqa: ARG001
    answer = browser.send(IMPORT, IMPORT)
    assert (answer.status_code, "Manca la colonna" in answer.text) == (422, True)
