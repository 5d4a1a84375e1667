"""Keys of calendar feeds; and what holds a room is found at once, however much it was booked.

Live bookings of a room do not overlap. So of those that begin before a moment the last one ends
last, and it alone can be in the way: the triggers on SQLite look at that one booking now, where
they looked at a month of them.
"""

import sqlalchemy as sa
from alembic import op

from daemon.store.migrations.columns import key, number, octets, some_number, some_word, word

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

LONGEST = 31 * 86_400 * 1_000_000
LIVE = "status in ('booked', 'checked-in')"
MISSED = "status = 'released' and series is not null"
_LAST_BEFORE_ITS_END = f"""
    select 1 from (
        select ends from booking
        where site = new.site and room = new.room and id <> new.id and {LIVE}
        and starts < new.ends
        order by starts desc limit 1
    ) where ends > new.starts
"""  # noqa: S608 - made of our own constants
_ANY_OF_A_MONTH = f"""
    select 1 from booking
    where site = new.site and room = new.room and id <> new.id and {LIVE}
    and starts < new.ends and starts > new.starts - {LONGEST} and ends > new.starts
"""  # noqa: S608 - made of our own constants


def upgrade() -> None:
    op.create_table(
        "feed_key",
        key("site"),
        key("id"),
        word("kind"),
        word("ref"),
        some_word("owner"),
        octets("hash"),
        number("created"),
        some_number("revoked"),
        sa.CheckConstraint("kind in ('room', 'member')", name="feed_key_kind"),
    )
    op.create_index("feed_key_hash", "feed_key", ["hash"], unique=True)
    _index("booking_live", ["site", "room", "starts", "ends"], LIVE)
    _index("booking_missed", ["site", "series"], MISSED)
    _look_for(_LAST_BEFORE_ITS_END)


def downgrade() -> None:
    _look_for(_ANY_OF_A_MONTH)
    op.drop_index("booking_missed", "booking")
    op.drop_index("booking_live", "booking")
    op.drop_table("feed_key")


def _index(name: str, columns: list[str], where: str) -> None:
    only = sa.text(where)
    op.create_index(name, "booking", columns, sqlite_where=only, postgresql_where=only)


def _look_for(what_is_in_the_way: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for moment in ("insert", "update"):
        op.execute(f"drop trigger booking_overlap_{moment}")
        op.execute(
            f"create trigger booking_overlap_{moment} before {moment} on booking"
            f" when new.{LIVE} and exists ({what_is_in_the_way})"
            " begin select raise(abort, 'booking_overlap'); end"
        )
