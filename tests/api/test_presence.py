"""Presence, visits and occupancy over HTTP: what staff say moves people, each sees what he may."""

import pytest

from tests.api.house import CARD, House, slug


def test_a_check_in_opens_a_visit_and_a_check_out_ends_it(house: House) -> None:
    anna = house.member()
    visit = house.post(f"presence/{anna}/check-in", {"reason": "forgot the badge"})
    assert visit == {
        "id": visit["id"],
        "member": anna,
        "room": "open-space",
        "began": "2026-11-23T11:00:00Z",
        "began_by": "staff",
        "ended": None,
        "ended_by": None,
    }
    said = house.last()
    assert (said["kind"], said["reason"], said["member"]) == ("presence", "check-in", anna)
    assert said["detail"]["reason"] == "forgot the badge"
    assert said["detail"]["by"]["name"] == "staff token"
    house.clock.passes(hours=1)
    over = house.post(f"presence/{anna}/check-out", {})
    assert over == visit | {"ended": "2026-11-23T12:00:00Z", "ended_by": "staff"}
    assert house.get("visits")["items"] == [over]


def test_an_empty_body_will_do(house: House) -> None:
    anna = house.member()
    assert house.ask("POST", f"presence/{anna}/check-in").status_code == 200
    assert house.ask("POST", f"presence/{anna}/check-out").status_code == 200


def test_a_check_in_elsewhere_moves_the_person(house: House) -> None:
    anna = house.member("Anna")
    first = house.post(f"presence/{anna}/check-in", {})
    house.clock.passes(minutes=5)
    assert house.post(f"presence/{anna}/check-in", {"room": "sala"}) == first | {"room": "sala"}
    assert house.get("presence")["items"] == [
        {
            "member": anna,
            "name": "Anna",
            "room": "sala",
            "since": "2026-11-23T11:00:00Z",
            "began_by": "staff",
        }
    ]


def test_a_word_about_earlier_lands_at_its_own_time(house: House) -> None:
    anna = house.member()
    late = house.post(f"presence/{anna}/check-in", {"at": "2026-11-23T09:00:00+01:00"})
    assert late["began"] == "2026-11-23T08:00:00Z"
    over = house.post(f"presence/{anna}/check-out", {"at": "2026-11-23T09:30:00+01:00"})
    assert over == late | {"ended": "2026-11-23T08:30:00Z", "ended_by": "staff"}
    assert house.last()["at"] == "2026-11-23T08:30:00Z"
    assert house.last()["received_at"] == "2026-11-23T11:00:00Z"


def test_who_is_not_inside_cannot_be_checked_out(house: House) -> None:
    anna = house.member()
    answer = house.ask("POST", f"presence/{anna}/check-out", {})
    assert (answer.status_code, slug(answer)) == (409, "not-inside")
    assert slug(house.ask("POST", "presence/nobody/check-in", {})) == "no-such-member"


@pytest.mark.parametrize(
    ("word", "field"),
    [
        ({"at": "2026-11-23T11:00:01Z"}, "at"),
        ({"at": "2020-11-23T11:00:01Z"}, "at"),
        ({"at": "2026-11-23T11:00:00"}, "at"),
        ({"at": 1700000000}, "at"),
        ({"room": "attic"}, "room"),
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 201}, "reason"),
    ],
)
def test_an_impossible_word_is_refused(house: House, word: dict[str, object], field: str) -> None:
    anna = house.member()
    answer = house.ask("POST", f"presence/{anna}/check-in", word)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field
    assert house.get("presence")["items"] == []


def test_a_visit_is_set_right_and_the_first_word_stays(house: House) -> None:
    anna = house.member()
    visit = house.post(f"presence/{anna}/check-in", {"at": "2026-11-23T08:00:00Z"})
    change = {"began": "2026-11-23T07:30:00Z", "ended": "2026-11-23T10:00:00Z", "note": "saw her"}
    answer = house.ask("PATCH", f"visits/{visit['id']}", change)
    assert answer.status_code == 200
    assert answer.json() == visit | {
        "began": "2026-11-23T07:30:00Z",
        "ended": "2026-11-23T10:00:00Z",
        "ended_by": "staff",
    }
    said = house.last()
    assert said["reason"] == "visit-corrected"
    assert said["detail"]["was"] == {"began": "2026-11-23T08:00:00Z", "ended": None}
    assert said["detail"]["note"] == "saw her"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"ended": "2026-11-23T07:00:00Z"}, 422),
        ({"ended": "2026-11-23T11:30:00Z"}, 422),
        ({"began": "2026-11-22T11:30:00Z"}, 422),
        ({"began": None}, 422),
        ({"ended": "yesterday"}, 422),
        ({"ended": "2026-11-23T10:30:00Z"}, 409),
    ],
)
def test_an_impossible_correction_changes_nothing(
    house: House, change: dict[str, object], status: int
) -> None:
    anna = house.member()
    first = house.post(f"presence/{anna}/check-in", {"at": "2026-11-23T08:00:00Z"})
    house.post(f"presence/{anna}/check-out", {"at": "2026-11-23T09:00:00Z"})
    house.post(f"presence/{anna}/check-in", {"at": "2026-11-23T10:00:00Z"})
    before = house.get("visits")
    answer = house.ask("PATCH", f"visits/{first['id']}", change)
    assert answer.status_code == status, answer.text
    assert house.get("visits") == before


