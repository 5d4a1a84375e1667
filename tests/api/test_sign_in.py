"""Signing in at the pages: by account, by code, by token; kept in a cookie, safe from forgery."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from httpx2 import Response
from sqlalchemy import text
from starlette.testclient import TestClient

from api.cookies import FORM, SESSION, mark_of
from api.pages.frame import NAVIGATION
from api.pages.signing import HOMES, local
from api.sign_in import source_of
from daemon.store import accounts, one_time_codes
from tests.api.house import API, House, slug

RIGHT = "una porta di quercia"
SHORT, NONSENSE = "short", "usc_nonsense"
PAGE = {"Accept": "text/html"}


class Browser:
    """Somebody at the pages: keeps cookies, fills in forms as they were given."""

    def __init__(self, house: House, source: str = "192.0.2.7") -> None:
        self._house = house
        self.client = TestClient(
            house.app, "https://testserver", client=(source, 5000), follow_redirects=False
        )

    def open(self, path: str) -> Response:
        answer = self.client.get(path, headers=PAGE)
        self._house.seen.append(answer.text)
        return answer

    def send(self, path: str, page: str | None = None, **fields: str) -> Response:
        """Fill in the form on a page and send it."""
        marks = re.findall(r'name="mark" value="(\w+)"', self.open(page or path).text)
        answer = self.client.post(path, data={"mark": marks[-1], **fields}, headers=PAGE)
        self._house.seen.append(answer.text)
        return answer

    def sign_in(self, account: str = "chiara", password: str = RIGHT, **fields: str) -> Response:
        return self.send("/login", account=account, password=password, **fields)

    def speak(self, method: str, path: str, body: Any = None, mark: str = "") -> Response:  # JSON
        """Ask the API with the cookie."""
        headers = {"X-Usciere-Mark": mark or mark_of(self.client.cookies.get(SESSION) or "")}
        return self.client.request(method, f"{API}/{path}", json=body, headers=headers)


@pytest.fixture
def chiara(house: House) -> str:
    member = house.member("Chiara Conti", role="staff")
    made = accounts.add_account(house.act(), member, "chiara")
    hashed = house.app.state.parts.sign_in.passwords.hash(RIGHT)
    accounts.change_password(house.act(), made.id, hashed)
    return member


@pytest.fixture
def browser(house: House, chiara: str) -> Iterator[Browser]:
    assert chiara
    made = Browser(house)
    yield made
    made.client.close()


def test_who_signs_in_is_led_on_with_a_cookie_no_script_and_no_other_host_sees(
    browser: Browser,
) -> None:
    answer = browser.sign_in(" Chiara ")
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff")
    [cookie] = [
        each for each in answer.headers.get_list("set-cookie") if each.startswith(f"{SESSION}=")
    ]
    flags = {each.strip().lower() for each in cookie.split(";")[1:]}
    assert {"secure", "httponly", "path=/", "samesite=lax"} <= flags
    assert not [flag for flag in flags if flag.startswith("domain")]
    assert browser.speak("GET", "doors").status_code == 200
    assert browser.speak("GET", "me").json()["name"] == "Chiara Conti"


@pytest.mark.parametrize(
    ("account", "password"),
    [("chiara", RIGHT + "!"), ("nobody", RIGHT), ("", ""), ("a\u0085b", RIGHT), ("chiara", "")],
)
def test_what_is_wrong_is_not_told_and_the_password_does_not_come_back(
    house: House, browser: Browser, account: str, password: str
) -> None:
    answer = browser.sign_in(account, password)
    assert answer.status_code == 422
    assert "non corrispondono" in answer.text
    assert not password or password not in answer.text
    assert SESSION not in browser.client.cookies
    assert house.last()["reason"] == "sign-in-failed"
    assert RIGHT not in str(house.last())


def test_who_guesses_waits_and_so_does_nobody_else(house: House, browser: Browser) -> None:
    for _ in range(5):
        assert browser.sign_in("chiara", "x").status_code == 422
    refused = browser.sign_in()
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) in {1, 2}
    assert "Riprova tra" in refused.text
    house.member("Bruno")
    assert Browser(house).sign_in("bruno").status_code == 422


def test_a_source_that_tries_many_names_waits_too(browser: Browser) -> None:
    for number in range(20):
        assert browser.sign_in(f"name{number}").status_code == 422
    assert browser.sign_in().status_code == 429


@pytest.mark.parametrize(
    ("host", "source"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (None, "unknown"),
        ("testclient", "testclient"),
    ],
)
def test_a_house_in_ipv6_is_one_source(host: str | None, source: str) -> None:
    assert source_of(host) == source


@pytest.mark.parametrize("path", ["//evil", "/\\evil", "https://evil", "evil", "", "/a\nb"])
def test_nobody_is_led_to_another_host(browser: Browser, path: str) -> None:
    assert local(path) is None
    assert browser.sign_in(next=path).headers.get("location", "/staff") == "/staff"


def test_who_came_for_a_page_gets_there(browser: Browser) -> None:
    asked = browser.open("/password")
    assert (asked.status_code, asked.headers["location"]) == (303, "/login?next=%2Fpassword")
    assert 'name="next" value="/password"' in browser.open(asked.headers["location"]).text
    assert browser.sign_in(next="/password").headers["location"] == "/password"


@pytest.mark.parametrize("mark", ["x", "", mark_of("another")])
def test_a_cookie_without_the_mark_of_our_pages_changes_nothing(
    house: House, browser: Browser, mark: str
) -> None:
    browser.sign_in()
    answer = browser.speak("POST", "members", {"name": "Eva"}, mark or "y")
    assert (answer.status_code, slug(answer)) == (403, "not-our-form")
    assert browser.client.post("/logout", data={"mark": mark}).status_code == 403
    assert browser.speak("GET", "doors").status_code == 200
    assert "Eva" not in house.ask("GET", "members").text


def test_a_cookie_with_the_mark_changes_things_in_the_name_of_its_account(
    house: House, browser: Browser, chiara: str
) -> None:
    browser.sign_in()
    assert browser.speak("POST", "members", {"name": "Eva"}).status_code == 201
    by = house.last()["detail"]["by"]
    assert by["name"] == "Chiara Conti"
    assert by.keys() == {"name", "account"}
    assert browser.speak("POST", "doors/ingresso/unlock", {"reason": "post"}).status_code == 200
    assert house.last()["member"] == chiara


def test_a_form_from_elsewhere_signs_nobody_in(browser: Browser) -> None:
    browser.open("/login")
    assert FORM in browser.client.cookies
    for fields in ({}, {"mark": "x"}, {"mark": mark_of("")}):
        said = {"account": "chiara", "password": RIGHT, **fields}
        answer = browser.client.post("/login", data=said, headers=PAGE)
        assert answer.status_code == 403
        assert "cookie" in answer.text


def test_who_signs_out_is_out(browser: Browser) -> None:
    browser.sign_in()
    secret = browser.client.cookies[SESSION]
    answer = browser.send("/logout", "/password")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert SESSION not in browser.client.cookies
    browser.client.cookies.set(SESSION, secret)
    assert browser.speak("GET", "doors").status_code == 401


def test_a_cookie_that_is_worth_nothing_leaves_the_public_board_open(browser: Browser) -> None:
    browser.client.cookies.set(SESSION, "worthless")
    assert browser.open("/").status_code == 200
    assert browser.speak("GET", "occupancy").status_code == 200
    assert browser.speak("GET", "doors").status_code == 401


def test_the_role_is_the_members_own(house: House, browser: Browser, chiara: str) -> None:
    browser.sign_in()
    assert browser.speak("GET", "journal").status_code == 200
    house.ask("PATCH", f"members/{chiara}", {"status": "suspended"})
    assert browser.speak("GET", "journal").status_code == 401
    assert browser.sign_in().status_code == 422


def test_the_code_of_the_first_start_makes_the_first_admin(house: House) -> None:
    code = one_time_codes.first_code(house.act())
    assert code is not None
    browser = Browser(house)
    said = {"code": code, "account": "paolo", "password": RIGHT, "full_name": "Paolo Greco"}
    for field, wrong, sentence in (
        ("code", "AAAA-AAAA-AAAA-AAAA", "Il codice non vale"),
        ("account", "Pà", "senza accenti"),
        ("password", "short", "da 12 a 200"),
        ("full_name", "", "nome e cognome"),
        ("full_name", "A\nB", "nome e cognome"),
    ):
        answer = browser.send("/login/first", **(said | {field: wrong}))
        assert (answer.status_code, sentence in answer.text) == (422, True), field
        assert code not in answer.text
    answer = browser.send("/login/first", **said)
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff")
    assert browser.speak("GET", "me").json()["role"] == "admin"
    assert browser.send("/login/first", **said).status_code == 422


def test_a_token_signs_in_too_and_the_session_ends_with_it(house: House, browser: Browser) -> None:
    anna = house.member("Anna")
    assert browser.send("/login", token=NONSENSE).status_code == 422
    answer = browser.send("/login", token=house.member_token(anna))
    assert (answer.status_code, answer.headers["location"]) == (303, "/me")
    assert browser.speak("GET", "me").json()["name"] == "Anna"
    assert browser.speak("GET", "doors").status_code == 403
    house.ask("DELETE", f"members/{anna}")
    assert browser.speak("GET", "me").status_code == 401


def test_another_password_ends_every_other_session(house: House, browser: Browser) -> None:
    elsewhere = Browser(house)
    elsewhere.sign_in()
    browser.sign_in()
    new = "un portone di castagno"
    assert browser.send("/password", old="wrong", password=new).status_code == 422
    assert browser.send("/password", old=RIGHT, password=SHORT).status_code == 422
    assert browser.send("/password", old=RIGHT, password=new).status_code == 303
    assert browser.speak("GET", "doors").status_code == 200
    assert elsewhere.speak("GET", "doors").status_code == 401
    assert Browser(house).sign_in().status_code == 422
    assert Browser(house).sign_in(password=new).status_code == 303


@pytest.mark.parametrize(
    "form",
    [
        b"mark=x&mark=y",
        b"a=%00",
        b"a=%ff",
        b"\xff",
        b"&".join(b"a%d=" % number for number in range(2001)),
    ],
)
def test_a_form_that_is_not_sound_is_refused(browser: Browser, form: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = browser.client.post("/login", content=form, headers=headers)
    assert (answer.status_code, slug(answer)) == (400, "malformed")
    answer = browser.client.post("/login", json={})
    assert (answer.status_code, slug(answer)) == (415, "unsupported-media-type")


def test_a_problem_is_a_page_for_who_asked_for_a_page(house: House, browser: Browser) -> None:
    answer = browser.open("/nowhere")
    assert (answer.status_code, "niente" in answer.text) == (404, True)
    assert slug(browser.client.get("/nowhere")) == "not-found"
    with house.store.writing() as session:
        session.execute(text("alter table visit rename to gone"))
    answer = browser.open("/")
    assert (answer.status_code, "Riprova tra poco" in answer.text) == (503, True)
    assert answer.headers["retry-after"]


def test_the_language_is_kept_once_it_was_chosen(browser: Browser) -> None:
    assert "Accedi" in browser.open("/login").text
    assert "Sign in" in browser.open("/login?lang=en").text
    assert '<html lang="en">' in browser.open("/login/first").text
    assert "There is nothing" in browser.open("/nowhere").text
    assert '<html lang="it">' in browser.open("/login?lang=it").text


def test_a_session_in_use_is_written_down_and_a_database_that_cannot_be_written_is_read(
    house: House, browser: Browser
) -> None:
    browser.sign_in()
    for _ in range(3):
        house.clock.passes(hours=11)
        assert browser.speak("GET", "doors").status_code == 200
    house.clock.passes(hours=11)
    with house.store.writing() as session:
        session.execute(
            text("create trigger t before update on session begin select raise(abort, 'x'); end")
        )
    assert browser.speak("GET", "doors").status_code == 200
    house.clock.passes(hours=2)
    assert browser.speak("GET", "doors").status_code == 401


def test_whatever_the_navigation_names_is_there(house: House, browser: Browser) -> None:
    browser.send("/login", token=house.tokens["admin"])
    for address in {*(address for address, _, _ in NAVIGATION), *HOMES.values()}:
        assert browser.open(address).status_code != 404, address
