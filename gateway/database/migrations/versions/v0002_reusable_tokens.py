"""Tokens that are good for more than one use, until they are too old."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    column = sa.Column("reusable", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("access_tokens", column)


def downgrade() -> None:
    op.drop_column("access_tokens", "reusable")
