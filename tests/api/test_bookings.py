"""Bookings over HTTP: made, moved, extended, ended, cancelled; and who may."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from daemon.store.tables import BookingRow, PassRow
from tests.api.desk import ask, book, change, hour, utc
from tests.api.house import CARD, FOB, House, slug


@pytest.fixture
def anna(house: House) -> str:
    """Let Anna join; `anna` is the role of her token, too."""
    member = house.member("Anna Bianchi", email="anna@example.org")
    house.tokens["anna"] = house.member_token(member)
    return member


@pytest.fixture
def bruno(house: House) -> str:
    member = house.member("Bruno Neri", email="bruno@example.org")
    house.tokens["bruno"] = house.member_token(member)
    return member


def passes(house: House) -> list[tuple[str, str | None, str | None, str | None]]:
    """Return kind, member, tail and room of every pass."""
    query = select(PassRow.kind, PassRow.member, PassRow.tail, PassRow.room)
    with house.store.reading() as session:
        return [
            (row[0], row[1], row[2], row[3])
            for row in session.execute(query.order_by(PassRow.place))
        ]


def set_status(house: House, booking: str, status: str) -> None:
    """Let the door say what became of a booking."""
    with house.store.writing() as session:
        session.execute(update(BookingRow).where(BookingRow.id == booking).values(status=status))


def noon_of_the_day(house: House) -> None:
    house.clock.now = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


def invalid(answer: Any) -> str:  # a response
    """Return the field with which a request is refused."""
    assert (answer.status_code, slug(answer)) == (422, "invalid"), answer.text
    return str(answer.json()["errors"][0]["field"])


# --- making


def test_a_member_books_for_himself_and_is_shown_what(house: House, anna: str) -> None:
    answer = ask(house, "9", "10", role="anna", title="Colloquio")
    assert answer.status_code == 201
    made = answer.json()
    assert answer.headers["location"] == f"/api/v1/bookings/{made['id']}"
    own = [{"id": made["id"], "start": utc("9"), "end": utc("10")}]
    assert made.pop("occurrences") == own
    assert made == {
        "id": made["id"],
        "room": "sala",
        "start": utc("9"),
        "end": utc("10"),
        "status": "booked",
        "source": "usciere",
        "member": anna,
        "title": "Colloquio",
        "series": None,
        "guests": [],
    }
    assert house.get(f"bookings/{made['id']}", role="anna") == made
    assert passes(house) == [("booking", anna, None, "sala")]


def test_staff_book_for_anybody_and_for_nobody(house: House, anna: str) -> None:
    assert book(house, "9", "10", member=anna)["member"] == anna
    assert book(house, "10", "11")["member"] is None
    assert invalid(ask(house, "11", "12", member="none-such")) == "member"


def test_a_member_books_for_nobody_else(house: House, anna: str, bruno: str) -> None:
    answer = ask(house, "9", "10", role="anna", member=bruno)
    assert (answer.status_code, slug(answer)) == (403, "forbidden")
    assert book(house, "9", "10", role="anna", member=anna)["member"] == anna


@pytest.mark.usefixtures("anna")
def test_what_was_is_for_staff_to_book(house: House) -> None:
    noon_of_the_day(house)
    assert invalid(ask(house, "11:59", "13", role="anna")) == "start"
    assert book(house, "12", "13", role="anna")["status"] == "booked"
    assert book(house, "9", "10")["status"] == "over"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"room": "cantina"}, "room"),
        ({"room": "open-space"}, "room"),
        ({"end": hour("9")}, "end"),
        ({"end": hour("8")}, "end"),
        ({"end": "2026-12-25T09:00:01+01:00"}, "end"),
        ({"start": "2026-11-24T09:00:00"}, "start"),
        ({"start": "2026-11-24"}, "start"),
        ({"end": None}, "end"),
        ({"title": ""}, "title"),
        ({"guests": [{}]}, "guests.0"),
        ({"guests": [{"name": "Ugo", "badge": "xyz"}]}, "guests.0.badge"),
        ({"guests": [{"name": "Ugo"}] * 101}, "guests"),
        ({"rrule": "FREQ=HOURLY;COUNT=2"}, "rrule"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_is_refused_by_field(
    house: House, fields: dict[str, object], field: str
) -> None:
    times = {"room": "sala", "start": hour("9"), "end": hour("10")}
    assert invalid(house.ask("POST", "bookings", times | fields)) == field
    assert house.get("bookings")["items"] == []


def test_a_booking_may_last_31_days_and_be_back_to_back(house: House) -> None:
    long = {"room": "sala", "start": hour("9"), "end": "2026-12-25T09:00:00+01:00"}
    assert house.ask("POST", "bookings", long).status_code == 201
    assert ask(house, "8", "9").status_code == 201


@pytest.mark.parametrize(
    ("start", "end"), [("9", "10"), ("8", "9:01"), ("9:59", "11"), ("9:15", "9:45"), ("8", "11")]
)
def test_an_overlap_names_the_time_and_nobody(
    house: House, anna: str, start: str, end: str
) -> None:
    taken = book(house, "9", "10", title="Segreto", member=anna)
    answer = ask(house, start, end)
    assert (answer.status_code, slug(answer)) == (409, "booking-conflict")
    assert answer.json()["conflict"] == {"start": utc("9"), "end": utc("10")}
    assert not any(word in answer.text for word in ("Segreto", anna, taken["id"]))


def test_a_cancelled_or_released_booking_leaves_its_room_free(house: House) -> None:
    for status in ("cancelled", "released"):
        set_status(house, book(house, "9", "10")["id"], status)
    assert ask(house, "9", "10").status_code == 201


# --- guests


def test_guests_are_known_by_badge_or_address_and_shown_without_numbers(
    house: House, anna: str, bruno: str
) -> None:
    badge = house.badge(bruno, FOB)
    made = book(
        house,
        "9",
        "10",
        member=anna,
        guests=[
            {"name": "Ugo", "badge": CARD},
            {"email": "Bruno@Example.org"},
            {"name": "B.", "badge": badge},
            {"name": "Zoe", "email": "zoe@example.org"},
        ],
    )
    assert made["guests"] == [
        {"name": "Ugo", "email": None, "badge": "5880", "known": True},
        {"name": "bruno@example.org", "email": "bruno@example.org", "badge": None, "known": True},
        {"name": "B.", "email": None, "badge": None, "known": True},
        {"name": "Zoe", "email": "zoe@example.org", "badge": None, "known": False},
    ]
    assert passes(house) == [
        ("booking", anna, None, "sala"),
        ("guest", None, "5880", "sala"),
        ("guest", bruno, None, "sala"),
        ("guest", bruno, None, "sala"),
    ]


def test_guests_are_changed_as_a_whole_and_one_given_back_as_shown_stays(
    house: House, anna: str
) -> None:
    made = book(house, "9", "10", member=anna, guests=[{"name": "Ugo", "badge": CARD}])
    shown = {key: made["guests"][0][key] for key in ("name", "badge")}
    changed = change(house, made["id"], guests=[{"name": "Zoe"}, shown]).json()
    assert [guest["name"] for guest in changed["guests"]] == ["Zoe", "Ugo"]
    assert ("guest", None, "5880", "sala") in passes(house)
    assert change(house, made["id"], guests=None).json()["guests"] == []
    assert passes(house) == [("booking", anna, None, "sala")]
    assert invalid(change(house, made["id"], guests=[shown])) == "guests.0.badge"


# --- series


@pytest.mark.usefixtures("anna")
def test_a_series_is_many_bookings_with_one_name(house: House) -> None:
    made = book(house, "9", "10", role="anna", rrule="FREQ=WEEKLY;COUNT=3", guests=[{"name": "Z"}])
    assert [each["start"][:10] for each in made["occurrences"]] == [
        "2026-11-24",
        "2026-12-01",
        "2026-12-08",
    ]
    listed = house.get("bookings")["items"]
    assert [each["id"] for each in listed] == [each["id"] for each in made["occurrences"]]
    assert {each["series"] for each in listed} == {made["series"]}
    assert [guest["name"] for each in listed for guest in each["guests"]] == ["Z"] * 3
    assert len(passes(house)) == 3
    entry = house.last()
    assert (entry["reason"], entry["detail"]["fields"]["bookings"]) == ("series-added", 3)


def test_one_clash_refuses_the_whole_series(house: House) -> None:
    day = "2026-12-08"
    late = {"room": "sala", "start": hour("9:30", day), "end": hour("9:45", day)}
    house.post("bookings", late)
    answer = ask(house, "9", "10", rrule="FREQ=DAILY;COUNT=20")
    assert (answer.status_code, slug(answer)) == (409, "booking-conflict")
    assert answer.json()["conflict"]["start"] == utc("9:30", day)
    assert len(house.get("bookings")["items"]) == 1
    assert passes(house) == []


def test_a_series_invites_so_many_and_no_more(house: House) -> None:
    guests = [{"name": f"n{number}"} for number in range(41)]
    answer = ask(house, "9", "10", rrule="FREQ=DAILY;COUNT=100", guests=guests)
    assert invalid(answer) == "guests"


# --- changing


def test_a_booking_is_moved_and_extended_with_its_passes(house: House, anna: str) -> None:
    made = book(house, "9", "10", role="anna")
    moved = change(house, made["id"], "anna", start=hour("14"), end=hour("15"), title="B").json()
    assert (moved["start"], moved["end"], moved["title"]) == (utc("14"), utc("15"), "B")
    assert change(house, made["id"], "anna", end=hour("16")).json()["end"] == utc("16")
    with house.store.reading() as session:
        [one] = session.scalars(select(PassRow))
        [row] = session.scalars(select(BookingRow))
    assert (one.starts, one.ends, row.sequence) == (row.starts, row.ends, 2)
    entry = house.last()
    assert (entry["reason"], entry["member"]) == ("booking-changed", anna)
    assert entry["detail"]["fields"] == {"end": utc("16")}


def test_a_change_of_nothing_leaves_no_trace(house: House) -> None:
    made = book(house, "9", "10", title="A")
    before = len(house.journal())
    assert change(house, made["id"], title="A", end=hour("10")).status_code == 200
    assert len(house.journal()) == before


def test_a_null_clears_what_may_be_empty(house: House) -> None:
    made = book(house, "9", "10", title="A", member=house.member())
    assert change(house, made["id"], title=None).json()["title"] is None
    assert change(house, made["id"], member=None).json()["member"] is None
    assert passes(house) == []
    cleared: list[dict[str, Any]] = [{"room": None}, {"start": None}, {"end": None}]
    for fields in cleared:
        assert change(house, made["id"], **fields).status_code == 422


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"room": "open-space"}, "room"),
        ({"end": hour("9")}, "end"),
        ({"start": hour("11")}, "end"),
        ({"member": "none-such"}, "member"),
        ({"status": "booked"}, "status"),
        ({"rrule": "FREQ=DAILY;COUNT=2"}, "rrule"),
    ],
)
def test_a_change_that_cannot_be_is_refused(
    house: House, fields: dict[str, Any], field: str
) -> None:
    assert invalid(change(house, book(house, "9", "10")["id"], **fields)) == field


def test_a_booking_is_not_moved_onto_another_but_onto_itself(house: House) -> None:
    made = book(house, "9", "10")
    book(house, "11", "12")
    answer = change(house, made["id"], end=hour("11:30"))
    assert (answer.status_code, slug(answer)) == (409, "booking-conflict")
    assert change(house, made["id"], start=hour("9:30"), end=hour("11")).status_code == 200


@pytest.mark.usefixtures("anna")
def test_what_has_begun_is_only_made_longer_or_shorter_by_its_holder(house: House) -> None:
    made = book(house, "11", "13", role="anna")
    noon_of_the_day(house)
    assert invalid(change(house, made["id"], "anna", start=hour("12"))) == "start"
    assert change(house, made["id"], "anna", end=hour("14")).json()["end"] == utc("14")
    assert change(house, made["id"], "anna", title="X").json()["title"] == "X"
    assert change(house, made["id"], "anna", end=hour("11:30")).json()["end"] == utc("12")
    answer = change(house, made["id"], "anna", title="Y")
    assert (answer.status_code, slug(answer)) == (409, "booking-closed")
    assert change(house, made["id"], start=hour("10")).json()["start"] == utc("10")


@pytest.mark.usefixtures("anna")
def test_a_member_moves_nothing_into_the_past(house: House) -> None:
    noon_of_the_day(house)
    made = book(house, "13", "14", role="anna")
    assert invalid(change(house, made["id"], "anna", start=hour("11"))) == "start"


def test_who_came_must_come_again_to_what_is_put_off(house: House) -> None:
    made = book(house, "11", "13")
    noon_of_the_day(house)
    set_status(house, made["id"], "checked-in")
    assert change(house, made["id"], end=hour("14")).json()["status"] == "checked-in"
    assert change(house, made["id"], start=hour("13")).json()["status"] == "booked"


@pytest.mark.usefixtures("anna")
def test_who_leaves_early_gives_the_room_back(house: House) -> None:
    made = book(house, "11", "13", role="anna")
    early = house.ask("POST", f"bookings/{made['id']}/end", role="anna")
    assert (early.status_code, slug(early)) == (409, "booking-not-begun")
    noon_of_the_day(house)
    ended = house.post(f"bookings/{made['id']}/end", None, role="anna")
    assert (ended["end"], ended["status"]) == (utc("12"), "over")
    assert house.last()["reason"] == "booking-ended"
    assert ask(house, "12", "13").status_code == 201
    again = house.ask("POST", f"bookings/{made['id']}/end")
    assert (again.status_code, slug(again)) == (409, "booking-closed")


# --- cancelling


@pytest.mark.usefixtures("anna")
def test_a_cancelled_booking_lets_nobody_in_and_stays_to_be_seen(house: House) -> None:
    made = book(house, "9", "10", role="anna")
    for _ in range(2):
        answer = house.ask("DELETE", f"bookings/{made['id']}", role="anna")
        assert answer.status_code == 204
    assert house.get(f"bookings/{made['id']}")["status"] == "cancelled"
    assert passes(house) == []
    reasons = [entry["reason"] for entry in house.journal()]
    assert reasons.count("booking-cancelled") == 1
    closed = change(house, made["id"], title="X")
    assert (closed.status_code, slug(closed)) == (409, "booking-closed")


@pytest.mark.parametrize(("reach", "left"), [("", 3), ("?series=following", 1), ("?series=all", 0)])
def test_of_a_series_one_goes_or_the_rest_or_all(house: House, reach: str, left: int) -> None:
    made = book(house, "9", "10", rrule="FREQ=DAILY;COUNT=4", member=house.member())
    second = made["occurrences"][1]["id"]
    assert house.ask("DELETE", f"bookings/{second}{reach}").status_code == 204
    listed = house.get("bookings")["items"]
    assert [each["status"] for each in listed].count("booked") == left
    assert listed[1]["status"] == "cancelled"
    assert len(passes(house)) == left


@pytest.mark.usefixtures("anna")
def test_of_a_series_what_is_over_stays_as_it_was(house: House) -> None:
    made = book(house, "9", "10", role="anna", rrule="FREQ=DAILY;COUNT=3")
    noon_of_the_day(house)
    first = made["occurrences"][0]["id"]
    assert house.ask("DELETE", f"bookings/{first}", role="anna").status_code == 409
    assert house.ask("DELETE", f"bookings/{first}?series=all", role="anna").status_code == 204
    listed = house.get("bookings")["items"]
    assert [each["status"] for each in listed] == ["over", "cancelled", "cancelled"]


def test_a_single_booking_is_no_series(house: House) -> None:
    made = book(house, "9", "10")
    assert invalid(house.ask("DELETE", f"bookings/{made['id']}?series=all")) == "series"
    assert invalid(house.ask("DELETE", f"bookings/{made['id']}?series=some")) == "series"


# --- who sees what


@pytest.mark.usefixtures("bruno")
def test_others_see_that_a_room_is_taken_and_no_more(house: House, anna: str) -> None:
    guests = [{"name": "Zoe", "email": "zoe@example.org"}]
    made = book(house, "9", "10", role="anna", title="Segreto", guests=guests)
    for path in ("bookings", f"bookings/{made['id']}"):
        answer = house.ask("GET", path, role="bruno")
        assert answer.status_code == 200
        assert not any(word in answer.text for word in ("Segreto", "Zoe", "zoe", anna))
    [seen] = house.get("bookings", role="bruno")["items"]
    assert (seen["start"], seen["end"], seen["status"]) == (utc("9"), utc("10"), "booked")
    assert (seen["member"], seen["title"], seen["guests"]) == (None, None, [])
    house.ask("DELETE", f"bookings/{made['id']}", role="anna")
    assert house.get("bookings", role="bruno")["items"] == []
    assert len(house.get("bookings", role="anna")["items"]) == 1


@pytest.mark.parametrize(
    ("method", "path"), [("PATCH", ""), ("DELETE", ""), ("DELETE", "?series=all"), ("POST", "/end")]
)
@pytest.mark.usefixtures("anna", "bruno")
def test_others_bookings_are_not_to_be_touched(house: House, method: str, path: str) -> None:
    made = book(house, "9", "10", role="anna", rrule="FREQ=DAILY;COUNT=2")
    body: object = {"title": "X"} if method == "PATCH" else None
    answer = house.ask(method, f"bookings/{made['id']}{path}", body, role="bruno")
    assert (answer.status_code, slug(answer)) == (403, "forbidden")
    cancelled = house.ask("DELETE", f"bookings/{made['id']}", role="anna")
    assert cancelled.status_code == 204
    assert house.ask("DELETE", f"bookings/{made['id']}", role="bruno").status_code == 403


@pytest.mark.usefixtures("anna")
def test_a_booking_is_given_to_somebody_else_by_staff_only(house: House, bruno: str) -> None:
    made = book(house, "9", "10", role="anna")
    answer = change(house, made["id"], "anna", member=bruno)
    assert (answer.status_code, slug(answer)) == (403, "forbidden")
    assert change(house, made["id"], member=bruno).json()["member"] == bruno
    assert passes(house) == [("booking", bruno, None, "sala")]


def test_a_list_gives_what_touches_its_time_piece_by_piece(house: House, anna: str) -> None:
    ids = [book(house, str(start), str(start + 1), member=anna)["id"] for start in (9, 10, 11, 12)]

    def listed(**query: str) -> list[str]:
        answer = house.ask("GET", "bookings", params=query)
        assert answer.status_code == 200, answer.text
        return [each["id"] for each in answer.json()["items"]]

    assert listed(**{"from": hour("10"), "to": hour("12")}) == ids[1:3]
    assert listed(**{"from": hour("9:59"), "to": hour("12:01")}) == ids
    assert listed(room="sala") == ids
    assert listed(room="other") == []
    assert listed(member=anna) == ids
    assert listed(member="other") == []
    first = house.get("bookings?limit=3")
    rest = house.ask("GET", "bookings", params={"limit": "3", "after": first["next"]}).json()
    assert [each["id"] for each in (*first["items"], *rest["items"])] == ids
    assert rest["next"] is None


def test_a_long_booking_is_listed_on_its_last_day(house: House) -> None:
    long = {"room": "sala", "start": hour("9"), "end": "2026-12-25T09:00:00+01:00"}
    house.post("bookings", long)
    window = {"from": "2026-12-25T08:59:00+01:00", "to": "2026-12-26T00:00:00+01:00"}
    answer = house.ask("GET", "bookings", params=window)
    assert len(answer.json()["items"]) == 1


def test_a_list_of_somebody_elses_is_for_staff(house: House, anna: str, bruno: str) -> None:
    assert house.ask("GET", f"bookings?member={bruno}", role="anna").status_code == 403
    assert house.ask("GET", f"bookings?member={anna}", role="anna").status_code == 200


@pytest.mark.parametrize("query", ["from=2026-11-24", "to=x", "room=A%20B", "after=x", "limit=0"])
def test_a_list_of_nonsense_is_refused(house: House, query: str) -> None:
    assert house.ask("GET", f"bookings?{query}").status_code == 422


def test_what_a_calendar_says_is_changed_there(house: House) -> None:
    made = book(house, "9", "10")
    with house.store.writing() as session:
        session.execute(update(BookingRow).values(source="calendar"))
    for method, path, body in (
        ("PATCH", "", {"title": "X"}),
        ("DELETE", "", None),
        ("POST", "/end", None),
    ):
        answer = house.ask(method, f"bookings/{made['id']}{path}", body)
        assert (answer.status_code, slug(answer)) == (409, "calendar-booking")


@pytest.mark.usefixtures("anna")
def test_the_journal_tells_of_bookings_without_titles_and_names(house: House) -> None:
    guests = [{"name": "Zoe", "email": "zoe@example.org", "badge": CARD}]
    made = book(house, "9", "10", role="anna", title="Segreto", guests=guests)
    change(house, made["id"], title="Segreto due", guests=guests)
    told = [entry for entry in house.journal() if str(entry["reason"]).startswith("booking")]
    assert [entry["kind"] for entry in told] == ["change", "change"]
    assert told[0]["detail"]["fields"]["title"] == "changed"
    assert told[1]["detail"]["fields"] == {"title": "changed", "guests": 1}
    assert not any(word in str(told) for word in ("Segreto", "Zoe", "zoe"))


def test_a_series_missed_three_times_is_shown_to_staff(house: House) -> None:
    anna = house.member("Anna Bianchi")
    made = book(house, "9", "10", member=anna, rrule="FREQ=DAILY;COUNT=4")
    for each in made["occurrences"][:3]:
        set_status(house, each["id"], "released")
    assert house.get("bookings/missed")["items"] == []
    house.clock.now = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
    assert house.get("bookings/missed") == {
        "items": [
            {
                "series": made["series"],
                "room": "sala",
                "member": anna,
                "booking": made["occurrences"][2]["id"],
                "times": 3,
                "last": utc("9", "2026-11-26"),
            }
        ],
        "next": None,
    }


@pytest.mark.usefixtures("anna")
def test_a_member_sees_the_own_bookings_still_to_come(house: House) -> None:
    book(house, "9", "10", role="anna", title="A")
    book(house, "13", "14", role="anna", title="B")
    book(house, "14", "15")
    noon_of_the_day(house)
    assert [each["title"] for each in house.get("me", role="anna")["bookings"]] == ["B"]


def test_who_leaves_gives_up_what_is_still_booked(house: House, anna: str) -> None:
    over, coming = book(house, "9", "10", role="anna"), book(house, "13", "14", role="anna")
    book(house, "14", "15")
    noon_of_the_day(house)
    house.ask("DELETE", f"members/{anna}")
    assert house.get(f"bookings/{over['id']}")["status"] == "over"
    assert house.get(f"bookings/{coming['id']}")["status"] == "cancelled"
    assert house.last()["detail"]["fields"]["bookings"] == 1
    assert ask(house, "13", "14").status_code == 201
