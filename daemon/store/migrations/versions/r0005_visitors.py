"""Visitors, gatherings and their attendees."""

import sqlalchemy as sa
from alembic import op

from daemon.store.migrations.columns import (
    count,
    key,
    number,
    some_count,
    some_number,
    some_octets,
    some_word,
    switch,
    word,
)

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

LONGEST = 31 * 86_400 * 1_000_000


def upgrade() -> None:
    _visitor()
    _gathering()
    _attendee()


def downgrade() -> None:
    for table in ("attendee", "gathering", "visitor"):
        op.drop_table(table)


def _visitor() -> None:
    op.create_table(
        "visitor",
        key("site"),
        key("id"),
        word("name"),
        word("host"),
        some_word("email"),
        some_octets("hash"),
        some_word("tail"),
        number("starts"),
        number("ends"),
        sa.Column("doors", sa.Text(), nullable=False),
        some_count("uses"),
        count("used"),
        switch("while_host_in"),
        some_number("arrived"),
        some_number("removed"),
        number("created"),
        sa.CheckConstraint("ends > starts", name="visitor_order"),
        sa.CheckConstraint("uses >= 1", name="visitor_uses"),
        sa.CheckConstraint("used >= 0", name="visitor_used"),
    )
    op.create_index("visitor_starts", "visitor", ["site", "starts"])
    op.create_index("visitor_host", "visitor", ["site", "host", "starts"])
    op.create_index("visitor_hash", "visitor", ["site", "hash", "ends"])


def _gathering() -> None:
    op.create_table(
        "gathering",
        key("site"),
        key("id"),
        word("title"),
        word("kind"),
        word("room"),
        number("starts"),
        number("ends"),
        some_count("capacity"),
        some_word("organiser"),
        count("places"),
        number("created"),
        sa.CheckConstraint("ends > starts", name="gathering_order"),
        sa.CheckConstraint(f"ends - starts <= {LONGEST}", name="gathering_length"),
        sa.CheckConstraint("kind in ('course', 'workshop', 'event')", name="gathering_kind"),
        sa.CheckConstraint("capacity >= 1", name="gathering_capacity"),
    )
    op.create_index("gathering_starts", "gathering", ["site", "starts"])


def _attendee() -> None:
    op.create_table(
        "attendee",
        key("site"),
        key("id"),
        word("gathering"),
        count("place"),
        word("name"),
        some_word("email"),
        some_word("member"),
        some_octets("hash"),
        some_word("tail"),
        number("created"),
    )
    for column in ("place", "email", "member", "hash"):
        columns = ["site", "gathering", column]
        op.create_index(f"attendee_{column}", "attendee", columns, unique=True)
