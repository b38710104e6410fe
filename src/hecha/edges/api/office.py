"""What all parts of the desk share: store, vault, network, clock, entrance and picture; ids and stored replies."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from hecha.edges.api.place import institution_of
from hecha.edges.api.problems import KeyMissing
from hecha.edges.clock import Clock
from hecha.edges.store import replies
from hecha.edges.store.ledger import canonical
from hecha.edges.store.store import Store
from hecha.edges.store.tables import agreements
from hecha.edges.store.vault import Vault
from hecha.edges.store.writer import Tx
from hecha.flow.counter import agreed_candidate, counter_card
from hecha.flow.picture import Picture
from hecha.flow.ports import Verifier
from hecha.flow.recover import Live, Terms
from hecha.kernel.errors import Unavailable
from hecha.kernel.ids import OutletId
from hecha.network.model import Network
from hecha.organization.principal import Principal
from hecha.response.delegation import Candidate
from hecha.verification.outcome import Outcome

SHANGHAI = ZoneInfo("Asia/Shanghai")
KEY_CHARS_MAX = 128
PAGE_MAX = 200


@dataclass(slots=True)
class Office:
    """`picture` gives the latest picture. `live` counts requests of people, which go before the drain."""

    store: Store
    network: Network
    clock: Clock
    verifier: Verifier
    picture: Callable[[], Picture]
    vault: Vault
    spool: Store | None = None  # takes registrations while the store is away
    live: Live = field(default_factory=Live)
    terms: Terms = field(default_factory=Terms)

    async def once(
        self,
        principal: Principal,
        key: str,
        route: str,
        payload: Mapping[str, Any],
        act: Callable[[Tx], dict[str, Any]],
        store: Store | None = None,
    ) -> dict[str, Any]:
        """Do it in one transaction with its stored answer; the same key and payload again gives that answer."""
        check_key(key)
        institution = institution_of(self.network, principal)
        digest = self.vault.fingerprint(canonical([route, payload]).encode())
        now = self.clock()

        def run(tx: Tx) -> dict[str, Any]:
            stored = replies.replay(tx, institution, key, route, digest)
            if stored is not None:
                return stored
            answer = act(tx)
            replies.keep(tx, institution, key, route, digest, answer, now)
            return answer

        return await (store or self.store).write(run)

    def card(self, outlet: OutletId, outcome: Outcome, mode: str, authority: str) -> dict[str, Any] | None:
        """The counter card for an outcome."""
        picture = self.picture()
        return counter_card(
            self.network,
            picture,
            outlet=outlet,
            outcome=outcome,
            mode=mode,
            authority=authority,
            agreed=self.agreed(outlet, picture) if outcome is Outcome.UNAVAILABLE else (),
        )

    def agreed(self, outlet: OutletId, picture: Picture) -> tuple[Candidate, ...]:
        """The agreed delegates of an outlet's bank; none while the store is away."""
        bank = self.network.outlets[outlet].bank
        query = select(agreements).where(agreements.c.institution == f"bank/{bank}")
        try:
            with self.store.read() as connection:
                rows = connection.execute(query).all()
        except Unavailable:
            return ()  # the card stands without them: it must not wait for our own database
        return tuple(
            agreed_candidate(self.network, picture, bank, row.delegate, row.telephone, row.rank)
            for row in rows
            if row.delegate != f"outlet/{outlet}"
        )


def new_id(prefix: str, at: datetime) -> str:
    """An id that sorts by time and cannot be guessed: `R260312101500-3f9c2a7b1d04`."""
    return f"{prefix}{at.astimezone(SHANGHAI):%y%m%d%H%M%S}-{secrets.token_hex(6)}"


def entry_id(vault: Vault, institution: str, key: str) -> str:
    """The id of a register entry: the same key gives the same id, wherever it was taken in first."""
    return f"R{vault.fingerprint(f'{institution}:{key}'.encode()).hex()[:16]}"


def new_key() -> str:
    """An idempotency key for a page that has not chosen one."""
    return secrets.token_urlsafe(16)


def check_key(key: str) -> None:
    """Raises KeyMissing for a key that is missing, too long or not of visible ASCII, as at the entrances."""
    if not (0 < len(key) <= KEY_CHARS_MAX and key.isascii() and key.isprintable() and " " not in key):
        raise KeyMissing


def page_of(items: list[dict[str, Any]], limit: int) -> dict[str, Any]:
    """A cursor page: `next` is the cursor of the following page, `None` at the end. `items` may hold one more."""
    shown = items[:limit]
    return {"items": shown, "next": shown[-1]["id"] if len(items) > limit else None}
