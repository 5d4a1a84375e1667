"""The pages: a file a page, a line here."""

from collections.abc import Sequence

from fastapi import APIRouter

from api.pages import (
    badges,
    board,
    booking,
    bookings,
    evacuation,
    kiosk,
    kiosks,
    me,
    people,
    reports,
    signing,
    staff,
    static,
)

PAGES: Sequence[APIRouter] = (
    board.router,
    static.router,
    signing.router,
    staff.router,
    evacuation.router,
    kiosk.router,
    kiosks.router,
    me.router,
    bookings.router,
    booking.router,
    people.router,
    badges.router,
    reports.router,
)
