"""Programs that are told what stands in the journal: how far each was told, and what hinders."""

from alembic import op

from daemon.store.migrations.columns import key, number, some_number, some_text, word

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "webhook",
        key("site"),
        key("name"),
        word("mark"),
        number("seq"),
        some_number("failing"),
        some_text("problem"),
        some_number("gone"),
        some_number("held"),
    )


def downgrade() -> None:
    op.drop_table("webhook")
