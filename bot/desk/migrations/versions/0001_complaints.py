"""Complaints that the desk has received."""

import sqlalchemy as sa
from alembic import op

from bot.triage.database import UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "complaints",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("idempotency_key", sa.String(100), nullable=False, unique=True),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_complaints_received_at", "complaints", ["received_at"])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("complaints")
