"""The first schema. Moments are microseconds since 1970 UTC."""

import sqlalchemy as sa
from alembic import op

from daemon.store.migrations.columns import (
    count,
    key,
    number,
    number_key,
    octets,
    some_count,
    some_number,
    some_octets,
    some_switch,
    some_text,
    some_word,
    switch,
    word,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

OPEN = sa.text("ended_by is null")
WAITING = sa.text("outcome is null")


def upgrade() -> None:
    for create in TABLES.values():
        create()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _answer() -> None:
    op.create_table(
        "answer",
        key("site"),
        key("id"),
        key("door"),
        octets("hash"),
        number("seq"),
        number("received_at"),
        some_text("feedback"),
        switch("unlock"),
        some_count("packet"),
        sqlite_with_rowid=False,
    )
    op.create_index("answer_received", "answer", ["received_at"])


def _correction() -> None:
    op.create_table(
        "correction",
        key("site"),
        key("visit"),
        number_key("seq"),
        word("member"),
        some_number("began"),
        some_number("ended"),
    )
    op.create_index("correction_member", "correction", ["site", "member"])


def _door() -> None:
    op.create_table(
        "door",
        key("site"),
        key("id"),
        word("hold"),
        some_number("hold_until"),
        some_word("contact"),
        some_word("bolt"),
        some_switch("online"),
        some_number("reported"),
        sa.CheckConstraint("hold in ('normal', 'open', 'locked')", name="door_hold"),
    )


def _door_order() -> None:
    op.create_table(
        "door_order",
        key("site"),
        key("id"),
        word("door"),
        word("action"),
        count("seconds"),
        number("issued"),
        number("expires"),
        some_word("outcome"),
    )
    op.create_index(
        "door_order_waiting",
        "door_order",
        ["site", "issued"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )


def _entry() -> None:
    op.create_table(
        "entry",
        key("site"),
        key("member"),
        key("day"),
        sqlite_with_rowid=False,
    )


def _journal() -> None:
    op.create_table(
        "journal",
        key("site"),
        number_key("seq"),
        word("id"),
        number("at"),
        number("received_at"),
        word("kind"),
        some_word("door"),
        some_word("reader"),
        some_switch("granted"),
        some_word("reason"),
        switch("late"),
        some_word("member"),
        some_word("badge"),
        some_text("detail"),
        some_octets("salt"),
        word("commitment"),
        word("hash"),
        sa.CheckConstraint(
            "kind in ('tap', 'exit', 'door', 'retained', 'presence', 'staff',"
            " 'change', 'alarm', 'system')",
            name="journal_kind",
        ),
        sqlite_with_rowid=False,
    )


def _last_grant() -> None:
    op.create_table(
        "last_grant",
        key("site"),
        key("badge"),
        key("door"),
        key("reader"),
        number("at"),
        sqlite_with_rowid=False,
    )


def _member() -> None:
    op.create_table(
        "member",
        key("site"),
        key("id"),
        word("name"),
        some_word("email"),
        some_word("plan"),
        word("role"),
        word("status"),
        some_word("language"),
        word("visibility"),
        some_number("valid_from"),
        some_number("valid_until"),
        some_word("from_said"),
        some_word("until_said"),
        number("created"),
        sa.CheckConstraint("role in ('member', 'staff', 'admin')", name="member_role"),
        sa.CheckConstraint("status in ('active', 'suspended')", name="member_status"),
        sa.CheckConstraint(
            "visibility in ('hidden', 'count', 'members')", name="member_visibility"
        ),
        sa.CheckConstraint("valid_until > valid_from", name="member_validity"),
    )
    op.create_index("member_email", "member", ["site", "email"], unique=True)
    op.create_index("member_name", "member", ["site", "name"])


def _known() -> None:
    op.create_table(
        "known",
        key("site"),
        key("member"),
        number("until"),
        sqlite_with_rowid=False,
    )


def _movement() -> None:
    op.create_table(
        "movement",
        key("site"),
        number_key("at"),
        number_key("seq"),
        word("member"),
        word("move"),
        word("room"),
        sqlite_with_rowid=False,
    )


def _pending() -> None:
    op.create_table(
        "pending",
        key("site"),
        number_key("seq"),
        word("door"),
        word("member"),
        word("move"),
        word("room"),
        number("at"),
        number("until"),
    )


def _plan() -> None:
    op.create_table(
        "plan",
        key("site"),
        key("id"),
        some_word("name"),
        some_text("hours"),
        switch("holidays"),
        some_count("entries_per_month"),
        some_text("rooms"),
    )


def _refusal() -> None:
    op.create_table(
        "refusal",
        key("site"),
        key("door"),
        key("reader"),
        number_key("at"),
        sqlite_with_rowid=False,
    )


def _site() -> None:
    op.create_table(
        "site",
        key("id"),
        number("seq"),
        word("head"),
        number("released"),
        number("announced"),
        number("settled"),
        switch("lockdown"),
        switch("fire"),
    )


def _token() -> None:
    op.create_table(
        "token",
        key("site"),
        key("id"),
        word("name"),
        word("role"),
        some_word("member"),
        octets("hash"),
        number("created"),
        some_number("revoked"),
        sa.CheckConstraint("role in ('kiosk', 'member', 'staff', 'admin')", name="token_role"),
    )
    op.create_index("token_hash", "token", ["hash"], unique=True)


def _visit() -> None:
    op.create_table(
        "visit",
        key("site"),
        key("id"),
        word("member"),
        word("room"),
        number("began"),
        word("began_by"),
        some_number("ended"),
        some_word("ended_by"),
        sa.CheckConstraint("ended >= began", name="visit_order"),
        sqlite_with_rowid=False,
    )
    op.create_index("visit_began", "visit", ["site", "began"])
    op.create_index(
        "visit_open",
        "visit",
        ["site", "member"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def _badge() -> None:
    op.create_table(
        "badge",
        key("site"),
        key("id"),
        word("member"),
        octets("hash"),
        word("tail"),
        some_word("label"),
        word("status"),
        some_number("valid_until"),
        some_word("until_said"),
        number("created"),
        sa.ForeignKeyConstraint(
            ["site", "member"], ["member.site", "member.id"], name="badge_owner"
        ),
        sa.CheckConstraint("status in ('active', 'blocked', 'lost')", name="badge_status"),
    )
    op.create_index("badge_hash", "badge", ["site", "hash"], unique=True)
    op.create_index("badge_member", "badge", ["site", "member"])


TABLES = {
    "answer": _answer,
    "correction": _correction,
    "door": _door,
    "door_order": _door_order,
    "entry": _entry,
    "journal": _journal,
    "known": _known,
    "last_grant": _last_grant,
    "member": _member,
    "movement": _movement,
    "pending": _pending,
    "plan": _plan,
    "refusal": _refusal,
    "site": _site,
    "token": _token,
    "visit": _visit,
    "badge": _badge,
}
