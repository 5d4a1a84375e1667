"""The page of one gathering: who comes, and who was there how long."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from api.pages.filling import Refused
from api.pages.frame import Desk
from api.pages.persons import offered
from api.pages.texts.gatherings import GATHERINGS
from daemon.store.attendances import attended
from daemon.store.gathering_views import Attendee, Gathering
from daemon.store.members import names_of


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a form: what was written and can't be, or a code that shows only now."""

    said: Mapping[str, str] | None = None
    refused: Refused | None = None
    made: Attendee | None = None


_NOTHING = Answer()


def gathering_page(desk: Desk, gathering: Gathering, answer: Answer = _NOTHING) -> Response:
    """Show a gathering with its list."""
    there = attended(desk.session, desk.site, gathering, desk.parts.house.days, desk.now)
    organiser = gathering.organiser or ""
    said = answer.said or {}
    refused = answer.refused
    return desk.show_form(
        "gathering.html",
        GATHERINGS,
        refused,
        gathering=gathering,
        organiser=names_of(desk.session, desk.site, [organiser]).get(organiser),
        there=there,
        present=sum(each.there.present for each in there),
        has_begun=gathering.start <= desk.now,
        room_names=desk.parts.settings.room_names,
        said={name: said.get(name, "") for name in ("name", "email", "access")},
        people=offered(desk),
        made=answer.made,
    )
