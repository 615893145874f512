"""Keys have a plan and scopes, and a ledger of what they have used."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("api_keys", sa.Column("plan", sa.String(64), nullable=False, server_default="unlimited"))
    op.add_column("api_keys", sa.Column("scopes", sa.String(400), nullable=False, server_default=""))
    op.create_table(
        "usage",
        sa.Column("key_id", sa.String(32), sa.ForeignKey("api_keys.id"), primary_key=True),
        sa.Column("month", sa.String(7), primary_key=True),
        sa.Column("requests", sa.BigInteger, nullable=False),
        sa.Column("characters", sa.BigInteger, nullable=False),
        sa.Column("audio_ms", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("usage")
    op.drop_column("api_keys", "scopes")
    op.drop_column("api_keys", "plan")
