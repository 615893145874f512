"""Every table of the gateway. Whoever changes one adds a step to `migrations/versions`; a test compares the two.

Times are seconds since 1970.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

MAX_NAME = 200  # characters
ID = String(36)
DIGEST = String(64)  # SHA-256, in hexadecimal

metadata = MetaData()

# Keys are never deleted: their name explains old records.
api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", String(MAX_NAME), nullable=False),
    Column("prefix", String(16), nullable=False),
    Column("digest", DIGEST, nullable=False, unique=True),
    Column("created_at", Float, nullable=False),
    Column("revoked_at", Float),
    Column("plan", String(64), nullable=False, server_default="unlimited"),
    Column("scopes", String(400), nullable=False, server_default=""),  # separated by spaces; empty: all
)

# key_id is null when the server had no keys yet. path: the only one that it opens; empty: any.
access_tokens = Table(
    "access_tokens",
    metadata,
    Column("digest", DIGEST, primary_key=True),
    Column("key_id", String(32), ForeignKey("api_keys.id")),
    Column("expires_at", Float, nullable=False),
    Column("reusable", Boolean, nullable=False, server_default=false()),
    Column("path", String(255), nullable=False, server_default=""),
)

server_secrets = Table(
    "server_secrets",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("secret", String(64), nullable=False),  # hexadecimal
    Column("created_at", Float, nullable=False),
)

# A row for each key and month.
usage = Table(
    "usage",
    metadata,
    Column("key_id", String(32), ForeignKey("api_keys.id"), primary_key=True),
    Column("month", String(7), primary_key=True),  # 2026-11, in UTC
    Column("requests", BigInteger, nullable=False),
    Column("characters", BigInteger, nullable=False),
    Column("audio_ms", BigInteger, nullable=False),
)

# owner: a key's id; empty for all who come without one. Secrets in hexadecimal.
webhook_endpoints = Table(
    "webhook_endpoints",
    metadata,
    Column("owner", ID, primary_key=True),
    Column("url", String(2048), nullable=False),
    Column("secret", String(64), nullable=False),
    Column("old_secret", String(64)),
    Column("old_until", Float, nullable=False),
    Column("created_at", Float, nullable=False),
)

# due_at is null when it has ended.
webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", ID, primary_key=True),
    Column("owner", ID, nullable=False),
    Column("url", String(2048), nullable=False),
    Column("event", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("status", Integer, nullable=False),
    Column("note", String(200), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("due_at", Float),
    Column("unsigned", Boolean, nullable=False, server_default=false()),
    Index("webhook_deliveries_due", "due_at"),
    Index("webhook_deliveries_owner", "owner", "created_at"),
)
Index(
    "webhook_deliveries_ended",
    webhook_deliveries.c.created_at,
    sqlite_where=webhook_deliveries.c.due_at.is_(None),
    postgresql_where=webhook_deliveries.c.due_at.is_(None),
)

# A job that has not ended has a due_at: when whoever comes may take it. That is when it was made, or may be tried
# again; while it is being spoken, the end of its lease, which names the taking that is going on. An ended one has
# neither.
jobs = Table(
    "jobs",
    metadata,
    Column("id", ID, primary_key=True),
    Column("owner", String(32), nullable=False),
    Column("delivery", String(32), nullable=False),
    Column("state", String(16), nullable=False),
    Column("request", Text, nullable=False),  # JSON
    Column("text", Text, nullable=False),
    Column("characters", Integer, nullable=False),
    Column("spoken", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease", ID),
    Column("due_at", Float),
    Column("audio_path", String(200)),
    Column("audio_bytes", BigInteger),
    Column("audio_seconds", Float),
    Column("error_code", String(64)),
    Column("error_message", String(500)),
    Column("created_at", Float, nullable=False),
    Column("started_at", Float),
    Column("finished_at", Float),
    Column("charged", Integer, nullable=False, server_default="0"),  # characters, when it was taken in
    Column("charged_month", String(7), nullable=False, server_default=""),
    Column("urgent", Boolean, nullable=False, server_default=false()),  # somebody waits for it
    # What can be heard before its end: parts of the audio of the taking that goes on, and the most that there was of
    # any.
    Column("heard_parts", Integer, nullable=False, server_default="0"),
    Column("heard_characters", Integer, nullable=False, server_default="0"),
    Column("heard_seconds", Float, nullable=False, server_default="0"),
)
Index(
    "jobs_to_take",
    jobs.c.urgent,
    jobs.c.created_at,
    sqlite_where=jobs.c.due_at.is_not(None),
    postgresql_where=jobs.c.due_at.is_not(None),
)
Index("jobs_of_owner", jobs.c.owner, jobs.c.created_at, jobs.c.id)
Index(
    "jobs_ended",
    jobs.c.finished_at,
    sqlite_where=jobs.c.due_at.is_(None),
    postgresql_where=jobs.c.due_at.is_(None),
)
# All that a sum over somebody's audio asks for, so that no row is read, which may have a book in it.
Index(
    "jobs_with_audio",
    jobs.c.owner,
    jobs.c.audio_path,
    jobs.c.audio_bytes,
    jobs.c.audio_seconds,
    sqlite_where=jobs.c.audio_path.is_not(None),
    postgresql_where=jobs.c.audio_path.is_not(None),
)

# remaining: of its jobs, those that have not ended; completed: those that have, with audio.
batches = Table(
    "batches",
    metadata,
    Column("id", ID, primary_key=True),
    Column("owner", String(32), nullable=False),
    Column("delivery", String(32), nullable=False),
    Column("total", Integer, nullable=False),
    Column("remaining", Integer, nullable=False),
    Column("completed", Integer, nullable=False),
    Column("extra", Text, nullable=False),  # JSON
    Column("created_at", Float, nullable=False),
    Column("finished_at", Float, index=True),
)

# Its jobs may be removed before it.
batch_items = Table(
    "batch_items",
    metadata,
    Column("batch_id", ID, ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("job_id", ID, nullable=False, index=True),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("owner", String(32), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("digest", DIGEST, nullable=False),
    Column("job_id", ID, nullable=False, index=True),
    Column("created_at", Float, nullable=False, index=True),
)

# What owners say about their jobs. All of it goes with its job, whoever deletes that.
collections = Table(
    "collections",
    metadata,
    Column("id", ID, primary_key=True),
    Column("owner", String(32), nullable=False),
    Column("name", String(MAX_NAME), nullable=False),
    Column("created_at", Float, nullable=False),
    UniqueConstraint("owner", "name", name="collections_name"),
)

notes = Table(
    "notes",
    metadata,
    Column("job_id", ID, ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("title", String(MAX_NAME), nullable=False, server_default=""),
    Column("collection_id", ID, ForeignKey("collections.id", ondelete="SET NULL"), index=True),
)

tags = Table(
    "tags",
    metadata,
    Column("job_id", ID, ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("tag", String(64), primary_key=True),
)

# code: the secret of its link. What is shared is an order of jobs; without any the link leads nowhere.
shares = Table(
    "shares",
    metadata,
    Column("code", String(32), primary_key=True),
    Column("owner", String(32), nullable=False),
    Column("title", String(MAX_NAME), nullable=False),
    Column("protected", Boolean, nullable=False),  # whether an access code is asked for
    Column("plays", BigInteger, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float),
    Column("revoked_at", Float),
    Index("shares_of_owner", "owner", "created_at", "code"),
)

tracks = Table(
    "tracks",
    metadata,
    Column("share", String(32), ForeignKey("shares.code", ondelete="CASCADE"), primary_key=True),
    Column("job_id", ID, ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("position", Integer, nullable=False),
)

# max_uses is null for any number. batch: the idempotency key that they were made with.
access_codes = Table(
    "access_codes",
    metadata,
    Column("id", ID, primary_key=True),
    Column("share", String(32), ForeignKey("shares.code", ondelete="CASCADE"), nullable=False),
    Column("code", String(16), nullable=False),
    Column("digest", DIGEST, nullable=False),
    Column("label", String(MAX_NAME), nullable=False),
    Column("number", Integer, nullable=False),
    Column("batch", String(255)),
    Column("uses", Integer, nullable=False),
    Column("max_uses", Integer),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float),
    Column("revoked_at", Float),
    UniqueConstraint("share", "digest", name="access_codes_digest"),
    UniqueConstraint("share", "number", name="access_codes_number"),
)

access_code_batches = Table(
    "access_code_batches",
    metadata,
    Column("share", String(32), ForeignKey("shares.code", ondelete="CASCADE"), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("digest", DIGEST, nullable=False),
)

bookmarks = Table(
    "bookmarks",
    metadata,
    Column("owner", String(32), primary_key=True),
    Column("share", String(32), ForeignKey("shares.code", ondelete="CASCADE"), primary_key=True, index=True),
    Column("track", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("updated_at", Float, nullable=False),
)

# Folders in the store whose rows are gone: written in the transaction that deletes these, so that no crash loses one.
trash = Table(
    "trash",
    metadata,
    Column("path", String(200), primary_key=True),
    Column("since", Float, nullable=False),
)

# What one process of all does at a time. due_at: when it is to be done again; while it is done, the end of its lease.
chores = Table(
    "chores",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("due_at", Float, nullable=False),
    Column("holder", ID, nullable=False),
)
