"""Bring a database to the newest schema at start: Alembic's revisions, then the ledger's triggers."""

import importlib
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text

from hecha.edges.store import ledger

_FOLDER = Path(__file__).parent / "migrations"
_TABLE_MODULES = (
    "hecha.edges.store.accounts",
    "hecha.edges.store.watching",
    "hecha.edges.notify.tables",
    "hecha.edges.procedure.tables",
    "hecha.edges.organization.tables",
    "hecha.edges.procedure.alert_tables",
    "hecha.edges.response.tables",
)
_MIGRATION_LOCK = 4_807_526_976  # any number that no other user of the server takes


def upgrade(engine: Engine) -> None:
    """Run what is missing. Safe to call from several processes at once."""
    load_tables()
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        command.upgrade(configuration(connection), "head")
        ledger.guard(connection)


def load_tables() -> None:
    """Import every module that hangs tables onto the one MetaData."""
    for name in _TABLE_MODULES:
        importlib.import_module(name)


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file; `env.py` takes the connection from it."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    return config


def revise(engine: Engine, message: str) -> None:
    """Write the next revision from what the tables say and the database lacks (for developers)."""
    load_tables()
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "head")
        command.revision(configuration(connection), message, autogenerate=True)
