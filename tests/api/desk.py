"""Bookings as tests speak of them: hours of the 24th of November 2026, local to Verona."""

from typing import Any

from httpx2 import Response

from tests.api.house import House

DAY = "2026-11-24"


def hour(clock: str, day: str = DAY) -> str:
    """Return an hour of that day, `09:30` or `9`, with its winter offset."""
    hours, _, minutes = clock.partition(":")
    return f"{day}T{int(hours):02}:{minutes or '00'}:00+01:00"


def utc(clock: str, day: str = DAY) -> str:
    """Return an hour of that day as answers have it."""
    hours, _, minutes = clock.partition(":")
    return f"{day}T{int(hours) - 1:02}:{minutes or '00'}:00Z"


def ask(house: House, start: str, end: str, *, role: str = "staff", **fields: object) -> Response:
    """Ask for the meeting room from one hour until another."""
    times = {"start": hour(start), "end": hour(end)}
    return house.ask("POST", "bookings", {"room": "sala", **times, **fields}, role=role)


def book(house: House, start: str, end: str, **more: Any) -> Any:  # fields; a JSON document
    """Book the meeting room."""
    answer = ask(house, start, end, **more)
    assert answer.status_code == 201, answer.text
    return answer.json()


def change(house: House, booking: str, role: str = "staff", **fields: object) -> Response:
    """Change a booking."""
    return house.ask("PATCH", f"bookings/{booking}", fields, role=role)
