"""A visitor as forms have them: texts become what the API takes, and the other way. Pure."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from api.pages.filling import number
from api.pages.spans import SPAN, boundary_of, span_text
from api.pages.ticks import boxes, ticked
from daemon.store.visitor_views import Visitor

FIELDS = ("name", "host", "email", *SPAN, "uses", "while_host_in")
CARD = ("access", "uid")


def visitor_said(said: Mapping[str, str], host: str | None, zone: ZoneInfo) -> Mapping[str, object]:
    """Return what the API takes of a visitor; raises Refused."""
    return {
        "name": said.get("name", "").strip(),
        "host": host,
        "email": said.get("email", "").strip() or None,
        "from": boundary_of(said, "from", zone),
        "until": boundary_of(said, "until", zone) or "",
        "doors": ticked(said, "door") or None,
        "uses": _uses(said),
        "while_host_in": said.get("while_host_in") == "yes",
        **card_said(said),
    }


def _uses(said: Mapping[str, str]) -> object:
    text = said.get("uses", "").strip()
    return number(text) if text else None


def card_said(said: Mapping[str, str]) -> Mapping[str, object]:
    """Return by what doors know them; nothing where that stays as it is."""
    match said.get("access", ""):
        case "":
            return {}
        case "code":
            return {"code": True}
        case "card":
            return {"uid": said.get("uid", "").strip()}
        case "name":
            return {"uid": None}
        case other:
            return {"uid": other}


def visitor_text(visitor: Visitor, host: str, zone: ZoneInfo) -> Mapping[str, str]:
    """Return a visitor as the form shows them; `host` as it is written there."""
    return {
        "name": visitor.name,
        "host": host,
        "email": visitor.email or "",
        **span_text(visitor.since, visitor.until, zone),
        "uses": "" if visitor.uses is None else str(visitor.uses),
        "while_host_in": "yes" if visitor.while_host_in else "no",
        **boxes("door", visitor.doors),
    }
