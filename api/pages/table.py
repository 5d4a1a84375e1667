"""The pages: a file a page, a line here."""

from collections.abc import Sequence

from fastapi import APIRouter

from api.pages import (
    attendees,
    badges,
    board,
    booking,
    bookings,
    calendars,
    evacuation,
    gatherings,
    kiosk,
    kiosks,
    lists_csv,
    me,
    own,
    people,
    people_csv,
    plans,
    reports,
    signing,
    staff,
    static,
    tokens,
    visitors,
    visits,
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
    own.router,
    lists_csv.router,
    bookings.router,
    booking.router,
    visitors.router,
    gatherings.router,
    attendees.router,
    plans.router,
    calendars.router,
    tokens.router,
    people_csv.router,
    people.router,
    visits.router,
    badges.router,
    reports.router,
)
