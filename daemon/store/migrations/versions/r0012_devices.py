"""What each device at a door has told of being there."""

from alembic import op

from daemon.store.migrations.columns import some_text

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("door", some_text("devices"))


def downgrade() -> None:
    op.drop_column("door", "devices")
