"""Accounts of people who sign in, their one-time codes, and the sessions that are open."""

import sqlalchemy as sa
from alembic import op

from daemon.store.migrations.columns import (
    key,
    number,
    octets,
    some_number,
    some_text,
    some_word,
    word,
)

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        key("site"),
        key("id"),
        word("name"),
        word("member"),
        some_text("password"),
        number("created"),
        some_number("ended"),
    )
    live = sa.text("ended is null")
    for column in ("name", "member"):
        op.create_index(
            f"account_{column}",
            "account",
            ["site", column],
            unique=True,
            sqlite_where=live,
            postgresql_where=live,
        )
    op.create_table(
        "account_code",
        key("site"),
        key("id"),
        some_word("account"),
        octets("hash"),
        number("until"),
    )
    op.create_table(
        "session",
        key("site"),
        key("id"),
        octets("hash"),
        some_word("account"),
        some_word("token"),
        word("role"),
        number("began"),
        number("seen"),
        sa.CheckConstraint("(account is null) <> (token is null)", name="session_of_one"),
    )
    op.create_index("session_hash", "session", ["hash"], unique=True)


def downgrade() -> None:
    for table in ("session", "account_code", "account"):
        op.drop_table(table)
