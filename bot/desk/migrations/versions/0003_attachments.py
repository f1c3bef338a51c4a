"""Files of complaints."""

import sqlalchemy as sa
from alembic import op

from bot.triage.database import UtcDateTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "attachments",
        sa.Column("idempotency_key", sa.String(100), primary_key=True),
        sa.Column("reference", sa.String(20), nullable=False, index=True),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("attachments")
