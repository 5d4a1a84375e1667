"""The tables, typed. Moments are microseconds since 1970 UTC; a database may hold many sites.

Constraints live here as well as in the code: the database is the last doorkeeper.
"""

from daemon.store.tables.accounts import AccountRow, CodeRow, SessionRow
from daemon.store.tables.aliases import AliasRow
from daemon.store.tables.base import Base
from daemon.store.tables.calendars import CalendarRow
from daemon.store.tables.carnets import CarnetRow, CarnetUseRow
from daemon.store.tables.counters import CounterRow
from daemon.store.tables.doors import (
    AnswerRow,
    DoorRow,
    EntryRow,
    GrantRow,
    OrderRow,
    RefusalRow,
    SiteRow,
)
from daemon.store.tables.enrolments import EnrolmentRow
from daemon.store.tables.guard import FirstBadgeRow, PinRow
from daemon.store.tables.journal import FollowerRow, JournalRow
from daemon.store.tables.people import BadgeRow, MemberRow, PlanRow, TokenRow
from daemon.store.tables.presence import CorrectionRow, KnownRow, MovementRow, PendingRow, VisitRow
from daemon.store.tables.rooms import BookingRow, FeedKeyRow, GuestRow, PassRow, SeriesRow
from daemon.store.tables.visitors import AttendeeRow, GatheringRow, VisitorRow
from daemon.store.tables.webhooks import WebhookRow

__all__ = [
    "AccountRow",
    "AliasRow",
    "AnswerRow",
    "AttendeeRow",
    "BadgeRow",
    "Base",
    "BookingRow",
    "CalendarRow",
    "CarnetRow",
    "CarnetUseRow",
    "CodeRow",
    "CorrectionRow",
    "CounterRow",
    "DoorRow",
    "EnrolmentRow",
    "EntryRow",
    "FeedKeyRow",
    "FirstBadgeRow",
    "FollowerRow",
    "GatheringRow",
    "GrantRow",
    "GuestRow",
    "JournalRow",
    "KnownRow",
    "MemberRow",
    "MovementRow",
    "OrderRow",
    "PassRow",
    "PendingRow",
    "PinRow",
    "PlanRow",
    "RefusalRow",
    "SeriesRow",
    "SessionRow",
    "SiteRow",
    "TokenRow",
    "VisitRow",
    "VisitorRow",
    "WebhookRow",
]
