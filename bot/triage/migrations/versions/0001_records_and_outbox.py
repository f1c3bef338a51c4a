"""Records and the outbox that forwards them."""

import sqlalchemy as sa
from alembic import op

from bot.triage.database import UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "records",
        sa.Column("reference", sa.String(20), primary_key=True),
        sa.Column("draft_id", sa.String(120), unique=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("incident_type", sa.String(20), nullable=False),
        sa.Column("priority", sa.String(12), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("language", sa.String(8)),
        sa.Column("channel", sa.String(40)),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    for column in ("created_at", "incident_type", "priority", "status", "language", "channel"):
        op.create_index(f"ix_records_{column}", "records", [column])
    op.create_table(
        "outbox",
        sa.Column(
            "reference",
            sa.String(20),
            sa.ForeignKey("records.reference", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("system", sa.String(40), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", UtcDateTime),
        sa.Column("lease", sa.String(32)),
        sa.Column("flagged", sa.Boolean, nullable=False),
        sa.Column("done_at", UtcDateTime),
    )
    op.create_index("ix_outbox_due_at", "outbox", ["due_at"])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("outbox")
    op.drop_table("records")
