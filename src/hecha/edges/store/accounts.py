"""Accounts, sessions and sign-in: argon2 passwords, random tokens of which only the hash is stored, throttling.

    accounts = Accounts(store, clock)
    opened = await accounts.sign_in("clerk", "…", address="127.0.0.1")   # Opened(token, csrf, principal)
    session = accounts.session(token)                                            # Session | None
    await accounts.sign_out(token)

A session ends after 12 hours, after 2 hours without use, or by signing out; it lives in the database, so it
survives a restart and can be ended from outside.
"""

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hecha.edges.clock import Clock
from hecha.edges.store.tables import metadata
from hecha.kernel.errors import Refused
from hecha.kernel.facts import Fact
from hecha.kernel.ids import OutletId, UnitId
from hecha.organization.principal import Principal, Role

if TYPE_CHECKING:
    from hecha.edges.store.store import Store, Tx

SESSION_LASTS = timedelta(hours=12)
SESSION_IDLES = timedelta(hours=2)
SEEN_EVERY = timedelta(minutes=5)  # how often "last used" is written
FAILURES_MAX = 5  # per login …
ADDRESS_FAILURES_MAX = 50  # … and per address: an outlet may stand behind one …
FAILURES_WITHIN = timedelta(minutes=15)  # … in this time
LOGIN_CHARS_MAX = 64
PASSWORD_CHARS_MAX = 256
HASHING_AT_ONCE = 2  # argon2 takes 64 MiB and a core each

