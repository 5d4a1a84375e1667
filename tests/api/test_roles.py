"""Who may what: every route times every role, and no route without a rule of its own."""

import re
from collections.abc import Mapping

import pytest
from fastapi.routing import iter_route_contexts

from api.cookies import FORM, mark_of
from api.dependencies import Rule
from daemon.store.tokens import ROLES, revoke_token, tokens
from tests.api.house import House, slug

RULES: Mapping[str, str] = {
    "GET /": "public",
    "GET /static/{name}": "public",
    "GET /login": "public",
    "POST /login": "public",
    "GET /login/first": "public",
    "POST /login/first": "public",
    "GET /password": "member",
    "POST /password": "member",
    "POST /logout": "public",
    "GET /kiosk": "kiosk",
    "GET /kiosk/stream": "kiosk",
    "GET /kiosk/open": "public",
    "POST /kiosk/open": "public",
    "GET /staff/kiosk": "staff",
    "POST /staff/kiosk": "staff",
    "POST /staff/kiosk/{kiosk}/end": "staff",
    "GET /me": "member",
    "POST /me/visibility": "member",
    "GET /me/bookings/new": "member",
    "POST /me/bookings": "member",
    "POST /me/bookings/{booking}/cancel": "member",
    "GET /me/visitors/new": "member",
    "POST /me/visitors": "member",
    "POST /me/visitors/{visitor}/end": "member",
    "GET /staff": "staff",
    "GET /staff/evacuation": "staff",
    "GET /staff/reports": "staff",
    "GET /staff/bookings": "staff",
    "POST /staff/bookings": "staff",
    "GET /staff/bookings/new": "staff",
    "GET /staff/bookings/{booking}": "staff",
    "POST /staff/bookings/{booking}": "staff",
    "POST /staff/bookings/{booking}/end": "staff",
    "POST /staff/bookings/{booking}/cancel": "staff",
    "GET /staff/visitors/import": "staff",
    "POST /staff/visitors/import": "staff",
    "GET /staff/visitors/export": "staff",
    "GET /staff/bookings/import": "staff",
    "POST /staff/bookings/import": "staff",
    "GET /staff/bookings/export": "staff",
    "GET /staff/gatherings/{gathering}/attendees/import": "staff",
    "POST /staff/gatherings/{gathering}/attendees/import": "staff",
    "GET /staff/visits": "staff",
    "POST /staff/visits": "staff",
    "GET /staff/visits/{visit}": "staff",
    "POST /staff/visits/{visit}": "staff",
    "POST /staff/visits/{visit}/leave": "staff",
    "GET /staff/visitors": "staff",
    "POST /staff/visitors": "staff",
    "GET /staff/visitors/new": "staff",
    "GET /staff/visitors/{visitor}": "staff",
    "POST /staff/visitors/{visitor}": "staff",
    "POST /staff/visitors/{visitor}/end": "staff",
    "GET /staff/gatherings": "staff",
    "POST /staff/gatherings": "staff",
    "GET /staff/gatherings/new": "staff",
    "GET /staff/gatherings/{gathering}": "staff",
    "GET /staff/gatherings/{gathering}/change": "staff",
    "POST /staff/gatherings/{gathering}/change": "staff",
    "POST /staff/gatherings/{gathering}/remove": "staff",
    "POST /staff/gatherings/{gathering}/attendees": "staff",
    "GET /staff/gatherings/{gathering}/attendees/{attendee}": "staff",
    "POST /staff/gatherings/{gathering}/attendees/{attendee}": "staff",
    "POST /staff/gatherings/{gathering}/attendees/{attendee}/remove": "staff",
    "GET /staff/plans": "staff",
    "POST /staff/plans": "staff",
    "GET /staff/plans/new": "staff",
    "GET /staff/plans/{plan}": "staff",
    "POST /staff/plans/{plan}": "staff",
    "POST /staff/plans/{plan}/remove": "staff",
    "GET /staff/calendars": "staff",
    "POST /staff/calendars": "staff",
    "GET /staff/calendars/new": "staff",
    "GET /staff/calendars/{calendar}": "staff",
    "POST /staff/calendars/{calendar}": "staff",
    "POST /staff/calendars/{calendar}/sync": "staff",
    "POST /staff/calendars/{calendar}/ics": "staff",
    "POST /staff/calendars/{calendar}/remove": "staff",
    "GET /staff/tokens": "admin",
    "POST /staff/tokens": "admin",
    "POST /staff/tokens/{token}/revoke": "admin",
    "GET /staff/people/import": "staff",
    "POST /staff/people/import": "staff",
    "GET /staff/people/export": "staff",
    "GET /staff/people": "staff",
    "POST /staff/people": "staff",
    "GET /staff/people/new": "staff",
    "GET /staff/people/{member}": "staff",
    "POST /staff/people/{member}": "staff",
    "POST /staff/people/{member}/badges": "staff",
    "POST /staff/people/{member}/badges/{badge}": "staff",
    "POST /staff/people/{member}/enrolments": "staff",
    "POST /staff/evacuation/order": "staff",
    "POST /staff/evacuation/report": "staff",
    "GET /staff/doors/{door}/unlock": "staff",
    "POST /staff/doors/{door}/unlock": "staff",
    "GET /spaceapi.json": "public",
    "GET /healthz": "public",
    "GET /readyz": "public",
    "GET /metrics": "kiosk",
    "GET /api/v1/openapi.json": "public",
    "GET /api/v1/occupancy": "public",
    "GET /api/v1/stream": "public",
    "GET /api/v1/me/export": "member",
    "GET /api/v1/me": "member",
    "GET /api/v1/presence": "staff",
    "POST /api/v1/presence/{member}/check-in": "staff",
    "POST /api/v1/presence/{member}/check-out": "staff",
    "GET /api/v1/visits": "staff",
    "GET /api/v1/visits/{visit}": "staff",
    "PATCH /api/v1/visits/{visit}": "staff",
    "GET /api/v1/members": "staff",
    "POST /api/v1/members": "staff",
    "GET /api/v1/members/{member}": "staff",
    "PATCH /api/v1/members/{member}": "staff",
    "DELETE /api/v1/members/{member}": "staff",
    "PUT /api/v1/members/{member}/pin": "staff",
    "DELETE /api/v1/members/{member}/pin": "staff",
    "GET /api/v1/members/{member}/badges": "staff",
    "POST /api/v1/members/{member}/badges": "staff",
    "GET /api/v1/badges/{badge}": "staff",
    "PATCH /api/v1/badges/{badge}": "staff",
    "DELETE /api/v1/badges/{badge}": "staff",
    "GET /api/v1/enrolments": "staff",
    "POST /api/v1/enrolments": "staff",
    "GET /api/v1/enrolments/{enrolment}": "staff",
    "DELETE /api/v1/enrolments/{enrolment}": "staff",
    "GET /api/v1/members/{member}/carnets": "staff",
    "POST /api/v1/members/{member}/carnets": "staff",
    "GET /api/v1/members/{member}/entries": "staff",
    "GET /api/v1/carnets/{carnet}": "staff",
    "PATCH /api/v1/carnets/{carnet}": "staff",
    "DELETE /api/v1/carnets/{carnet}": "staff",
    "GET /api/v1/plans": "staff",
    "POST /api/v1/plans": "staff",
    "GET /api/v1/plans/{plan}": "staff",
    "PATCH /api/v1/plans/{plan}": "staff",
    "DELETE /api/v1/plans/{plan}": "staff",
    "GET /api/v1/bookings": "member",
    "POST /api/v1/bookings": "member",
    "GET /api/v1/bookings/missed": "staff",
    "GET /api/v1/bookings/{booking}": "member",
    "PATCH /api/v1/bookings/{booking}": "member",
    "DELETE /api/v1/bookings/{booking}": "member",
    "POST /api/v1/bookings/{booking}/end": "member",
    "GET /api/v1/reports/attendance": "staff",
    "GET /api/v1/reports/occupancy": "staff",
    "GET /api/v1/reports/rooms": "staff",
    "GET /api/v1/rooms": "public",
    "GET /api/v1/rooms/{room}": "public",
    "GET /api/v1/rooms/{room}/calendar.ics": "public",
    "GET /api/v1/members/{member}/calendar.ics": "public",
    "GET /api/v1/feed-keys": "member",
    "POST /api/v1/feed-keys": "member",
    "DELETE /api/v1/feed-keys/{key}": "member",
    "GET /api/v1/visitors": "member",
    "POST /api/v1/visitors": "member",
    "GET /api/v1/visitors/{visitor}": "member",
    "PATCH /api/v1/visitors/{visitor}": "member",
    "DELETE /api/v1/visitors/{visitor}": "member",
    "GET /api/v1/gatherings": "member",
    "POST /api/v1/gatherings": "staff",
    "GET /api/v1/gatherings/{gathering}": "member",
    "PATCH /api/v1/gatherings/{gathering}": "staff",
    "DELETE /api/v1/gatherings/{gathering}": "staff",
    "GET /api/v1/gatherings/{gathering}/attendees": "member",
    "POST /api/v1/gatherings/{gathering}/attendees": "member",
    "GET /api/v1/gatherings/{gathering}/attendees/{attendee}": "member",
    "PATCH /api/v1/gatherings/{gathering}/attendees/{attendee}": "member",
    "DELETE /api/v1/gatherings/{gathering}/attendees/{attendee}": "member",
    "GET /api/v1/gatherings/{gathering}/attendance": "member",
    "GET /api/v1/doors": "staff",
    "GET /api/v1/doors/{door}": "staff",
    "POST /api/v1/doors/{door}/unlock": "staff",
    "POST /api/v1/doors/{door}/hold": "staff",
    "GET /api/v1/site": "staff",
    "POST /api/v1/site/lockdown": "staff",
    "POST /api/v1/site/evacuation": "staff",
    "POST /api/v1/explain": "staff",
    "GET /api/v1/journal": "staff",
    "GET /api/v1/calendars": "staff",
    "POST /api/v1/calendars": "staff",
    "GET /api/v1/calendars/{calendar}": "staff",
    "PATCH /api/v1/calendars/{calendar}": "staff",
    "DELETE /api/v1/calendars/{calendar}": "staff",
    "POST /api/v1/calendars/{calendar}/sync": "staff",
    "PUT /api/v1/calendars/{calendar}/ics": "staff",
}
_ENDLESS = {"GET /api/v1/stream", "GET /kiosk/stream"}


