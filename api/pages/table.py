"""The pages: a file a page, a line here."""

from collections.abc import Sequence

from fastapi import APIRouter

from api.pages import board, evacuation, reports, signing, staff, static

PAGES: Sequence[APIRouter] = (
    board.router,
    static.router,
    signing.router,
    staff.router,
    evacuation.router,
    reports.router,
)
