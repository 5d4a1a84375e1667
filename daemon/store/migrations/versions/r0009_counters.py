"""Counters of cards that sign the addresses they show: each address is good once."""

import sqlalchemy as sa
from alembic import op

from daemon.store.migrations.columns import key, number

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    card = sa.Column("hash", sa.LargeBinary(), primary_key=True)
    op.create_table("card_counter", key("site"), card, number("counter"))


def downgrade() -> None:
    op.drop_table("card_counter")
