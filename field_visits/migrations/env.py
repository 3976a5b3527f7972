"""How Alembic runs our migrations: on the connection that `migrate` hands over, in one transaction."""

from alembic import context

from field_visits.migrations.metadata import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, transaction_per_migration=False)
with context.begin_transaction():
    context.run_migrations()
