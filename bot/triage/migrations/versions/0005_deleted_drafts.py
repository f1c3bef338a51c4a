"""Ids of drafts that were deleted, so that no other conversation saves them again."""

import sqlalchemy as sa
from alembic import op

from bot.triage.database import UtcDateTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "deleted_drafts",
        sa.Column("id", sa.String(120), primary_key=True),
        sa.Column("until", UtcDateTime, nullable=False),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("deleted_drafts")
