"""Alembic's environment: it works on the connection that `migrate.upgrade` hands it."""

from alembic import context

from hecha.edges.store.migrate import load_tables
from hecha.edges.store.tables import metadata

load_tables()
connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
    user_module_prefix="hecha.edges.store.tables.",
)
with context.begin_transaction():
    context.run_migrations()
