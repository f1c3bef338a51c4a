"""Tables of the record store: few plain columns to search by; everything personal is inside `body`."""

import sqlalchemy as sa

from bot.triage.database import UtcDateTime

metadata = sa.MetaData()

records = sa.Table(
    "records",
    metadata,
    sa.Column("reference", sa.String(20), primary_key=True),
    sa.Column("draft_id", sa.String(120), unique=True),
    sa.Column("created_at", UtcDateTime, nullable=False, index=True),
    sa.Column("incident_type", sa.String(20), nullable=False, index=True),
    sa.Column("priority", sa.String(12), nullable=False, index=True),
    sa.Column("status", sa.String(12), nullable=False, index=True),
    sa.Column("language", sa.String(8), index=True),
    sa.Column("channel", sa.String(40), index=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("reference", sa.String(20), sa.ForeignKey("records.reference", ondelete="CASCADE"), primary_key=True),
    sa.Column("system", sa.String(40), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    # When the row may be claimed next: the retry time, or the end of a lease. NULL: never by itself.
    sa.Column("due_at", UtcDateTime, index=True),
    sa.Column("lease", sa.String(32)),  # token of the claimer who works on it
    sa.Column("flagged", sa.Boolean, nullable=False),  # refused for good: staff must look at it
    sa.Column("done_at", UtcDateTime),
)
