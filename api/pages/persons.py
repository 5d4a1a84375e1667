"""Whom a form means: a person by address, name or id; and the people to choose from."""

from collections.abc import Sequence
from http import HTTPStatus

from sqlalchemy.orm import Session

from api.pages.filling import Refused
from api.pages.frame import Desk
from daemon.store import members
from daemon.store.members import Member
from daemon.store.objections import Unknown

_LOOKED_AT = 50
_OFFERED = 200
"""So many people are offered by name; where there are more, one writes."""


def person_meant(session: Session, site: str, text: str, field: str) -> str | None:
    """Return the id of who is meant, None for nobody; raises Refused: `bad_` or `many_` `field`."""
    wanted = text.strip()
    if not wanted:
        return None
    found = members.find_members(session, site, wanted, _LOOKED_AT)
    exact = [each for each in found if wanted.lower() in {each.name.lower(), each.email}]
    meant = exact or found or _by_id(session, site, wanted)
    if len(meant) == 1:
        return meant[0].id
    word = f"many_{field}" if meant else f"bad_{field}"
    raise Refused(word, HTTPStatus.UNPROCESSABLE_ENTITY)


def _by_id(session: Session, site: str, text: str) -> Sequence[Member]:
    try:
        return [members.member_of(session, site, text)]
    except Unknown:
        return []


def written(session: Session, site: str, member: str | None) -> str:
    """Return a person as a form has them, so that they are found again."""
    if member is None:
        return ""
    try:
        found = members.member_of(session, site, member)
    except Unknown:
        return member
    alone = len(members.find_members(session, site, found.name, 2)) == 1
    return found.email or (found.name if alone else found.id)


def offered(desk: Desk) -> Sequence[tuple[str, str]]:
    """Return what to write for each person, and the name; nobody where they are too many."""
    found = members.members(desk.session, desk.site, _OFFERED + 1)
    if len(found) > _OFFERED:
        return []
    return [(each.email or each.name, each.name) for each in found]
