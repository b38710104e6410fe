"""After `upgrade` a database is exactly what the tables say, on every database, however often it runs."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.pool import StaticPool

from hecha.edges.store.migrate import load_tables, upgrade
from hecha.edges.store.store import Store
from hecha.edges.store.tables import metadata


def test_the_schema_is_what_the_tables_say(store: Store) -> None:
    load_tables()
    with store.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_upgrading_twice_changes_nothing() -> None:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    upgrade(engine)
    upgrade(engine)
    with engine.connect() as connection:
        triggers = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
    assert sorted(triggers) == ["facts_no_delete", "facts_no_update"]


def test_all_who_keep_something_hang_on_the_one_metadata() -> None:
    load_tables()
    assert {"facts", "vault", "register_entries", "accounts", "sessions", "tasks"} <= set(metadata.tables)
