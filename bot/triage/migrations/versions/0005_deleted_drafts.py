"""Ids of drafts that were deleted, so that no other conversation saves them again."""

import sqlalchemy as sa
from alembic import op

from bot.triage.database import UtcDateTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the table, and say of an erasure whether another conversation asked for it."""
    op.create_table(
        "deleted_drafts",
        sa.Column("id", sa.String(120), primary_key=True),
        sa.Column("until", UtcDateTime, nullable=False),
    )
    op.add_column("erasures", sa.Column("elsewhere", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Drop both."""
    with op.batch_alter_table("erasures") as table:
        table.drop_column("elsewhere")
    op.drop_table("deleted_drafts")
