"""Every page there is, and who may see it; the words in braces are ids of a busy house."""

from collections.abc import Mapping

from fastapi.routing import APIRoute

from api.pages.table import PAGES
from tests.api.house import House
from tests.browser.desk import TABLET

NO_PAGES = frozenset({"/static/{name}", "/kiosk/stream", "/staff/people/export"}) | frozenset(
    {"/staff/visitors/export", "/staff/bookings/export"}
)
PATHS: Mapping[str, str | None] = {
    "/": None,
    "/login": None,
    "/login/first": None,
    "/kiosk": TABLET,
    "/kiosk/open": None,
    "/password": "chiara",
    "/me": "anna",
    "/me/bookings/new": "anna",
    "/me/visitors/new": "anna",
    "/staff": "chiara",
    "/staff/doors/{door}/unlock": "chiara",
    "/staff/evacuation": "chiara",
    "/staff/kiosk": "chiara",
    "/staff/reports": "chiara",
    "/staff/bookings": "chiara",
    "/staff/bookings/new": "chiara",
    "/staff/bookings/{booking}": "chiara",
    "/staff/visitors/import": "chiara",
    "/staff/bookings/import": "chiara",
    "/staff/gatherings/{gathering}/attendees/import": "chiara",
    "/staff/visits": "chiara",
    "/staff/visits/{visit}": "chiara",
    "/staff/visitors": "chiara",
    "/staff/visitors/new": "chiara",
    "/staff/visitors/{visitor}": "chiara",
    "/staff/gatherings": "chiara",
    "/staff/gatherings/new": "chiara",
    "/staff/gatherings/{gathering}": "chiara",
    "/staff/gatherings/{gathering}/change": "chiara",
    "/staff/gatherings/{gathering}/attendees/{attendee}": "chiara",
    "/staff/plans": "chiara",
    "/staff/plans/new": "chiara",
    "/staff/plans/{plan}": "chiara",
    "/staff/calendars": "chiara",
    "/staff/calendars/new": "chiara",
    "/staff/calendars/{calendar}": "chiara",
    "/staff/tokens": "dora",
    "/staff/people": "chiara",
    "/staff/people/new": "chiara",
    "/staff/people/import": "chiara",
    "/staff/people/{member}": "chiara",
}


def routes() -> set[str]:
    """Return the routes that show a page."""
    found = [each for router in PAGES for each in router.routes if isinstance(each, APIRoute)]
    return {each.path for each in found if "GET" in (each.methods or ())} - NO_PAGES


def ids_of(house: House) -> dict[str, str]:
    """Return the ids of what has a page of its own."""
    people = {each["name"]: each["id"] for each in house.get("members?limit=500")["items"]}
    return {
        "member": people["Anna Bianchi"],
        "booking": house.get("bookings?room=sala")["items"][1]["id"],
        "visit": house.get("visits")["items"][0]["id"],
        "door": "ingresso",
        "plan": house.get("plans")["items"][0]["id"],
        "calendar": house.get("calendars")["items"][0]["id"],
        "visitor": house.get("visitors")["items"][0]["id"],
        "gathering": (course := house.get("gatherings")["items"][0]["id"]),
        "attendee": house.get(f"gatherings/{course}/attendees")["items"][0]["id"],
    }