def test_visits_are_listed_by_member_and_by_time(house: House) -> None:
    anna, bruno = house.member("Anna"), house.member("Bruno")
    for hour, who in ((8, anna), (9, bruno), (10, anna)):
        house.post(f"presence/{who}/check-in", {"at": f"2026-11-23T{hour:02}:00:00Z"})
        house.post(f"presence/{who}/check-out", {"at": f"2026-11-23T{hour:02}:30:00Z"})
    ours = house.get(f"visits?member={anna}")["items"]
    assert [visit["began"][11:13] for visit in ours] == ["08", "10"]
    span = house.get("visits?from=2026-11-23T09:00:00Z&to=2026-11-23T11:00:00%2B01:00")["items"]
    assert [visit["member"] for visit in span] == [bruno]
    page = house.get("visits?limit=2")
    rest = house.get(f"visits?limit=2&after={page['next']}")
    assert [visit["began"][11:13] for visit in page["items"] + rest["items"]] == ["08", "09", "10"]
    assert rest["next"] is None


def test_presence_is_listed_in_pieces(house: House) -> None:
    for name in "ABC":
        house.post(f"presence/{house.member(name)}/check-in", {})
        house.clock.passes(microseconds=1)
    page = house.get("presence?limit=2")
    rest = house.get(f"presence?limit=2&after={page['next']}")
    assert [each["name"] for each in page["items"] + rest["items"]] == ["A", "B", "C"]


def test_the_house_tells_everybody_how_full_it_is(house: House) -> None:
    closed = house.get("occupancy", role="public")
    assert closed == {
        "site": "cooffice",
        "name": "CoOffice",
        "at": "2026-11-23T11:00:00Z",
        "open": False,
        "present": 0,
        "capacity": 50,
        "rooms": [
            _room("open-space", "Open space", 0, 30),
            _room("sala", "Sala riunioni", 0, 8),
        ],
    }
    house.post(f"presence/{house.member()}/check-in", {"room": "sala"})
    full = house.get("occupancy", role="public")
    assert (full["open"], full["present"]) == (True, 1)
    assert full["rooms"][1] == _room("sala", "Sala riunioni", 1, 8)


def _room(name: str, title: str, present: int, capacity: int) -> dict[str, object]:
    return {
        "id": name,
        "name": title,
        "present": present,
        "capacity": capacity,
        "status": "occupied" if present else "free",
        "until": None,
        "next": None,
    }


def test_names_are_told_as_far_as_each_allows(house: House) -> None:
    for visibility in ("hidden", "count", "members"):
        anna = house.member(f"Anna {visibility}", visibility=visibility)
        house.post(f"presence/{anna}/check-in", {})
    public = house.ask("GET", "occupancy", role="public")
    assert "people" not in public.json()
    assert "Anna" not in public.text
    for role in ("kiosk", "staff"):
        seen = house.get("occupancy", role=role)
        assert seen["present"] == 2
        assert seen["people"] == [{"name": "Anna members", "room": "open-space"}]
    assert len(house.get("presence")["items"]) == 3


def test_who_forgot_to_leave_counts_no_more_after_the_days_end(house: House) -> None:
    house.post(f"presence/{house.member()}/check-in", {})
    house.clock.passes(hours=15, minutes=59)
    assert house.get("occupancy")["present"] == 1
    house.clock.passes(minutes=1)
    assert house.get("occupancy")["present"] == 0


def test_a_guest_with_a_lent_card_is_checked_out_as_the_list_has_them(house: House) -> None:
    host = house.member()
    visit = {"name": "Vera", "host": host, "until": "2026-11-23", "uid": CARD}
    guest = f"visitor:{house.post('visitors', visit)['id']}:0"
    house.post(f"presence/{guest}/check-in", {})
    [inside] = house.get("presence")["items"]
    assert (inside["member"], inside["name"]) == (guest, "Vera")
    assert house.post(f"presence/{guest}/check-out", {})["ended_by"] == "staff"
    assert house.get("presence")["items"] == []


@pytest.mark.parametrize("guest", ["visitor:nobody:0", "booking:x:1", "a:b"])
def test_a_guest_whom_nobody_lets_in_is_not_checked_in(house: House, guest: str) -> None:
    assert house.ask("POST", f"presence/{guest}/check-in", {}).status_code in {404, 422}
