"""`/staff/visits`: the visits of a day, set right; and whoever came or left without a badge."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from http import HTTPStatus
from types import MappingProxyType

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from api import presence as present
from api import visits
from api.dependencies import STAFF, Acting, Fields, Named
from api.pages import walls
from api.pages.filling import Refused, amiss, attempt
from api.pages.frame import AtDesk, Day, Desk
from api.pages.persons import offered, person_meant
from api.pages.texts.visits import VISITS
from api.pages.visit_times import moment_said, moved, visit_text
from api.pages.walls import Amiss
from api.presence import Word
from api.problems import PROBLEMS
from api.visits import VisitChange
from daemon import hours
from daemon.occupancy import names_of_guests
from daemon.presence import Move, Visit
from daemon.store import presences
from daemon.store.members import names_of
from daemon.store.presences import Wanted

router = APIRouter(
    prefix="/staff/visits",
    tags=["pages"],
    include_in_schema=False,
    dependencies=[STAFF],
    responses=PROBLEMS,
)

FIELDS = ("member", "move", "room", "at_day", "at_clock", "reason")
_SHOWN = 500
_NOTHING: Mapping[str, str] = MappingProxyType({})


@router.get("")
def show_visits(desk: AtDesk, day: Day = "") -> Response:
    """List the visits of one of the site's own days, today's unless another is asked for."""
    return _list(desk, _asked(desk, day))


@router.post("")
def say(desk: AtDesk, act: Acting, said: Fields) -> Response:
    """Write down who came or left without a badge, as the API does."""
    day = _asked(desk, said.get("at_day", ""))
    try:
        member = _whom(desk, said)
        form = attempt(lambda: Word.model_validate(_word(desk, said)), VISITS)
        move = _move(said)
        attempt(lambda: present.say(act, desk.parts, member, move, form), VISITS)
    except Refused as refused:
        return _list(desk, day, said, refused)
    return _led(day)


@router.get("/{visit}")
def show(visit: Named, desk: AtDesk) -> Response:
    """Show one visit."""
    return _page(desk, _found(desk, visit))


@router.post("/{visit}")
def correct(visit: Named, desk: AtDesk, act: Acting, said: Fields) -> Response:
    """Set it right; what was left as it was shown stays to the second."""
    found = _found(desk, visit)
    try:
        form = attempt(lambda: VisitChange.model_validate(_change(desk, found, said)), VISITS)
        if form.said():
            attempt(lambda: visits.correct_visit(visit, form, act, desk.parts), VISITS)
    except Refused as refused:
        return _page(desk, found, said, refused)
    return _led(_day_of(desk, found.began))


@router.post("/{visit}/leave")
def leave(visit: Named, desk: AtDesk, act: Acting) -> Response:
    """Check somebody out now, also a guest with a lent card."""
    found = _found(desk, visit)
    day = _day_of(desk, found.began)
    try:
        attempt(lambda: present.say(act, desk.parts, found.member, Move.CHECK_OUT, Word()), VISITS)
    except Refused as refused:
        return _list(desk, day, {}, refused)
    return _led(day)


def _led(day: date) -> Response:
    return RedirectResponse(f"/staff/visits?day={day.isoformat()}", HTTPStatus.SEE_OTHER)


def _found(desk: Desk, visit: str) -> Visit:
    return presences.visit_of(desk.session, desk.site, visit)


def _day_of(desk: Desk, at: datetime) -> date:
    return hours.local_day(at, desk.parts.house.calendar)


def _asked(desk: Desk, text: str) -> date:
    """Return the day that was asked for; what is none is today."""
    try:
        return walls.day_of(text)
    except Amiss:
        return _day_of(desk, desk.now)


def _whom(desk: Desk, said: Mapping[str, str]) -> str:
    member = person_meant(desk.session, desk.site, said.get("member", ""), "member")
    if member is None:
        raise amiss("bad_member")
    return member


def _move(said: Mapping[str, str]) -> Move:
    try:
        return Move(said.get("move", ""))
    except ValueError:
        raise amiss("other") from None


def _word(desk: Desk, said: Mapping[str, str]) -> Mapping[str, object]:
    at = moment_said(said, desk.parts.settings.site.zone)
    texts = {name: said.get(name, "").strip() for name in ("room", "reason")}
    return {"at": at, **{name: text for name, text in texts.items() if text}}


def _change(desk: Desk, visit: Visit, said: Mapping[str, str]) -> Mapping[str, object]:
    zone = desk.parts.settings.site.zone
    kept, day = (
        visit_text(visit.began, visit.ended, zone),
        desk.parts.house.days.around(visit.began),
    )
    change = {
        "began": moved(said, kept, "from", day, zone),
        "ended": moved(said, kept, "to", day, zone),
        "note": said.get("note", "").strip() or None,
    }
    return {name: value for name, value in change.items() if value is not None}


def _names(desk: Desk, people: Sequence[str]) -> Mapping[str, str]:
    members = names_of(desk.session, desk.site, people)
    return {**names_of_guests(desk.session, desk.site, people), **members}


def _list(
    desk: Desk, day: date, said: Mapping[str, str] = _NOTHING, refused: Refused | None = None
) -> Response:
    begins, ends = hours.day_bounds(day, desk.parts.house.calendar)
    wanted = Wanted(since=begins, until=ends)
    with desk.afresh() as now:
        found = presences.list_visits(now.session, now.site, wanted, _SHOWN)
        names = _names(now, sorted({visit.member for visit in found}))
    return desk.show_form(
        "visits.html",
        VISITS,
        refused,
        found=found,
        names=names,
        day=day,
        said={name: said.get(name, "") for name in FIELDS},
        people=offered(desk),
        room_names=desk.parts.settings.room_names,
    )


def _page(
    desk: Desk,
    visit: Visit,
    said: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> Response:
    shown = {**visit_text(visit.began, visit.ended, desk.parts.settings.site.zone), "note": ""}
    written = shown if said is None else {name: said.get(name, "") for name in shown}
    return desk.show_form(
        "visit.html",
        VISITS,
        refused,
        visit=visit,
        name=_names(desk, [visit.member]).get(visit.member),
        day=_day_of(desk, visit.began),
        said=written,
        room_names=desk.parts.settings.room_names,
    )