accounts_table = sa.Table(
    "accounts",
    metadata,
    sa.Column("login", sa.String(LOGIN_CHARS_MAX), primary_key=True),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("unit", sa.String(64), nullable=False),
    sa.Column("outlet", sa.String(64)),
    sa.Column("password", sa.String(128), nullable=False),  # argon2id, PHC string
    sa.Column("sandbox", sa.Boolean, nullable=False, default=False),
    sa.Column("disabled", sa.Boolean, nullable=False, default=False),
)
sessions_table = sa.Table(
    "sessions",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("login", sa.String(LOGIN_CHARS_MAX), nullable=False, index=True),
    sa.Column("csrf", sa.String(64), nullable=False),
    sa.Column("opened", sa.BigInteger, nullable=False),  # Unix seconds, as the others
    sa.Column("seen", sa.BigInteger, nullable=False),
    sa.Column("ends", sa.BigInteger, nullable=False, index=True),
)
failures_table = sa.Table(
    "sign_in_failures",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("who", sa.String(80), nullable=False, index=True),  # `login:…` or `address:…`
    sa.Column("at", sa.BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Session:
    """An open session. `csrf` must come back with every change that this session asks for."""

    principal: Principal
    csrf: str
    seen: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """A session just opened: `token` is told once and never stored."""

    token: str
    session: Session


class Accounts:
    """All accounts of one console."""

    def __init__(self, store: "Store", clock: Clock, hasher: PasswordHasher | None = None) -> None:
        self._store = store
        self._clock = clock
        self._hasher = hasher or PasswordHasher()
        self._hashing = asyncio.Semaphore(HASHING_AT_ONCE)
        self._nobody = self._hasher.hash(secrets.token_hex(8))  # unknown logins take as long as known ones

    async def create(self, entries: Iterable[tuple[str, str, Principal]], *, sandbox: bool = False) -> None:
        """Create accounts that do not exist yet: (login, password, principal)."""
        known = self._logins()
        fresh = [entry for entry in entries if entry[0] not in known]
        made = await asyncio.to_thread(self._rows, fresh, sandbox)
        await self._store.write(lambda tx: _insert_missing(tx, made))

    async def sign_in(self, login: str, password: str, address: str) -> Opened | None:
        """A new session, or None when login or password are wrong. Raises Refused when there were too many failures."""
        login = login.strip()[:LOGIN_CHARS_MAX]
        whos = _whos(login, address)
        row = await self._proven(login, password, whos)
        if row is None:
            return None
        return await self._open(_principal(row), whos)

    async def proves(self, principal: Principal, password: str, address: str) -> bool:
        """Whether somebody who is signed in knows their password, before they sign something. Wrong ones count as at
        the sign-in. Raises Refused when there were too many."""
        return await self._proven(principal.account, password, _whos(principal.account, address)) is not None

    async def _proven(self, login: str, password: str, whos: tuple[str, str]) -> "sa.Row[tuple[object, ...]] | None":
        """The account, if the password is right; a failure is noted."""
        self._throttle(whos)
        async with self._hashing:  # those who waited are counted again: many guesses at once are no way around it
            self._throttle(whos)
            row = self._find(login)
            hashed = row.password if row is not None else self._nobody
            right = await asyncio.to_thread(self._matches, str(hashed), password[:PASSWORD_CHARS_MAX])
            if row is None or not right or row.disabled:
                await self._store.write(lambda tx: _note_failure(tx, whos, self._now()))
                return None
        return row

    def session(self, token: str) -> Session | None:
        """The open session of a token."""
        now = self._now()
        with self._store.read() as connection:
            row = connection.execute(_SESSION, {"token_hash": _hash(token), "now": now}).one_or_none()
        if row is None or row.seen + SESSION_IDLES.total_seconds() < now:
            return None
        return Session(_principal(row), row.csrf, datetime.fromtimestamp(row.seen, UTC))

    def principal(self, login: str) -> Principal | None:
        """Who an account is; `None` for one that does not exist or is disabled."""
        row = self._find(login)
        return None if row is None or row.disabled else _principal(row)

    async def touch(self, token: str, session: Session) -> None:
        """Note that a person has used the session (at most every five minutes)."""
        if self._clock() - session.seen < SEEN_EVERY:
            return
        change = sa.update(sessions_table).where(sessions_table.c.token_hash == _hash(token)).values(seen=self._now())
        await self._store.write(lambda tx: tx.connection.execute(change))

    async def sign_out(self, token: str, principal: Principal) -> None:
        """End the session at once."""
        gone = sa.delete(sessions_table).where(sessions_table.c.token_hash == _hash(token))
        fact = Fact("account:session:closed", principal.account, self._clock(), by=principal.account)

        def close(tx: "Tx") -> None:
            tx.connection.execute(gone)
            tx.record(fact)

        await self._store.write(close)

    def _logins(self) -> set[str]:
        with self._store.read() as connection:
            return set(connection.execute(sa.select(accounts_table.c.login)).scalars())

    def _now(self) -> int:
        return int(self._clock().timestamp())

    def _rows(self, fresh: list[tuple[str, str, Principal]], sandbox: bool) -> list[dict[str, object]]:
        """Accounts that are given the same password share its hash: hashing is what takes the time."""
        hashes = {password: self._hasher.hash(password) for password in {password for _, password, _ in fresh}}
        return [self._row(login, hashes[password], principal, sandbox) for login, password, principal in fresh]

    def _row(self, login: str, hashed: str, principal: Principal, sandbox: bool) -> dict[str, object]:
        return {
            "login": login,
            "name": principal.name,
            "role": principal.role.value,
            "unit": principal.unit,
            "outlet": principal.outlet,
            "password": hashed,
            "sandbox": sandbox,
            "disabled": False,
        }

    def _find(self, login: str) -> "sa.Row[tuple[object, ...]] | None":
        with self._store.read() as connection:
            return connection.execute(sa.select(accounts_table).where(accounts_table.c.login == login)).one_or_none()

    def _matches(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False

    def _throttle(self, whos: tuple[str, str]) -> None:
        since = self._now() - int(FAILURES_WITHIN.total_seconds())
        rows = sa.select(failures_table.c.who, sa.func.count()).where(failures_table.c.at > since)
        with self._store.read() as connection:
            found = connection.execute(rows.where(failures_table.c.who.in_(whos)).group_by(failures_table.c.who)).all()
        counts: dict[str, int] = {row[0]: row[1] for row in found}
        login, address = whos
        if counts.get(login, 0) >= FAILURES_MAX or counts.get(address, 0) >= ADDRESS_FAILURES_MAX:
            raise Refused("GB/T 22239 8.1.4.1", "登录失败次数过多", "请在 15 分钟后再试，或请管理员重置口令")

    async def _open(self, principal: Principal, whos: tuple[str, ...]) -> Opened:
        token, csrf, now = secrets.token_urlsafe(32), secrets.token_urlsafe(24), self._now()
        row = {"token_hash": _hash(token), "login": principal.account, "csrf": csrf, "opened": now, "seen": now}
        row["ends"] = now + int(SESSION_LASTS.total_seconds())
        fact = Fact("account:session:opened", principal.account, self._clock(), by=principal.account)

        def open_session(tx: "Tx") -> None:
            tx.connection.execute(sa.delete(failures_table).where(failures_table.c.who == whos[0]))
            tx.connection.execute(sa.delete(sessions_table).where(sessions_table.c.ends < now))
            tx.connection.execute(sa.insert(sessions_table).values(**row))
            tx.record(fact)

        await self._store.write(open_session)
        return Opened(token, Session(principal, csrf, self._clock()))


def _whos(login: str, address: str) -> tuple[str, str]:
    """Under whose names failures are counted."""
    return f"login:{login}", f"address:{address}"[:80]


def same_token(given: str, wanted: str) -> bool:
    """Compare two secrets without telling by the time where they differ."""
    return hmac.compare_digest(given.encode(), wanted.encode())


_SESSION = (
    sa.select(sessions_table.c.csrf, sessions_table.c.seen, accounts_table)
    .join(accounts_table, accounts_table.c.login == sessions_table.c.login)
    .where(sessions_table.c.token_hash == sa.bindparam("token_hash"))
    .where(sessions_table.c.ends > sa.bindparam("now"))
    .where(accounts_table.c.disabled.is_(False))
)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()  # 256 random bits: no key and no salt are needed


def _principal(row: "sa.Row[tuple[object, ...]]") -> Principal:
    outlet = OutletId(row.outlet) if row.outlet else None
    return Principal(row.login, row.name, Role(row.role), UnitId(row.unit), outlet)


def _insert_missing(tx: "Tx", made: list[dict[str, object]]) -> None:
    known = set(tx.connection.execute(sa.select(accounts_table.c.login)).scalars())
    fresh = [row for row in made if row["login"] not in known]
    if fresh:
        tx.connection.execute(sa.insert(accounts_table), fresh)


def _note_failure(tx: "Tx", whos: tuple[str, ...], now: int) -> None:
    old = now - int(FAILURES_WITHIN.total_seconds())
    tx.connection.execute(sa.delete(failures_table).where(failures_table.c.at <= old))
    tx.connection.execute(sa.insert(failures_table), [{"who": who, "at": now} for who in whos])
