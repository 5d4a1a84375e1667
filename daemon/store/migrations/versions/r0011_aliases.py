"""Aliases of cards: what readers that lose digits write for them."""

import sqlalchemy as sa
from alembic import op

from daemon.store.migrations.columns import key

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "card_alias",
        key("site"),
        sa.Column("alias", sa.LargeBinary(), primary_key=True),
        sa.Column("card", sa.LargeBinary(), primary_key=True),
    )
    op.create_index("card_alias_card", "card_alias", ["site", "card"])


def downgrade() -> None:
    op.drop_table("card_alias")
