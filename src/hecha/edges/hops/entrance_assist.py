"""Helping the other entrance: its requests for an entry that is held here, and pings of every kind.

What is done for the other entrance is journalled over there, once, with the request it belongs to.
"""

from collections.abc import Mapping
from hmac import compare_digest

import msgspec

from hecha.edges.api.problems import NotSignedIn
from hecha.edges.hops import mac
from hecha.edges.hops.entrance import Entrance
from hecha.edges.hops.entrance_ways import lines_of
from hecha.edges.hops.wire import HopAnswer, HopRequest, Ping, Pong, Step
from hecha.kernel.errors import BadInput
from hecha.kernel.ids import Access, BankId, ComponentId, Mode, OutletId
from hecha.network.model import Bank
from hecha.verification.ladder_in_request import Way, default_mode, ways


class Peers:
    """Which other hops may call, and the key of the pair for the answer's MAC."""

    def __init__(self, callers: Mapping[str, bytes]) -> None:
        self._keys = dict(callers)

    def key_of(self, shown: bytes) -> bytes:
        """The key of the caller that shows this pass. Raises NotSignedIn."""
        name = shown.partition(b" ")[0].decode("latin-1")
        key = self._keys.get(name)
        if key is None or not compare_digest(mac.caller_pass(key, name), shown):
            raise NotSignedIn
        return key


class Assist:
    """Serves `/hop/verify` for the other entrance and `/hop/ping` for it and for probers."""

    def __init__(self, entrance: Entrance) -> None:
        self._entrance = entrance
        self._component = entrance.config.component

    async def verify(self, request: HopRequest) -> HopAnswer:
        """One attempt by an entry of ours. Raises BadInput for an entry that is not."""
        bank, way = self._bank(request.bank), _way(request.mode, request.entry)
        if not self._entrance.chain.holds(way.entry):
            raise BadInput("entry", "不是本入口的 not an entry of this entrance")
        answer = await self._entrance.crossing_of((), way.entry).verify(request, self._entrance.chain.of(way, bank))
        return msgspec.structs.replace(answer, path=[Step(self._component, _sum(answer.path)), *answer.path])

    async def ping(self, ping: Ping) -> Pong:
        """With an outlet: its way in a mode, by any entry that works. With an entry: that entry. Else our ways up."""
        if ping.target == self._component:
            return Pong(ping.id, True, [Step(self._component, 0.0)])
        if ping.outlet:
            return await self._ping_outlet(ping)
        if ping.entry:
            return await self._ping_entry(ping)
        return await self._entrance.chain.ping(ping)

    async def _ping_outlet(self, ping: Ping) -> Pong:
        outlet = self._entrance.network.outlets.get(OutletId(ping.outlet))
        if outlet is None:
            raise BadInput("outlet", "没有这个网点 no such outlet")
        bank = self._entrance.network.banks[outlet.bank]
        lines = lines_of(self._entrance.network, outlet)
        if ping.target in lines:
            return await self._entrance.crossing_of(lines, "").ping(ping, self._entrance.chain.fronts)
        mode = Mode(ping.mode) if ping.mode in set(Mode) else default_mode(bank.access)
        first = Pong(ping.id, False, [], "")
        for way in (way for way in ways(bank.id, bank.access, mode) if way.mode is mode):
            pong = await self._entrance.crossing(outlet, way).ping(ping, self._entrance.chain.of(way, bank))
            if pong.reached or pong.broke_at != way.entry:
                return pong
            first = first if first.broke_at else pong
        return first

    async def _ping_entry(self, ping: Ping) -> Pong:
        """An entry by itself: no outlet's lines."""
        bank = self._bank(ping.entry.split("/")[1] if ping.entry.startswith("bank/") else ping.bank)
        way = _way(ping.mode, ping.entry)
        entry = way.entry if self._entrance.chain.holds(way.entry) else ""
        pong = await self._entrance.crossing_of((), entry).ping(ping, self._entrance.chain.of(way, bank))
        return pong

    def _bank(self, bank: str) -> Bank:
        return self._entrance.network.banks.get(BankId(bank), Bank(BankId(bank), "", Access.NONE))


def _way(mode: str, entry: str) -> Way:
    return Way(Mode.INTERFACE if entry.startswith("bank/") else Mode.NON_INTERFACE, ComponentId(entry))


def _sum(path: list[Step]) -> float:
    return path[0].ms if path else 0.0
