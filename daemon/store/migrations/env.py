"""What Alembic runs a step in: the connection, and its transaction, are given by the caller."""

from alembic import context

from daemon.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
)
context.run_migrations()
