"""What alembic runs to migrate: on the connection, and in the transaction, of whoever called it."""

from alembic import context

from gateway.database.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
