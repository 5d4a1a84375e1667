"""`/`: the public board. Open or closed, how many are in, which rooms are free; nobody's name."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from jinja2 import Environment, FileSystemLoader, select_autoescape

from api.dependencies import PUBLIC, Built, Now, OpenSession
from api.pages.assets import Asset, assets
from api.pages.words import LANGUAGES, WORDS, language_of
from api.problems import PROBLEMS
from daemon.occupancy import occupancy
from daemon.store.objections import Unknown
from devices import moments

_KEPT = "public, max-age=31536000, immutable"
_FULL = 100


def board_router() -> APIRouter:
    """Return the page and its files; they are read here, once."""
    router = APIRouter(tags=["pages"], include_in_schema=False, responses=PROBLEMS)
    files = assets()
    template = _templates(files).get_template("board.html")

    @router.get("/", dependencies=[PUBLIC])
    def board(
        request: Request,
        session: OpenSession,
        parts: Built,
        now: Now,
        lang: Annotated[str | None, Query(max_length=20)] = None,
    ) -> Response:
        """Show the board as it is now; the page goes on by itself."""
        site = parts.settings.site
        accepted = request.headers.get("accept-language", "")
        language = language_of(lang, accepted, site.language)
        page = template.render(
            house=occupancy(session, parts.settings, now),
            words=WORDS[language],
            language=language,
            languages=LANGUAGES,
            zone=site.timezone,
            clock=now.astimezone(site.zone).strftime("%H:%M"),
            now=now.astimezone(site.zone),
        )
        headers = {"Vary": "Accept-Language", "Content-Language": language}
        return Response(page, media_type="text/html; charset=utf-8", headers=headers)

    @router.get("/static/{name}", dependencies=[PUBLIC])
    def static(name: str) -> Response:
        """Give one of the page's own files."""
        found = files.get(name)
        if found is None:
            raise Unknown("file", name)
        return Response(
            found.content, media_type=found.media_type, headers={"Cache-Control": _KEPT}
        )

    return router


def _templates(files: Mapping[str, Asset]) -> Environment:
    folder = Path(__file__).parent / "templates"
    templates = Environment(
        loader=FileSystemLoader(folder), autoescape=select_autoescape(), trim_blocks=True
    )
    templates.globals["address_of"] = lambda name: f"/static/{name}?v={files[name].mark}"
    templates.filters["share"] = _share
    templates.filters["today"] = _today
    return templates


def _today(moment: str | None, now: datetime) -> str:
    """Return the hour of a moment of today's; of another day, or of none, nothing."""
    if moment is None:
        return ""
    local = moments.parse(moment).astimezone(now.tzinfo)
    return local.strftime("%H:%M") if local.date() == now.date() else ""


def _share(present: int, capacity: int | None) -> int:
    """Return how full something is, 0 to 100; never empty while somebody is there."""
    if not present:
        return 0
    return min(_FULL, max(4, round(_FULL * present / capacity))) if capacity else _FULL
