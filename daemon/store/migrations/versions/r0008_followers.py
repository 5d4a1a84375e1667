"""How far those got who read the journal entry by entry."""

from alembic import op

from daemon.store.migrations.columns import key, number

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("follower", key("site"), key("name"), number("seq"))


def downgrade() -> None:
    op.drop_table("follower")
