"""Digests of what tip-offs point at."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "sightings",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column(
            "reference",
            sa.String(20),
            sa.ForeignKey("records.reference", ondelete="CASCADE"),
            primary_key=True,
        ),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("sightings")
