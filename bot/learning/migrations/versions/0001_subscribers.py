"""Who gets tips."""

import sqlalchemy as sa
from alembic import op

from bot.triage.database import UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "tip_subscribers",
        sa.Column("conversation_id", sa.String(80), primary_key=True),
        sa.Column("address", sa.LargeBinary, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("frequency", sa.String(8), nullable=False),
        sa.Column("next_due", UtcDateTime, nullable=False),
        sa.Column("last_tip", sa.String(80)),
        sa.Column("sent", sa.Text, nullable=False),
    )
    op.create_index("ix_tip_subscribers_next_due", "tip_subscribers", ["next_due"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("tip_subscribers")
