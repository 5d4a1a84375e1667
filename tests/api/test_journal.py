"""The journal over HTTP: gap-free, in order, in pieces."""

import pytest

from tests.api.house import House


def test_entries_rise_without_gaps_and_go_on_after_any_of_them(house: House) -> None:
    for name in "ABCDE":
        house.member(name)
    entries = house.journal()
    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
    page = house.get("journal?limit=3")
    assert page["items"] == entries[:3]
    assert page["next"] == "3"
    assert house.get("journal?after=3")["items"] == entries[3:]
    assert house.get(f"journal?after={len(entries)}") == {"items": [], "next": None}


def test_an_entry_has_all_its_fields(house: House) -> None:
    house.member()
    assert set(house.last()) == {
        "seq", "id", "at", "received_at", "kind", "door", "reader", "member", "badge", "granted",
        "reason", "late", "detail", "hash",
    }  # fmt: skip


@pytest.mark.parametrize("after", ["-1", "x", "9" * 30, "1.5"])
def test_an_impossible_place_is_refused(house: House, after: str) -> None:
    assert house.ask("GET", f"journal?after={after}").status_code == 422
