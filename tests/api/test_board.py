"""The public board: true without JavaScript, in both languages, with nobody's name on it."""

import re

import pytest

from api.pages.texts.board import BOARD
from api.pages.words import language_of, said_in
from tests.api.house import House


def _board(house: House, query: str = "", **headers: str) -> str:
    answer = house.ask("GET", f"/{query}", role="public", headers=headers)
    assert answer.status_code == 200
    return answer.text


def test_the_board_shows_open_rooms_and_counts(house: House) -> None:
    assert ">Chiuso</h1>" in _board(house)
    house.post(f"presence/{house.member('Anna Bianchi', visibility='members')}/check-in", {})
    page = _board(house)
    assert ">Aperto</h1>" in page
    assert "1</span>" in page
    assert "persona" in page
    assert "Sala riunioni" in page
    assert "Anna" not in page


def test_the_board_says_until_when_today_a_room_is_free_or_taken(house: House) -> None:
    hour = re.compile(r"fino alle \d")
    assert hour.search(_board(house)) is None
    tomorrow = {"start": "2026-11-24T15:00:00+01:00", "end": "2026-11-24T16:00:00+01:00"}
    house.post("bookings", {"room": "sala", **tomorrow})
    assert hour.search(_board(house)) is None
    today = {"start": "2026-11-23T15:00:00+01:00", "end": "2026-11-23T16:00:00+01:00"}
    house.post("bookings", {"room": "sala", **today})
    assert "Disponibile fino alle 15:00" in _board(house)
    house.clock.passes(hours=3)
    assert "Booked until 16:00" in _board(house, "?lang=en")


@pytest.mark.parametrize(
    ("query", "accepted", "language"),
    [
        ("", "", "it"),
        ("?lang=en", "it", "en"),
        ("?lang=it", "en", "it"),
        ("?lang=xx", "en", "en"),
        ("", "en-GB,en;q=0.9", "en"),
        ("", "de-DE, it;q=0.4, en;q=0.8", "en"),
        ("", "de", "it"),
        ("", "en;q=0", "it"),
        ("", ";;;q=x,,*", "it"),
    ],
)
def test_a_reader_gets_the_language_he_asked_for(
    house: House, query: str, accepted: str, language: str
) -> None:
    headers = {"accept-language": accepted}
    assert f'<html lang="{language}">' in _board(house, query, **headers)


def test_the_board_speaks_both_languages() -> None:
    assert said_in(BOARD, "it")["open"] == "Aperto"
    assert said_in(BOARD, "en")["open"] == "Open"
    assert language_of(None, "", "en") == "en"


def test_the_page_has_no_inline_script_or_style_and_asks_no_other_host(house: House) -> None:
    page = _board(house)
    assert not re.search(r"<style|style=|\son\w+=|<script(?![^>]*src=)", page)
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert addresses
    assert all(address.startswith(("/", "#", "?")) for address in addresses)
    for address in addresses:
        if address.startswith("/static/"):
            answer = house.ask("GET", address, role="public")
            assert answer.status_code == 200
            assert "immutable" in answer.headers["cache-control"]
            assert "http://" not in answer.text.replace("http://www.w3.org/2000/svg", "")


def test_names_of_rooms_cannot_write_html(house: House) -> None:
    room = house.settings.rooms[0].model_copy(update={"name": "<b onclick=x>&"})
    object.__setattr__(house.settings, "rooms", (room,))
    page = _board(house)
    assert "<b onclick" not in page
    assert "&lt;b onclick=x&gt;&amp;" in page
