"""Bookings, series, guests and passes. Two live bookings of a room never overlap.

SQLite sees to that by triggers, PostgreSQL by an exclusion constraint over half-open ranges, which
needs its extension `btree_gist`: the owner of a database may create it (PostgreSQL 13, trusted).
"""

import sqlalchemy as sa
from alembic import op

from daemon.store.migrations.columns import (
    count,
    key,
    number,
    number_key_small,
    some_count,
    some_number,
    some_octets,
    some_text,
    some_word,
    word,
)

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LONGEST = 31 * 86_400 * 1_000_000
LIVE = "status in ('booked', 'checked-in')"
WAITING = sa.text("status = 'booked'")


def upgrade() -> None:
    _booking()
    _series()
    _guest()
    _pass()
    if op.get_bind().dialect.name == "sqlite":
        for moment in ("insert", "update"):
            op.execute(_trigger(moment))
    else:
        op.execute("create extension if not exists btree_gist")
        op.execute(
            "alter table booking add constraint booking_overlap exclude using gist"
            f" (site with =, room with =, int8range(starts, ends) with &&) where ({LIVE})"
        )


def downgrade() -> None:
    for table in ("pass", "guest", "series", "booking"):
        op.drop_table(table)


def _trigger(moment: str) -> str:
    """Refuse a live booking that overlaps another; only those that began lately can."""
    return f"""
        create trigger booking_overlap_{moment} before {moment} on booking
        when new.{LIVE} and exists (
            select 1 from booking
            where site = new.site and room = new.room and id <> new.id and {LIVE}
            and starts < new.ends and starts > new.starts - {LONGEST} and ends > new.starts
        )
        begin select raise(abort, 'booking_overlap'); end
    """  # noqa: S608 - made of our own constants


def _booking() -> None:
    op.create_table(
        "booking",
        key("site"),
        key("id"),
        word("room"),
        some_word("member"),
        number("starts"),
        number("ends"),
        some_word("title"),
        word("status"),
        word("source"),
        some_word("series"),
        some_word("calendar"),
        some_word("uid"),
        count("sequence"),
        some_number("checked_in"),
        number("created"),
        number("changed"),
        sa.CheckConstraint("ends > starts", name="booking_order"),
        sa.CheckConstraint(f"ends - starts <= {LONGEST}", name="booking_length"),
        sa.CheckConstraint(
            "status in ('booked', 'checked-in', 'released', 'cancelled')", name="booking_status"
        ),
        sa.CheckConstraint("source in ('usciere', 'calendar')", name="booking_source"),
    )
    op.create_index("booking_room", "booking", ["site", "room", "starts"])
    op.create_index("booking_starts", "booking", ["site", "starts"])
    op.create_index("booking_member", "booking", ["site", "member", "starts"])
    op.create_index("booking_series", "booking", ["site", "series", "starts"])
    op.create_index("booking_uid", "booking", ["site", "calendar", "uid"], unique=True)
    op.create_index(
        "booking_waiting",
        "booking",
        ["site", "starts"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )


def _series() -> None:
    op.create_table(
        "series",
        key("site"),
        key("id"),
        word("room"),
        some_word("member"),
        sa.Column("rrule", sa.Text(), nullable=False),
        number("starts"),
        number("ends"),
        number("created"),
    )


def _guest() -> None:
    op.create_table(
        "guest",
        key("site"),
        key("booking"),
        number_key_small("place"),
        word("name"),
        some_word("email"),
        some_word("member"),
        some_octets("hash"),
        some_word("tail"),
        sqlite_with_rowid=False,
    )


def _pass() -> None:
    op.create_table(
        "pass",
        key("site"),
        key("kind"),
        key("ref"),
        number_key_small("place"),
        some_word("member"),
        some_octets("hash"),
        some_word("tail"),
        some_word("name"),
        some_word("room"),
        some_text("doors"),
        some_word("host"),
        number("starts"),
        number("ends"),
        some_count("uses"),
        sa.CheckConstraint(
            "kind in ('booking', 'guest', 'visitor', 'gathering')", name="pass_kind"
        ),
        sa.CheckConstraint("ends > starts", name="pass_order"),
        sa.CheckConstraint("uses >= 0", name="pass_uses"),
        sqlite_with_rowid=False,
    )
    op.create_index("pass_member", "pass", ["site", "member", "ends"])
    op.create_index("pass_room", "pass", ["site", "member", "room", "ends"])
    op.create_index("pass_hash", "pass", ["site", "hash", "ends"])
