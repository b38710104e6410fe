"""What lies above the entries: the fronts, the head-office interconnect (national banks), the other entrance.

The other entrance is called when it holds the entry that a way needs. Its silence is told from its slowness by its
acknowledgements, as with any hop; when it cannot be reached, the entry is what could not be passed.
"""

from dataclasses import dataclass

import msgspec

from hecha.edges.hops.forward import Forwarder
from hecha.edges.hops.topology import HopConfig
from hecha.edges.hops.wire import HopAnswer, HopRequest, Ping, Pong, Step
from hecha.kernel.errors import BadInput
from hecha.kernel.ids import Access, Mode
from hecha.network.model import Bank
from hecha.verification.ladder_in_request import WEB_ENTRIES, Way
from hecha.verification.outcome import Outcome


class Chain:
    """The forwarders of one entrance. Belongs to one event loop."""

    def __init__(self, config: HopConfig) -> None:
        self._web = config.name == "entrance-web"
        self.fronts = Forwarder(config)
        self.national = Forwarder(config, config.national, beyond="") if config.national else None
        self._other = Forwarder(config, config.peers, beyond="") if config.peers else None
        self.forwarders = [each for each in (self.fronts, self.national, self._other) if each is not None]

    async def start(self) -> None:
        for forwarder in self.forwarders:
            await forwarder.start()

    async def close(self) -> None:
        for forwarder in self.forwarders:
            await forwarder.close()

    async def ping(self, ping: Ping) -> Pong:
        """Up the way that `via` names, else by the fronts."""
        for forwarder in self.forwarders:
            if ping.via in forwarder.names:
                return await forwarder.ping(ping)
        return await self.fronts.ping(ping)

    def holds(self, entry: str) -> bool:
        """Whether the entry is in this process: the web entries, or all bank cores."""
        return (entry in WEB_ENTRIES) is self._web

    def of(self, way: Way, bank: Bank) -> "Forwarder | Other":
        """Who carries a way's request on. Raises BadInput where the settings name no route for it."""
        if not self.holds(way.entry):
            return Other(_there(self._other, "peers"), way.entry)
        if way.mode is Mode.INTERFACE and bank.access is Access.NATIONAL:
            return _there(self.national, "national")
        return self.fronts


def _there(forwarder: Forwarder | None, setting: str) -> Forwarder:
    if forwarder is None:
        raise BadInput(setting, "没有配置这条路由 no such route in the settings")
    return forwarder


@dataclass(frozen=True, slots=True)
class Other:
    """The other entrance, for one of its entries."""

    forwarder: Forwarder
    entry: str

    async def verify(self, request: HopRequest) -> HopAnswer:
        answer = await self.forwarder.verify(request)
        return self._away(answer) if answer.broke_at in self.forwarder.names else answer

    async def ping(self, ping: Ping) -> Pong:
        pong = await self.forwarder.ping(msgspec.structs.replace(ping, entry=self.entry))
        if pong.broke_at in self.forwarder.names:
            return Pong(pong.id, False, self._renamed(pong.path), self.entry)
        return pong

    def _away(self, answer: HopAnswer) -> HopAnswer:
        return HopAnswer(answer.id, Outcome.UNAVAILABLE, self._renamed(answer.path), broke_at=self.entry)

    def _renamed(self, path: list[Step]) -> list[Step]:
        return [Step(self.entry, step.ms, step.result) for step in path]
