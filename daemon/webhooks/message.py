"""A journal entry as other programs are told of it: ids and codes, no name, no number. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from daemon.store.entries import EntryShown
from devices.strict_json import compact

TOLD = frozenset(
    {
        *("move", "room", "would", "opened"),
        *("contact", "bolt", "online", "device", "since", "seconds"),
        *("until", "lockdown", "calendar"),
    }
)
"""What is told of an entry's `detail`: ids, levels and times. Words that people wrote are not."""
_ID_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Message:
    """What is posted. `id` is the same however often an entry is sent, and no other entry's."""

    id: str
    body: bytes


def message_of(site: str, entry: EntryShown) -> Message:
    """Return the message about an entry; a person in it is an id, a badge is not in it at all."""
    data = {
        "site": site,
        "seq": entry["seq"],
        "id": entry["id"],
        "at": entry["at"],
        "received_at": entry["received_at"],
        "kind": entry["kind"],
        "door": entry["door"],
        "reader": entry["reader"],
        "member": entry["member"],
        "granted": entry["granted"],
        "reason": entry["reason"],
        "late": entry["late"],
        "detail": _told(entry["detail"] or {}),
    }
    body = {"type": entry["kind"], "timestamp": entry["at"], "data": data}
    return Message(f"msg_{entry['hash'][:_ID_LENGTH]}", compact(body).encode())


def _told(detail: Mapping[str, object]) -> dict[str, object] | None:
    """Return what may be told; a value that is a list or table has more in it than can be seen."""
    plain = str | int | float | bool | None
    return {k: v for k, v in detail.items() if k in TOLD and isinstance(v, plain)} or None
