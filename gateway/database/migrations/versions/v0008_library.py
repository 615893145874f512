"""The library: titles, tags, collections, shares, access codes, bookmarks; and what the sweep needs."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0006"

TABLES = (
    "chores",
    "trash",
    "bookmarks",
    "access_code_batches",
    "access_codes",
    "tracks",
    "shares",
    "tags",
    "notes",
    "collections",
)


def upgrade() -> None:
    _index_what_ends()
    _make_notes()
    _make_shares()
    op.create_table("trash", sa.Column("path", sa.String(200), primary_key=True), _time("since"))
    op.create_table(
        "chores",
        sa.Column("name", sa.String(32), primary_key=True),
        _time("due_at"),
        sa.Column("holder", sa.String(36), nullable=False),
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.drop_index("jobs_with_audio")
    op.drop_index("jobs_ended")
    op.drop_index("webhook_deliveries_ended")


def _index_what_ends() -> None:
    ended, kept = sa.text("due_at IS NULL"), sa.text("audio_path IS NOT NULL")
    columns = ["owner", "audio_path", "audio_bytes", "audio_seconds"]
    op.create_index("jobs_ended", "jobs", ["finished_at"], sqlite_where=ended, postgresql_where=ended)
    op.create_index("jobs_with_audio", "jobs", columns, sqlite_where=kept, postgresql_where=kept)
    op.create_index(
        "webhook_deliveries_ended", "webhook_deliveries", ["created_at"], sqlite_where=ended, postgresql_where=ended
    )


def _make_notes() -> None:
    op.create_table(
        "collections",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        _time("created_at"),
        sa.UniqueConstraint("owner", "name", name="collections_name"),
    )
    in_collection = sa.ForeignKey("collections.id", ondelete="SET NULL")
    op.create_table(
        "notes",
        sa.Column("job_id", sa.String(36), _of_job(), primary_key=True),
        sa.Column("title", sa.String(200), nullable=False, server_default=""),
        sa.Column("collection_id", sa.String(36), in_collection, index=True),
    )
    op.create_table(
        "tags",
        sa.Column("job_id", sa.String(36), _of_job(), primary_key=True),
        sa.Column("tag", sa.String(64), primary_key=True),
    )


def _make_shares() -> None:
    op.create_table(
        "shares",
        sa.Column("code", sa.String(32), primary_key=True),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("protected", sa.Boolean, nullable=False),
        sa.Column("plays", sa.BigInteger, nullable=False),
        _time("created_at"),
        sa.Column("expires_at", sa.Float),
        sa.Column("revoked_at", sa.Float),
    )
    op.create_index("shares_of_owner", "shares", ["owner", "created_at", "code"])
    op.create_table(
        "tracks",
        sa.Column("share", sa.String(32), _of_share(), primary_key=True),
        sa.Column("job_id", sa.String(36), _of_job(), primary_key=True, index=True),
        sa.Column("position", sa.Integer, nullable=False),
    )
    _make_access_codes()
    op.create_table(
        "bookmarks",
        sa.Column("owner", sa.String(32), primary_key=True),
        sa.Column("share", sa.String(32), _of_share(), primary_key=True, index=True),
        sa.Column("track", sa.Integer, nullable=False),
        _time("seconds"),
        _time("created_at"),
        _time("updated_at"),
    )


def _make_access_codes() -> None:
    op.create_table(
        "access_codes",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("share", sa.String(32), _of_share(), nullable=False),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("batch", sa.String(255)),
        sa.Column("uses", sa.Integer, nullable=False),
        sa.Column("max_uses", sa.Integer),
        _time("created_at"),
        sa.Column("expires_at", sa.Float),
        sa.Column("revoked_at", sa.Float),
        sa.UniqueConstraint("share", "digest", name="access_codes_digest"),
        sa.UniqueConstraint("share", "number", name="access_codes_number"),
    )
    op.create_table(
        "access_code_batches",
        sa.Column("share", sa.String(32), _of_share(), primary_key=True),
        sa.Column("key", sa.String(255), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
    )


def _time(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Float, nullable=False)


def _of_job() -> sa.ForeignKey:
    return sa.ForeignKey("jobs.id", ondelete="CASCADE")


def _of_share() -> sa.ForeignKey:
    return sa.ForeignKey("shares.code", ondelete="CASCADE")