def _rules_of(house: House) -> dict[str, list[str]]:
    return {
        f"{method} {route.path}": [
            each.call.role for each in route.dependant.dependencies if isinstance(each.call, Rule)
        ]
        for route in iter_route_contexts(house.app.routes)
        for method in route.methods or ()
    }


def test_every_route_has_exactly_the_rule_written_here(house: House) -> None:
    assert _rules_of(house) == {route: [role] for route, role in RULES.items()}


def _knock(house: House, route: str, role: str) -> int:
    method, path = route.split(" ")
    for name in re.findall(r"{(\w+)}", path):
        path = path.replace(f"{{{name}}}", "none-such")
    if not path.startswith("/api/"):
        form = {"data": {"mark": mark_of("x")}} if method == "POST" else {}
        cookie = {"Cookie": f"{FORM}=x"}
        return house.ask(
            method, path, role=role, headers=cookie, follow_redirects=False, **form
        ).status_code
    body: object = {} if method in {"POST", "PATCH"} else None
    return house.ask(method, path, body, role=role).status_code


def test_each_role_passes_where_it_may_and_nowhere_else(house: House) -> None:
    anna = house.member("Anna")
    house.tokens["member"] = house.member_token(anna)
    for route, needed in RULES.items():
        for role in ROLES:
            if route in _ENDLESS:
                continue  # tests/api/test_stream.py, test_kiosk.py
            status = _knock(house, route, role)
            allowed = ROLES.index(role) >= ROLES.index(needed)
            refused = 401 if role == "public" else 403
            assert (status in {401, 403}) is not allowed, f"{role} at {route}: {status}"
            assert allowed or status == refused, f"{role} at {route}: {status}"
            assert status < 500, f"{role} at {route}: {status}"


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer ", "Bearer x", "Basic eDp5", "bearer usc_nope", "Bearer " + "x" * 5000, "ß"],
)
def test_a_token_that_is_no_good_is_refused_even_where_none_is_needed(
    house: House, header: str
) -> None:
    headers = {b"Authorization": header.encode("latin-1")}
    answer = house.client.get("/api/v1/occupancy", headers=headers)
    assert (answer.status_code, slug(answer)) == (401, "unauthorized")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_token_in_the_address_is_none(house: House) -> None:
    secret = house.tokens["staff"]
    assert house.ask("GET", f"members?token={secret}", role="public").status_code == 401
    assert house.ask("GET", f"members?access_token={secret}", role="public").status_code == 401


