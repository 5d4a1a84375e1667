"""`/badges/{id}`: one badge, for staff. They are given out at `/members/{id}/badges`."""

from fastapi import APIRouter

from api.dependencies import STAFF, Acting, Built, Named, OpenSession
from api.problems import PROBLEMS
from daemon.store import badges
from daemon.store.badges import Badge
from daemon.store.forms import BadgeChange

router = APIRouter(prefix="/badges", tags=["badges"], dependencies=[STAFF], responses=PROBLEMS)


@router.get("/{badge}")
def get_badge(badge: Named, session: OpenSession, parts: Built) -> Badge:
    """Show one badge: of its number, the last four digits."""
    return badges.badge_of(session, parts.site, badge)


@router.patch("/{badge}")
def change_badge(badge: Named, form: BadgeChange, act: Acting, parts: Built) -> Badge:
    """Block it, report it lost, or relabel it. Holds from the next tap on."""
    return badges.change_badge(act, badge, form, parts.settings.site.zone)


@router.delete("/{badge}", status_code=204)
def remove_badge(badge: Named, act: Acting) -> None:
    """Take it back; its number is unknown from the next tap on."""
    badges.remove_badge(act, badge)
