"""Tokens that open one path alone."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("access_tokens", sa.Column("path", sa.String(255), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("access_tokens", "path")
