"""The frame of every page: its template, its language, who reads it, and the mark of its forms."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from http import HTTPStatus
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated

from fastapi import Depends, Query, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from sqlalchemy.orm import Session
from starlette.responses import Response

from api import cookies
from api.dependencies import Built, Now, OpenSession, Principal, Who
from api.pages import filters
from api.pages.assets import Asset, assets
from api.pages.texts.frame import FRAME
from api.pages.words import LANGUAGES, Texts, language_of, said_in
from api.parts import Parts
from api.problems import Failure
from daemon.config import Site

NAVIGATION = (
    ("/staff", "nav_staff", "staff"),
    ("/staff/bookings", "nav_bookings", "staff"),
    ("/staff/people", "nav_people", "staff"),
    ("/staff/visitors", "nav_visitors", "staff"),
    ("/staff/gatherings", "nav_gatherings", "staff"),
    ("/staff/reports", "nav_reports", "staff"),
    ("/staff/evacuation", "nav_evacuation", "staff"),
    ("/me", "nav_me", "member"),
)
"""Where one goes from page to page: the address, its word, for whom."""
SELDOM = (
    ("/staff/visits", "nav_visits", "staff"),
    ("/staff/plans", "nav_plans", "staff"),
    ("/staff/calendars", "nav_calendars", "staff"),
    ("/staff/kiosk", "nav_kiosk", "staff"),
    ("/staff/tokens", "nav_tokens", "admin"),
)
"""Where one goes now and then."""


@dataclass(frozen=True, slots=True)
class Sheets:
    """What pages are made of: the templates and the static files, read once."""

    templates: Environment
    files: Mapping[str, Asset]


@cache
def sheets() -> Sheets:
    """Read them; every site of a process has the same."""
    files = assets()
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals["address_of"] = lambda name: f"/static/{name}?v={files[name].mark}"
    templates.filters.update(filters.FILTERS)
    templates.tests["within"] = filters.within
    return Sheets(templates, files)


@dataclass(frozen=True, slots=True)
class Frame:
    """One page about to be shown to one reader. `secret`: what the mark of its forms is made of."""

    sheets: Sheets
    site: Site
    who: Principal
    language: str
    path: str
    now: datetime
    secret: str
    is_new_secret: bool = False
    chosen: str | None = None

    def show(
        self, template: str, texts: Texts, status: int = HTTPStatus.OK, **said: object
    ) -> Response:
        """Return the page; `said` is what the template speaks of besides the frame."""
        page = self.sheets.templates.get_template(template).render(
            words=SimpleNamespace(**{**self.say(FRAME), **self.say(texts)}),
            language=self.language,
            languages=LANGUAGES,
            navigation=NAVIGATION,
            seldom=SELDOM,
            site=self.site,
            who=self.who,
            path=self.path,
            now=self.now.astimezone(self.site.zone),
            mark=cookies.mark_of(self.secret),
            **said,
        )
        answer = Response(page, status, media_type="text/html; charset=utf-8")
        answer.headers["Vary"] = "Accept-Language, Cookie"
        answer.headers["Content-Language"] = self.language
        self._put_cookies(answer)
        return answer

    def say(self, texts: Texts) -> Mapping[str, str]:
        """Return the sentences in the reader's language."""
        return said_in(texts, self.language)

    def _put_cookies(self, answer: Response) -> None:
        if self.is_new_secret:
            cookies.put(answer, cookies.FORM, self.secret)
        if self.chosen is not None:
            cookies.put_language(answer, self.chosen)


def frame_of(
    request: Request,
    parts: Built,
    who: Who,
    now: Now,
    lang: Annotated[str | None, Query(max_length=20)] = None,
) -> Frame:
    """Return the frame for whoever asks, in the language they chose, now or before."""
    site = parts.settings.site
    kept = request.cookies.get(cookies.LANGUAGE)
    asked = next((each for each in (lang, kept, who.language) if each in LANGUAGES), None)
    language = language_of(asked, request.headers.get("accept-language", ""), site.language)
    held = request.cookies.get(cookies.SESSION if who.session else cookies.FORM)
    return Frame(
        request.app.state.sheets,
        site,
        who,
        language,
        request.url.path,
        now,
        held or cookies.new_form_secret(),
        is_new_secret=not held and who.session is None,
        chosen=lang if lang in LANGUAGES else None,
    )


Framed = Annotated[Frame, Depends(frame_of)]


@dataclass(frozen=True, slots=True)
class Desk:
    """What a page of staff is made from: the books, open for reading, and the frame."""

    session: Session
    parts: Parts
    frame: Frame
    now: datetime

    @property
    def site(self) -> str:
        return self.parts.site

    @contextmanager
    def afresh(self) -> Iterator["Desk"]:
        """Give the same desk with the books as they are now, after something was written."""
        with self.parts.store.reading() as session:
            yield replace(self, session=session)

    def show_form(
        self, template: str, texts: Texts, refused: Failure | None, **said: object
    ) -> Response:
        """Show a form; `refused`, if it was, is its `trouble` and gives the status."""
        status = HTTPStatus.OK if refused is None else refused.status
        return self.frame.show(template, texts, status, trouble=refused, **said)


def desk_of(session: OpenSession, parts: Built, frame: Framed, now: Now) -> Desk:
    return Desk(session, parts, frame, now)


Day = Annotated[str, Query(max_length=20)]
"""A day that is asked for, as it was written."""
AtDesk = Annotated[Desk, Depends(desk_of)]
