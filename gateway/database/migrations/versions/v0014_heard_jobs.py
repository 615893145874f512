"""What of a job can be listened to while it is made, so that it is paid when the job is cancelled."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("jobs", sa.Column("heard_parts", sa.Integer, nullable=False, server_default="0"))
    op.add_column("jobs", sa.Column("heard_characters", sa.Integer, nullable=False, server_default="0"))
    op.add_column("jobs", sa.Column("heard_seconds", sa.Float, nullable=False, server_default="0"))


def downgrade() -> None:
    for column in ("heard_seconds", "heard_characters", "heard_parts"):
        op.drop_column("jobs", column)
