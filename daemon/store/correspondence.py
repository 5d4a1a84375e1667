"""Which entries of the journal a member is written to about, and what the letter says."""

import json
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from daemon.access.words import LANGUAGES, Language
from daemon.config import Settings
from daemon.letters import Letter, Reader, room_released, visitor_arrived
from daemon.store.arrivals import REASON as ARRIVED
from daemon.store.stays import RELEASED
from daemon.store.tables import JournalRow, MemberRow, VisitorRow
from devices import moments
from devices.clock import moment

REASONS = frozenset({RELEASED, ARRIVED})


@dataclass(frozen=True, slots=True)
class Addressed:
    """A letter and the address it goes to."""

    member: str
    email: str
    letter: Letter


def addressed(session: Session, settings: Settings, entry: JournalRow) -> Addressed | None:
    """Return the letter that an entry asks for; None if there is nobody to write to, or of."""
    site = settings.site
    member = session.get(MemberRow, (site.id, entry.member)) if entry.member else None
    if member is None or member.email is None:
        return None
    language = LANGUAGES.get(member.language or site.language, Language.ITALIAN)
    reader = Reader(member.name, language, site.name)
    letter = _letter(session, settings, entry, reader)
    return None if letter is None else Addressed(member.id, member.email, letter)


def _letter(
    session: Session, settings: Settings, entry: JournalRow, reader: Reader
) -> Letter | None:
    detail = json.loads(entry.detail or "{}")
    if entry.reason == RELEASED:
        return _released(settings, detail.get("fields", {}), reader)
    visitor = session.get(VisitorRow, (settings.site.id, detail.get("visitor", "")))
    if visitor is None:
        return None
    return visitor_arrived(reader, visitor.name, moment(entry.at).astimezone(settings.site.zone))


def _released(settings: Settings, fields: dict[str, str], reader: Reader) -> Letter | None:
    if not {"room", "start", "end"} <= fields.keys():
        return None  # forgotten since
    zone: ZoneInfo = settings.site.zone
    room = settings.room(fields["room"])
    start, end = (moments.parse(fields[key]).astimezone(zone) for key in ("start", "end"))
    return room_released(reader, fields["room"] if room is None else room.name, start, end)
