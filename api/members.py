"""`/members`: the people with a plan, for staff."""

from fastapi import APIRouter, Response

from api.dependencies import STAFF, Acting, Built, Named, OpenSession
from api.lists import After, Limit, Listed, listed, place_of
from api.problems import PROBLEMS
from daemon.store import badges, members
from daemon.store.badges import Badge
from daemon.store.forms import MemberChange, NewBadge, NewMember
from daemon.store.members import Member

router = APIRouter(prefix="/members", tags=["members"], dependencies=[STAFF], responses=PROBLEMS)


@router.get("")
def list_members(
    session: OpenSession, parts: Built, limit: Limit = 100, after: After = None
) -> Listed[Member]:
    """List members by name."""
    place = place_of(after, 2)
    found = members.members(session, parts.site, limit + 1, (place[0], place[1]) if place else None)
    return listed(found, limit, lambda member: (member.name, member.id))


@router.post("", status_code=201)
def add_member(form: NewMember, act: Acting, parts: Built, response: Response) -> Member:
    """Let a person join."""
    member = members.add_member(act, form, parts.settings.site.zone)
    response.headers["Location"] = f"/api/v1/members/{member.id}"
    return member


@router.get("/{member}")
def get_member(member: Named, session: OpenSession, parts: Built) -> Member:
    """Show one member."""
    return members.member_of(session, parts.site, member)


@router.patch("/{member}")
def change_member(member: Named, form: MemberChange, act: Acting, parts: Built) -> Member:
    """Change what is said; null clears. Holds from the next tap on."""
    return members.change_member(act, member, form, parts.settings.site.zone)


@router.delete("/{member}", status_code=204)
def remove_member(member: Named, act: Acting) -> None:
    """Let a person leave, badges and tokens with them; visits and journal keep the bare id."""
    members.remove_member(act, member)


@router.get("/{member}/badges")
def list_badges(
    member: Named, session: OpenSession, parts: Built, limit: Limit = 100, after: After = None
) -> Listed[Badge]:
    """List a member's badges."""
    members.member_of(session, parts.site, member)
    place = place_of(after, 1)
    found = badges.badges(session, parts.site, member, limit + 1, place[0] if place else None)
    return listed(found, limit, lambda badge: (badge.id,))


@router.post("/{member}/badges", status_code=201)
def add_badge(
    member: Named, form: NewBadge, act: Acting, parts: Built, response: Response
) -> Badge:
    """Give a member a badge. Its number is never shown again."""
    badge = badges.add_badge(act, member, form, parts.lab)
    response.headers["Location"] = f"/api/v1/badges/{badge.id}"
    return badge
