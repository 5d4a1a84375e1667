"""What NXP's signature said of a card that was enrolled."""

from alembic import op

from daemon.store.migrations.columns import some_word

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("enrolment", some_word("originality"))


def downgrade() -> None:
    op.drop_column("enrolment", "originality")
