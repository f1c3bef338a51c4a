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

drafts = sa.Table(
    "drafts",
    metadata,
    sa.Column("id", sa.String(120), primary_key=True),
    sa.Column("code_digest", sa.String(64), nullable=False, unique=True),
    sa.Column("language", sa.String(8)),
    sa.Column("expires_at", UtcDateTime, nullable=False, index=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

deleted_drafts = sa.Table(
    "deleted_drafts",
    metadata,
    sa.Column("id", sa.String(120), primary_key=True),
    sa.Column("until", UtcDateTime, nullable=False),  # as long as another conversation may still hold its facts
)

access = sa.Table(
    "access",
    metadata,
    sa.Column("reference", sa.String(20), sa.ForeignKey("records.reference", ondelete="CASCADE"), primary_key=True),
    sa.Column("pin_hash", sa.String(200), nullable=False),
    # The conversations that belong to the record, and where its person wants to hear of changes.
    sa.Column("body", sa.LargeBinary, nullable=False),
)

tries = sa.Table(
    "tries",
    metadata,
    sa.Column("subject", sa.String(64), primary_key=True),  # keyed digest of a conversation or a reference
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("until", UtcDateTime, nullable=False),
)

follow_ups = sa.Table(
    "follow_ups",
    metadata,
    sa.Column("key", sa.String(40), primary_key=True),
    sa.Column(
        "reference",
        sa.String(20),
        sa.ForeignKey("records.reference", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("due_at", UtcDateTime, index=True),
    sa.Column("lease", sa.String(32)),
    sa.Column("flagged", sa.Boolean, nullable=False),
    sa.Column("done_at", UtcDateTime),
)

erasures = sa.Table(
    "erasures",
    metadata,
    sa.Column("conversation", sa.String(120), primary_key=True),
    sa.Column("asked_at", UtcDateTime, nullable=False),
    sa.Column("elsewhere", sa.Boolean, nullable=False, server_default=sa.false()),  # asked for in another conversation
    sa.Column("done_at", UtcDateTime),
)

notices = sa.Table(
    "notices",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("reference", sa.String(20), nullable=False, index=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("due_at", UtcDateTime, index=True),
    sa.Column("lease", sa.String(32)),
    sa.Column("done_at", UtcDateTime),
)

evidence = sa.Table(
    "evidence",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    # Belongs to a draft, later to its record, and goes with either.
    sa.Column("draft_id", sa.String(120), sa.ForeignKey("drafts.id", ondelete="CASCADE"), index=True),
    sa.Column("reference", sa.String(20), sa.ForeignKey("records.reference", ondelete="CASCADE"), index=True),
    sa.Column("digest", sa.String(64), nullable=False, unique=True),  # keyed, of the complaint and the file
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("due_at", UtcDateTime, index=True),
    sa.Column("lease", sa.String(32)),
    sa.Column("flagged", sa.Boolean, nullable=False),
    sa.Column("done_at", UtcDateTime),
)

sightings = sa.Table(
    "sightings",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),  # keyed digest of one observable of a tip-off
    sa.Column("reference", sa.String(20), sa.ForeignKey("records.reference", ondelete="CASCADE"), primary_key=True),
)
