"""What the last entry still owes: the site's row says it until the next book has written it."""

from alembic import op

from daemon.store.migrations.columns import some_text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("site", some_text("owed"))


def downgrade() -> None:
    op.drop_column("site", "owed")
