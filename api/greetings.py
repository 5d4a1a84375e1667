"""What a kiosk says after a tap: a greeting to whom the door opened, or why it did not.

A first name only where its owner lets other members know that they are in; to a refusal never any.
"""

import asyncio
import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.live import Piece
from api.parts import Parts
from api.stream import Told, event
from daemon.access.verdict import Reason
from daemon.access.words import LANGUAGES, message
from daemon.store.entries import EntryShown, latest_entries
from daemon.store.tables import MemberRow
from devices import moments
from devices.strict_json import compact

_FRESH = timedelta(seconds=10)
_AMONG = 20
_REASONS = {reason.value: reason for reason in Reason}


@dataclass(frozen=True, slots=True)
class Greeting:
    """One sentence, and whether the door opened."""

    granted: bool
    text: str


@dataclass(frozen=True, slots=True)
class Porch:
    """The doors that a kiosk speaks for, and in which language."""

    doors: Collection[str]
    language: str


def greeting_now(session: Session, parts: Parts, porch: Porch, now: datetime) -> Greeting | None:
    """Return the greeting of the last tap, if it was just now."""
    for entry in latest_entries(session, parts.site, {"tap"}, _AMONG):
        if now - moments.parse(entry["received_at"]) > _FRESH:
            return None
        if _concerns(entry, porch):
            return _greeting(session, parts.site, porch, entry)
    return None


def told_greetings(parts: Parts, porch: Porch) -> Told:
    """Return what a kiosk's stream tells of the journal: `greeting` events, nothing else."""

    async def told(pieces: Sequence[Piece]) -> bytes:
        taps = [json.loads(each.text) for each in pieces if each.kind == "tap"]
        wanted = [entry for entry in taps if _concerns(entry, porch)]
        return await asyncio.to_thread(_events, parts, porch, wanted) if wanted else b""

    return told


def _events(parts: Parts, porch: Porch, entries: Sequence[EntryShown]) -> bytes:
    with parts.store.reading() as session:
        return b"".join(
            event(
                "greeting",
                entry["seq"],
                compact(asdict(_greeting(session, parts.site, porch, entry))),
            )
            for entry in entries
        )


def _concerns(entry: EntryShown, porch: Porch) -> bool:
    return (
        entry["door"] in porch.doors
        and entry["granted"] is not None
        and not entry["late"]
        and entry["reason"] in _REASONS
    )


def _greeting(session: Session, site: str, porch: Porch, entry: EntryShown) -> Greeting:
    reason = _REASONS[entry["reason"] or ""]
    granted = bool(entry["granted"])
    name = _name(session, site, entry["member"]) if granted else None
    return Greeting(granted, message(reason, LANGUAGES[porch.language], name))


def _name(session: Session, site: str, member: str | None) -> str | None:
    query = select(MemberRow.name).where(
        MemberRow.site == site, MemberRow.id == member, MemberRow.visibility == "members"
    )
    return None if member is None else session.scalar(query)
