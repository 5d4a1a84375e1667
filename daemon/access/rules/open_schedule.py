"""The right of a door's own opening hours: it opens for every welcome badge, once staff are there.

Nobody finds an open house with no staff in it: the hours begin with the first of them that day.
"""

from datetime import datetime

from daemon.access.facts import Facts, Role, SiteCalendar, Window
from daemon.access.verdict import Granted, Reason
from daemon.access.words import Text
from daemon.hours import is_inside

_GRANTED = Granted(Reason.OPEN_SCHEDULE)
_NONE = Text("la porta non ha un orario di apertura", "the door has no opening hours")
_CLOSED = Text("fuori dall'orario di apertura della porta", "outside the door's opening hours")
_WAITS = Text("l'apertura aspetta che arrivi lo staff", "the opening waits for staff to come")
_OPEN = Text("la porta è aperta al pubblico", "the door is open to all badges")


def judge(facts: Facts, at: datetime) -> Granted | None:
    """Grant within the door's hours, not on holidays, once a member of staff has come."""
    if not facts.place.open_hours or facts.place.role is Role.EXIT:
        return None
    return _GRANTED if facts.staff_came and is_open(facts, at) else None


def is_open(facts: Facts, at: datetime) -> bool:
    """Tell whether the clock alone would have the door open."""
    return is_open_at(facts.place.open_hours, at, facts.calendar)


def is_open_at(windows: tuple[Window, ...], at: datetime, calendar: SiteCalendar) -> bool:
    """Tell whether these hours are on, and no holiday."""
    local = at.astimezone(calendar.zone)
    return is_inside(windows, local) and calendar.holidays.name(local.date()) is None


def tell(facts: Facts, at: datetime) -> Text:
    """Say whether the door is open, or what it waits for."""
    if not facts.place.open_hours:
        return _NONE
    if not is_open(facts, at):
        return _CLOSED
    return _OPEN if facts.staff_came else _WAITS
