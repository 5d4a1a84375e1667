"""The journal: append-only, chained by hashes, numbered without gaps.

An entry's `hash` is the SHA-256 of the previous hash, the public columns and `commitment`, which is
the SHA-256 of `salt`, member, badge and detail. Who must be forgotten loses salt and personal
columns; the commitment stays, so the chain still verifies and tells nothing.
"""

import os
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import bindparam, insert, select

from daemon.store.book import Book
from daemon.store.tables import JournalRow
from devices.clock import micros, moment
from devices.strict_json import compact

FIRST_HASH = "0" * 64
Detail = Mapping[str, object]


class Kind(StrEnum):
    """What an entry tells of (CONTRACT 7)."""

    TAP = "tap"
    EXIT = "exit"
    DOOR = "door"
    RETAINED = "retained"
    PRESENCE = "presence"
    STAFF = "staff"
    CHANGE = "change"
    ALARM = "alarm"
    SYSTEM = "system"


class Entry(NamedTuple):
    """What happened, as it is written down. `id`: the device's message id, else made up here."""

    kind: Kind
    at: datetime
    received_at: datetime
    id: str | None = None
    door: str | None = None
    reader: str | None = None
    member: str | None = None
    badge: str | None = None
    granted: bool | None = None
    reason: str | None = None
    late: bool = False
    detail: Detail | None = None


_INSERT = insert(JournalRow)
_RECEIVED = select(JournalRow.received_at).where(
    JournalRow.site == bindparam("site"), JournalRow.seq == bindparam("seq")
)


def append(book: Book, entry: Entry) -> int:
    """Write an entry behind the last one; return its `seq`. It is there when the book closes."""
    seq = book.head.seq + 1
    salt = os.urandom(16)
    at, received_at = micros(entry.at), micros(entry.received_at)
    detail = None if entry.detail is None else compact(entry.detail)
    commitment = commitment_of(salt, entry.member, entry.badge, detail)
    public = (
        seq,
        entry.id or f"u{seq}",
        at,
        received_at,
        str(entry.kind),  # a quarter of what `.value` costs
        entry.door,
        entry.reader,
        entry.granted,
        entry.reason,
        entry.late,
    )
    hashed = chained(book.head.hash, public, commitment)
    book.later(
        0,
        _INSERT,
        {
            "seq": seq,
            "id": public[1],
            "at": at,
            "received_at": received_at,
            "kind": public[4],
            "door": entry.door,
            "reader": entry.reader,
            "granted": entry.granted,
            "reason": entry.reason,
            "late": entry.late,
            "member": entry.member,
            "badge": entry.badge,
            "detail": detail,
            "salt": salt,
            "commitment": commitment,
            "hash": hashed,
        },
    )
    head = book.head
    head.seq, head.hash, head.moved = seq, hashed, True
    return seq


def newest(book: Book) -> datetime | None:
    """Return when the newest entry came in, None before the first."""
    row = book.one(_RECEIVED, seq=book.head.seq)
    return None if row is None else moment(row[0])


def commitment_of(salt: bytes, member: str | None, badge: str | None, detail: str | None) -> str:
    """Return what stands for the personal columns in the chain."""
    return sha256(salt + compact((member, badge, detail)).encode()).hexdigest()


def chained(previous: str, public: tuple[object, ...], commitment: str) -> str:
    """Return the hash of an entry whose predecessor's hash is `previous`.

    `public`: seq, id, at, received_at, kind, door, reader, granted, reason, late.
    """
    return sha256(f"{previous}{compact(public)}{commitment}".encode()).hexdigest()


def alarm(book: Book, tap: Entry, reason: str, detail: Detail) -> None:
    """Tell staff of something about a tap that is written down already."""
    said = Entry(
        Kind.ALARM,
        tap.at,
        tap.received_at,
        door=tap.door,
        member=tap.member,
        reason=reason,
        detail={"tap": tap.id, **detail},
    )
    append(book, said)
