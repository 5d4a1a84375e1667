"""Doors that ask for more than a badge: PINs of members, and the first of two badges."""

import sqlalchemy as sa
from alembic import op

from daemon.store.migrations.columns import count, key, number, octets, some_number, word

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pin",
        key("site"),
        key("member"),
        octets("hash"),
        count("wrong"),
        some_number("wrong_at"),
        sa.ForeignKeyConstraint(["site", "member"], ["member.site", "member.id"], name="pin_owner"),
        sa.CheckConstraint("wrong >= 0", name="pin_wrong"),
    )
    op.create_table(
        "first_badge",
        key("site"),
        key("door"),
        word("member"),
        number("at"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("first_badge")
    op.drop_table("pin")
