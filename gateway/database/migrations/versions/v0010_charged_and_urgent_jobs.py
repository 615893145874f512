"""What a job has cost, so that it can be given back; and jobs that somebody is waiting for, in a line of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0011"

NOT_ENDED = sa.text("due_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("jobs", sa.Column("charged", sa.Integer, nullable=False, server_default="0"))
    op.add_column("jobs", sa.Column("charged_month", sa.String(7), nullable=False, server_default=""))
    op.add_column("jobs", sa.Column("urgent", sa.Boolean, nullable=False, server_default=sa.false()))
    op.drop_index("jobs_to_take", "jobs")
    columns = ["urgent", "created_at"]
    op.create_index("jobs_to_take", "jobs", columns, sqlite_where=NOT_ENDED, postgresql_where=NOT_ENDED)


def downgrade() -> None:
    op.drop_index("jobs_to_take", "jobs")
    op.create_index("jobs_to_take", "jobs", ["created_at"], sqlite_where=NOT_ENDED, postgresql_where=NOT_ENDED)
    for column in ("urgent", "charged_month", "charged"):
        op.drop_column("jobs", column)
