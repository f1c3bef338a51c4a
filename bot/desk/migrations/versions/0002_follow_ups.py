"""What came after a complaint: additions, withdrawals, requests to erase."""

import sqlalchemy as sa
from alembic import op

from bot.triage.database import UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "follow_ups",
        sa.Column("idempotency_key", sa.String(100), primary_key=True),
        sa.Column("reference", sa.String(20), nullable=False, index=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("follow_ups")
