"""What is kept is proved in memory, on SQLite and on PostgreSQL."""

from tests.postgres import postgres_server, postgres_url  # noqa: F401
from tests.store.conftest import keys, store, url  # noqa: F401
