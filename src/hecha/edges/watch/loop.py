"""The watch loop: the one owner of the live picture. It advances each second and publishes an immutable picture."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from hecha.edges.clock import Clock, system_clock
from hecha.edges.watch.topics import Topics
from hecha.flow.picture import Picture
from hecha.flow.situation import unknown_picture
from hecha.kernel.ids import AreaCode, BankId, ComponentId, Mode
from hecha.network.model import Network
from hecha.organization.principal import Principal
from hecha.plan.model import Plan

if TYPE_CHECKING:
    from hecha.edges.store.store import Store


class WatchLoop:
    """`picture` is always the latest; `topics` says when it changed. `plans`: the settings' plan first."""

    def __init__(
        self,
        network: Network,
        plans: Sequence[Plan],
        store: "Store",
        *,
        entrances: Sequence[Any] = (),
        clock: Clock = system_clock,
    ) -> None:
        self._network = network
        self._plans = tuple(plans)
        self._store = store
        self._entrances = tuple(entrances)
        self._clock = clock
        self.topics = Topics()
        self.picture: Picture = unknown_picture(network, clock())

    async def run(self, stop: asyncio.Event) -> None:
        """Watch until `stop` is set."""
        await stop.wait()

    async def declare(
        self,
        principal: Principal,
        *,
        modes: Sequence[Mode],
        since: datetime,
        until: datetime | None = None,
        bank: BankId | None = None,
        area: AreaCode | None = None,
        outlets: str = "",
        nature: str = "other",
        reason: str = "",
    ) -> str:
        """Declare that outlets (a bank's, an area's, or a pasted list) cannot verify; returns its id (3.2.3)."""
        raise NotImplementedError

    async def withdraw(self, principal: Principal, declaration: str, *, reason: str) -> None:
        """Withdraw a declaration, of an outage or a data error: it has ended, or was wrong."""
        raise NotImplementedError

    async def declare_data_error(
        self,
        principal: Principal,
        *,
        city: AreaCode,
        since: datetime,
        authority: str,
        accuracy: float | None = None,
        missing: bool = False,
        disturbs: bool = False,
        until: datetime | None = None,
        basis: str = "",
    ) -> str:
        """Record that `authority` (head_office or police) established a data error of a city; returns its id."""
        raise NotImplementedError

    async def estimate(
        self, principal: Principal, *, component: ComponentId, until: datetime | None, reason: str
    ) -> None:
        """State when a component (or a declaration's id) is expected to work again; `None` takes it back."""
        raise NotImplementedError

    async def will_exceed(self, principal: Principal, *, fault: str, reason: str) -> None:
        """A group records that a watched fault will last more than 8 hours (1.4.1(3))."""
        raise NotImplementedError

    async def maintenance(
        self,
        principal: Principal,
        *,
        components: Sequence[ComponentId],
        begin: datetime,
        end: datetime,
        reason: str,
    ) -> str:
        """Enter planned work beforehand; returns its id."""
        raise NotImplementedError

    async def cancel_maintenance(self, principal: Principal, window: str, *, reason: str) -> None:
        """Take planned work off the calendar, from now on."""
        raise NotImplementedError
