"""What other programs are told of an entry, and what not."""

import json
from typing import Any

from daemon.store.entries import EntryShown
from daemon.webhooks.message import message_of

TAP = EntryShown(
    seq=7,
    id="fuori-1",
    at="2026-11-23T11:00:00Z",
    received_at="2026-11-23T11:00:01Z",
    kind="tap",
    door="ingresso",
    reader="fuori",
    member="m1",
    badge="5880",
    granted=True,
    reason="plan",
    late=False,
    detail={"move": "in", "room": "open-space", "waits": True},
    hash="ab" * 32,
)


def told(entry: EntryShown) -> Any:  # a JSON document
    return json.loads(message_of("cooffice", entry).body)


def test_an_entry_is_told_as_the_journal_has_it_without_the_badge() -> None:
    assert told(TAP) == {
        "type": "tap",
        "timestamp": "2026-11-23T11:00:00Z",
        "data": {
            "site": "cooffice",
            "seq": 7,
            "id": "fuori-1",
            "at": "2026-11-23T11:00:00Z",
            "received_at": "2026-11-23T11:00:01Z",
            "kind": "tap",
            "door": "ingresso",
            "reader": "fuori",
            "member": "m1",
            "granted": True,
            "reason": "plan",
            "late": False,
            "detail": {"move": "in", "room": "open-space"},
        },
    }


def test_no_word_that_anybody_wrote_is_told() -> None:
    """Staff's names and reasons, changed fields, notes and problems stay in the house."""
    detail: dict[str, object] = {
        "by": {"name": "Sara Colombo"},
        "reason": "Sara Colombo forgot",
        "fields": {"name": "Sara Colombo", "email": "sara@example.org"},
        "note": "Sara Colombo",
        "what": "Sara Colombo",
        "problem": "Sara Colombo",
        "room": {"name": "Sara Colombo"},
        "until": ["Sara Colombo"],
        "seconds": 5,
    }
    entry = EntryShown(**(TAP | {"kind": "staff", "detail": detail}))
    assert told(entry)["data"]["detail"] == {"seconds": 5}
    assert "sara" not in message_of("cooffice", entry).body.decode().lower()


def test_an_id_is_one_entrys_and_always_the_same() -> None:
    """An entry that was forgotten in part keeps it; the next history's entry 7 has another."""
    forgotten = EntryShown(**(TAP | {"member": None, "detail": None}))
    other = EntryShown(**(TAP | {"hash": "cd" * 32}))
    first = message_of("cooffice", TAP).id
    assert message_of("cooffice", forgotten).id == first
    assert message_of("cooffice", other).id != first
    assert "." not in first  # it separates what is signed
