"""Enrolments at a reader: staff wait for a card, at most one of them at each reader."""

import sqlalchemy as sa
from alembic import op

from daemon.store.migrations.columns import key, number, some_word, word

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_WAITING = sa.text("outcome is null")


def upgrade() -> None:
    op.create_table(
        "enrolment",
        key("site"),
        key("id"),
        word("door"),
        word("reader"),
        word("member"),
        some_word("label"),
        word("by_name"),
        some_word("by_token"),
        number("opened"),
        number("expires"),
        number("seq"),
        some_word("outcome"),
        some_word("badge"),
        some_word("problem"),
        sa.CheckConstraint(
            "outcome in ('enrolled', 'unfit', 'withdrawn', 'expired')", name="enrolment_outcome"
        ),
    )
    op.create_index(
        "enrolment_waiting",
        "enrolment",
        ["site", "door", "reader"],
        unique=True,
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )


def downgrade() -> None:
    op.drop_table("enrolment")
