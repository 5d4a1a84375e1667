"""Carnets: prepaid entries of a member, and the days that were paid with them."""

import sqlalchemy as sa
from alembic import op

from daemon.store.migrations.columns import count, key, number, some_number, some_word, word

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _carnet()
    _carnet_use()


def downgrade() -> None:
    for table in ("carnet_use", "carnet"):
        op.drop_table(table)


def _carnet() -> None:
    op.create_table(
        "carnet",
        key("site"),
        key("id"),
        word("member"),
        some_word("label"),
        word("covers"),
        count("entries"),
        count("used"),
        some_number("valid_from"),
        some_number("valid_until"),
        some_word("from_said"),
        some_word("until_said"),
        number("created"),
        sa.ForeignKeyConstraint(
            ["site", "member"], ["member.site", "member.id"], name="carnet_owner"
        ),
        sa.CheckConstraint("covers in ('day', 'half-day')", name="carnet_covers"),
        sa.CheckConstraint("used between 0 and entries", name="carnet_used"),
        sa.CheckConstraint("valid_until > valid_from", name="carnet_validity"),
    )
    op.create_index("carnet_member", "carnet", ["site", "member"])


def _carnet_use() -> None:
    op.create_table(
        "carnet_use",
        key("site"),
        key("member"),
        key("day"),
        key("half"),
        word("carnet"),
        sa.CheckConstraint("half in ('day', 'morning', 'afternoon')", name="carnet_use_half"),
        sqlite_with_rowid=False,
    )