def test_a_revoked_token_is_worth_nothing_at_the_next_request(house: House) -> None:
    assert house.ask("GET", "doors", role="staff").status_code == 200
    with house.store.reading() as session:
        [staff] = [each for each in tokens(session, "cooffice") if each.role == "staff"]
    revoke_token(house.act(), staff.id)
    assert house.ask("GET", "doors", role="staff").status_code == 401


@pytest.mark.parametrize("change", ["suspend", "remove"])
def test_a_member_who_is_not_welcome_has_no_token_any_more(house: House, change: str) -> None:
    anna = house.member("Anna")
    secret = house.member_token(anna)
    assert house.ask("GET", "me", role=secret).status_code == 200
    if change == "suspend":
        house.ask("PATCH", f"members/{anna}", {"status": "suspended"})
    else:
        house.ask("DELETE", f"members/{anna}")
    assert house.ask("GET", "me", role=secret).status_code == 401


def test_who_is_staff_no_longer_has_no_staff_token_any_more(house: House) -> None:
    anna = house.member("Anna", role="staff")
    secret = house.member_token(anna, "staff")
    assert house.ask("GET", "journal", role=secret).status_code == 200
    house.ask("PATCH", f"members/{anna}", {"role": "member"})
    assert house.ask("GET", "journal", role=secret).status_code == 403


def test_a_member_sees_own_data_and_nobody_elses(house: House) -> None:
    anna, bruno = house.member("Anna", email="a@b.it"), house.member("Bruno")
    house.badge(anna)
    for member in (anna, bruno):
        house.post(f"presence/{member}/check-in", {})
    answer = house.ask("GET", "me", role=house.member_token(anna))
    me = answer.json()
    assert (me["name"], me["role"], me["member"]["email"]) == ("Anna", "member", "a@b.it")
    assert [badge["tail"] for badge in me["badges"]] == ["5880"]
    assert [visit["member"] for visit in me["visits"]] == [anna]
    assert bruno not in answer.text


def test_a_token_that_speaks_for_nobody_has_no_data_of_its_own(house: House) -> None:
    me = house.get("me")
    assert me == {
        "name": "staff token",
        "role": "staff",
        "member": None,
        "badges": [],
        "visits": [],
        "entries": None,
        "bookings": [],
        "notices": [],
    }
