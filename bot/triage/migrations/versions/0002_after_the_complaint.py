"""Drafts, PINs, counted tries, follow-ups, erasures and notices."""

import sqlalchemy as sa
from alembic import op

from bot.triage.database import UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "drafts",
        sa.Column("id", sa.String(120), primary_key=True),
        sa.Column("code_digest", sa.String(64), nullable=False, unique=True),
        sa.Column("language", sa.String(8)),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_drafts_expires_at", "drafts", ["expires_at"])
    op.create_table(
        "access",
        _reference(primary_key=True),
        sa.Column("pin_hash", sa.String(200), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "tries",
        sa.Column("subject", sa.String(64), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("until", UtcDateTime, nullable=False),
    )
    op.create_table(
        "follow_ups",
        sa.Column("key", sa.String(40), primary_key=True),
        _reference(nullable=False, index=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", UtcDateTime, index=True),
        sa.Column("lease", sa.String(32)),
        sa.Column("flagged", sa.Boolean, nullable=False),
        sa.Column("done_at", UtcDateTime),
    )
    op.create_table(
        "erasures",
        sa.Column("conversation", sa.String(120), primary_key=True),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.Column("done_at", UtcDateTime),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("reference", sa.String(20), nullable=False, index=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("due_at", UtcDateTime, index=True),
        sa.Column("lease", sa.String(32)),
        sa.Column("done_at", UtcDateTime),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("notices", "erasures", "follow_ups", "tries", "access", "drafts"):
        op.drop_table(table)


def _reference(**options: bool) -> sa.Column:
    return sa.Column("reference", sa.String(20), sa.ForeignKey("records.reference", ondelete="CASCADE"), **options)
