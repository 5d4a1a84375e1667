"""`GET /me`: what is kept of whoever asks."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from api.bookings import Booking
from api.dependencies import MEMBER, Asking, Built, Now, OpenSession, Who
from api.moments import Instant
from api.problems import PROBLEMS
from api.visits import Visit, shown
from daemon.access.words import LANGUAGES
from daemon.letters import Reader
from daemon.privacy import person
from daemon.store.badges import Badge, badges
from daemon.store.booking_views import Wanted, bookings
from daemon.store.carnets import Balance, balance_of
from daemon.store.members import Member, member_of
from daemon.store.notices import notices
from daemon.store.objections import Unknown
from daemon.store.presences import last_visits

router = APIRouter(prefix="/me", tags=["me"], dependencies=[MEMBER], responses=PROBLEMS)

_VISITS = 100
_BOOKINGS = 100


class Notice(BaseModel):
    """Something that happened to one's booking or visitor, in one's language."""

    model_config = ConfigDict(from_attributes=True)

    at: Instant
    reason: str
    subject: str
    text: str


class Me(BaseModel):
    """Who asks, in which role; a token that speaks for no member has no more to show."""

    name: str
    role: str
    member: Member | None
    badges: list[Badge]
    visits: list[Visit]
    entries: Balance | None = None
    bookings: list[Booking]
    notices: list[Notice] = []


@router.get("/export", response_model=dict[str, Any])
def export_me(session: OpenSession, parts: Built, who: Who) -> JSONResponse:
    """Hand out everything that is kept of whoever asks (GDPR, article 15 and 20)."""
    if who.member is None:
        raise Unknown("member", who.name)
    return JSONResponse(person.export(session, parts.site, who.member))


@router.get("")
def get_me(session: OpenSession, parts: Built, who: Who, asker: Asking, now: Now) -> Me:
    """Show one's own membership, badges, latest visits, entries, bookings to come, news."""
    if who.member is None:
        return Me(name=who.name, role=who.role, member=None, badges=[], visits=[], bookings=[])
    member = member_of(session, parts.site, who.member)
    visits = last_visits(session, parts.site, who.member, _VISITS)
    wanted = Wanted(_BOOKINGS, member=who.member, since=now)
    booked = bookings(session, parts.site, wanted, asker, now)
    language = LANGUAGES[member.language or parts.settings.site.language]
    reader = Reader(member.name, language, parts.settings.site.name)
    told = notices(session, parts.settings, who.member, reader, now)
    return Me(
        name=member.name,
        role=who.role,
        member=member,
        badges=list(badges(session, parts.site, who.member)),
        visits=[shown(visit) for visit in visits],
        entries=balance_of(session, parts.site, who.member, now, parts.house.calendar),
        bookings=[Booking.model_validate(each) for each in booked],
        notices=[Notice.model_validate(each) for each in told],
    )
