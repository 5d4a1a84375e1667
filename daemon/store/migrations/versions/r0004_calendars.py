"""Calendars that are read into bookings."""

import sqlalchemy as sa
from alembic import op

from daemon.store.migrations.columns import key, number, some_number, some_text, switch, word

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar",
        key("site"),
        key("id"),
        word("room"),
        word("kind"),
        some_text("url"),
        some_text("etag"),
        some_text("last_modified"),
        some_number("read"),
        some_number("copied"),
        some_number("checked"),
        some_text("problem"),
        sa.Column("problems", sa.Text(), nullable=False),
        some_number("due"),
        switch("honoured"),
        number("created"),
        sa.CheckConstraint("kind in ('upload', 'feed', 'caldav')", name="calendar_kind"),
    )
    op.create_index("calendar_due", "calendar", ["site", "due"])


def downgrade() -> None:
    op.drop_table("calendar")
