"""The page of one person: details, badges, and the card that is awaited at a reader."""

from collections.abc import Mapping
from dataclasses import asdict

from starlette.responses import Response

from api.pages.filling import Refused
from api.pages.frame import Desk
from api.pages.texts.people import PEOPLE
from daemon.store import badges, members, terms
from daemon.store.enrolments import Enrolment, enrolment_of
from daemon.store.objections import Unknown


def person_page(
    desk: Desk,
    member: str,
    *,
    enrolment: str = "",
    said: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> Response:
    """Show somebody; `said` is what was written and can't be taken, for reasons in `refused`."""
    found = members.member_of(desk.session, desk.site, member)
    kept = {key: value or "" for key, value in asdict(found).items()}
    return desk.show_form(
        "person.html",
        PEOPLE,
        refused,
        person=found,
        said=kept if said is None else {key: said.get(key, "") for key in kept},
        plans=plans_of(desk),
        badges=badges.badges(desk.session, desk.site, member),
        readers=[
            (f"{door.id}/{reader.id}", f"{door.name} ({reader.id})")
            for door in desk.parts.settings.doors
            for reader in door.readers
        ],
        enrolment=_enrolment(desk, enrolment, member),
    )


def plans_of(desk: Desk) -> list[tuple[str, str]]:
    """Return ids and names of the plans, to choose one."""
    return [(plan.id, plan.name or plan.id) for plan in terms.plans(desk.session, desk.site)]


def _enrolment(desk: Desk, enrolment: str, member: str) -> Enrolment | None:
    try:
        found = enrolment_of(desk.session, desk.site, enrolment, desk.now)
    except Unknown:
        return None
    return found if found.member == member else None
