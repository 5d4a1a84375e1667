"""What people hear: every reason in both languages, friendly, short, and right about the day."""

from datetime import date, datetime, timedelta

import pytest

from daemon.access.verdict import Reason
from daemon.access.words import GREETINGS, STATEMENTS, Language, message
from tests.daemon.access.cooffice import ROME

MONDAY = date(2026, 11, 23)
EIGHT = datetime(2026, 11, 23, 8, tzinfo=ROME)
MAY_OPEN_LATER = {
    Reason.MEMBERSHIP_NOT_STARTED,
    Reason.OUTSIDE_HOURS,
    Reason.HOLIDAY,
    Reason.NO_ENTRIES_LEFT,
    Reason.BOOKED_BY_OTHER,
    Reason.TOO_EARLY,
}
IT, EN = Language.ITALIAN, Language.ENGLISH


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_its_sentence(reason: Reason, language: Language) -> None:
    opens = EIGHT + timedelta(days=2) if reason in MAY_OPEN_LATER else None
    text = message(reason, language, "Massimiliano Rossi", opens, MONDAY)
    assert 0 < len(text) <= 60
    assert "Rossi" not in text
    assert text == text.strip()


def test_no_reason_is_both_greeted_and_turned_away() -> None:
    assert GREETINGS.keys().isdisjoint(STATEMENTS)
    assert GREETINGS.keys() | STATEMENTS.keys() == set(Reason)


@pytest.mark.parametrize("reason", Reason)
def test_the_two_languages_do_not_say_the_same_words(reason: Reason) -> None:
    assert message(reason, IT) != message(reason, EN)


@pytest.mark.parametrize(
    ("reason", "language", "text"),
    [
        (Reason.PLAN, IT, "Ciao Anna"),
        (Reason.PLAN, EN, "Hello Anna"),
        (Reason.EXIT, IT, "Arrivederci Anna"),
        (Reason.FIRE, IT, "Evacuazione: esci subito"),
        (Reason.BADGE_BLOCKED, EN, "Badge blocked, please ask staff"),
    ],
)
def test_who_is_known_is_greeted_by_the_first_name(
    reason: Reason, language: Language, text: str
) -> None:
    assert message(reason, language, "Anna Bianchi") == text


@pytest.mark.parametrize("name", [None, "", "  "])
def test_a_greeting_does_without_a_name(name: str | None) -> None:
    assert message(Reason.PLAN, IT, name) == "Ciao"


@pytest.mark.parametrize(
    ("opening", "italian", "english"),
    [
        ("2026-11-23T08:00", "apre alle 08:00", "opens at 08:00"),
        ("2026-11-24T08:00", "apre martedì alle 08:00", "opens Tuesday at 08:00"),
        ("2026-11-29T08:00", "apre domenica alle 08:00", "opens Sunday at 08:00"),
        ("2026-11-30T08:00", "apre il 30 novembre alle 08:00", "opens on 30 November at 08:00"),
        ("2026-12-01T08:00", "apre il 1º dicembre alle 08:00", "opens on 1 December at 08:00"),
        ("2026-12-08T08:00", "apre l'8 dicembre alle 08:00", "opens on 8 December at 08:00"),
        (
            "2027-01-11T08:00",
            "apre l'11 gennaio 2027 alle 08:00",
            "opens on 11 January 2027 at 08:00",
        ),
    ],
)
def test_an_opening_is_told_as_people_say_it(opening: str, italian: str, english: str) -> None:
    opens = datetime.fromisoformat(opening).replace(tzinfo=ROME)
    assert message(Reason.HOLIDAY, IT, None, opens, MONDAY) == f"Oggi è festa: {italian}"
    assert message(Reason.HOLIDAY, EN, None, opens, MONDAY) == f"Today is a holiday: {english}"


def test_a_membership_starts_rather_than_opens() -> None:
    text = message(Reason.MEMBERSHIP_NOT_STARTED, IT, "Anna", EIGHT, MONDAY)
    assert text == "Iscrizione non attiva: inizia alle 08:00"


def test_without_todays_date_the_opening_has_its_own() -> None:
    text = message(Reason.OUTSIDE_HOURS, EN, None, EIGHT)
    assert text == "Outside your hours: opens on 23 November 2026 at 08:00"
