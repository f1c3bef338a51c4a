"""Files that people give with a complaint."""

import sqlalchemy as sa
from alembic import op

from bot.triage.database import UtcDateTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "evidence",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("draft_id", sa.String(120), sa.ForeignKey("drafts.id", ondelete="CASCADE"), index=True),
        sa.Column("reference", sa.String(20), sa.ForeignKey("records.reference", ondelete="CASCADE"), index=True),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", UtcDateTime, index=True),
        sa.Column("lease", sa.String(32)),
        sa.Column("flagged", sa.Boolean, nullable=False),
        sa.Column("done_at", UtcDateTime),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("evidence")
