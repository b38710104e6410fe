"""The switchboard (5.2.2(1), 5.2.2(3)): what the console can do to the real chain, and what it measures afterwards.

    board = Switchboard(hops, entrances, clock, sandbox_home)
    await board.look()                            how the routes stand, hop by hop
    await board.switch("front/b", "wu")           both entrances take this front first, while it works
    await board.switch("channel/backup", "wu")    both fronts take this channel first
    await board.give_back("front", "wu")          their own order again
    await board.start("front/b", "wu")            sandbox only: the standby's process is let run

Nothing is believed that was not measured: after each act a ping takes the way that a customer would take, and the
answer says where it went. A hop that cannot be asked is told as such.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from hecha.edges.clock import Clock, system_clock
from hecha.edges.hops.control import ask_all
from hecha.edges.hops.topology import HopConfig
from hecha.edges.hops.wire import Pong, RouteTable
from hecha.edges.sandbox import supervisor
from hecha.kernel.errors import BadInput, HechaError, Refused, Unavailable
from hecha.kernel.ids import Mode

STARTS_WITHIN_S = 15.0
LOOK_EVERY_S = 0.5
MEASURES_MAX = 3
"""A ping may meet a loss of the moment: it is asked again before it is believed."""
ENTRANCES = ("entrance-web", "entrance-bank")
FRONTS = {"front/a": "front-a", "front/b": "front-b"}
CHANNELS = ("channel/production", "channel/backup")


class Pinger(Protocol):
    """An entrance, as `hecha.edges.hops.entrance_client.EntranceClient` speaks to it."""

    async def ping(
        self, *, outlet: str = "", mode: str = "", entry: str = "", via: str = "", target: str = "", id: str = "ping"
    ) -> Pong: ...


@dataclass(frozen=True, slots=True)
class Measured:
    """What was asked, what was measured afterwards (which way each hop takes), and whether it is as asked."""

    asked: str
    measured: str
    worked: bool


@dataclass(frozen=True, slots=True)
class Switchboard:
    """`entrances` by name; `sandbox_home` is set in the sandbox, whose processes the console may start."""

    hops: Mapping[str, HopConfig]
    entrances: Mapping[str, Pinger]
    clock: Clock = system_clock
    sandbox_home: Path | None = None

    async def look(self) -> dict[str, RouteTable | str]:
        """The routes of every hop that has some to choose from, or why it cannot be asked."""
        names = [*ENTRANCES, *FRONTS.values()]
        answers = await ask_all(self.hops, names, None, "look", self.clock)
        return {name: one if isinstance(one, RouteTable) else str(one) for name, one in answers.items()}

    async def switch(self, component: str, by: str) -> Measured:
        """Put a front or a channel first. Raises Refused when no hop may take it now, Unavailable when none answers,
        BadInput for what cannot be switched."""
        if component not in FRONTS and component not in CHANNELS:
            raise BadInput(component, "不能切换到这里 cannot be switched to", "、".join([*FRONTS, *CHANNELS]))
        await self._order(self._below(component), component, by)
        return await self.measure(component, f"改走 {component} first")

    async def give_back(self, kind: str, by: str) -> Measured:
        """`kind` ∈ front, channel: the routes' own order again."""
        first = {"front": "front/a", "channel": CHANNELS[0]}.get(kind)
        if first is None:
            raise BadInput(kind, "没有这种路由 no such routes", "front、channel")
        await self._order(self._below(first), "", by)
        return await self.measure(first, f"{kind} 恢复自动次序 own order")

    async def start(self, component: str, by: str) -> Measured:
        """Let the process of a front run again, and wait until it answers. Only in the sandbox: elsewhere a machine is
        started by hand."""
        if component not in FRONTS:
            raise BadInput(component, "只有前置可以启动 only a front server can be started", "、".join(FRONTS))
        if self.sandbox_home is None:
            raise Refused(
                "5.2.2(1)",
                "系统不能启动这台机器 this console cannot start it",
                "请到机房启动，再按“实测” start it by hand",
            )
        supervisor.release(self.sandbox_home, FRONTS[component])
        ends = asyncio.get_running_loop().time() + STARTS_WITHIN_S
        while asyncio.get_running_loop().time() < ends:
            if await self._answers(component):
                return Measured(f"启动 {component} start", f"{component} 应答探测 answers", True)
            await asyncio.sleep(LOOK_EVERY_S)
        return Measured(f"启动 {component} start", f"{component} 没有应答 does not answer", False)

    async def measure(self, component: str, asked: str = "实测 measure") -> Measured:
        """Where a customer's request goes now, from each entrance (and through each front, for a channel)."""
        ways = await self._ways(component)
        lines = [f"{name} → {taken or '不通 not through'}" for name, taken in ways]
        passed = [taken for _, taken in ways if taken]
        worked = bool(passed) and all(taken == component for taken in passed)
        return Measured(asked, "；".join(lines), worked)

    async def _ways(self, component: str) -> list[tuple[str, str]]:
        """(who, which of the alternatives it took; "" when it did not come through)."""
        if component in FRONTS:
            found = [(name, await self._taken(name, "", tuple(FRONTS))) for name in ENTRANCES]
            return found
        return [(front, await self._taken(ENTRANCES[0], front, CHANNELS)) for front in FRONTS]

    async def _taken(self, entrance: str, via: str, alternatives: Sequence[str]) -> str:
        for _ in range(MEASURES_MAX):
            pong = await self._ping(entrance, via)
            if pong is not None and pong.reached:
                return next((step.hop for step in pong.path if step.hop in alternatives and step.result == "ok"), "")
        return ""

    async def _ping(self, entrance: str, via: str, target: str = "") -> Pong | None:
        try:
            return await self.entrances[entrance].ping(mode=Mode.NON_INTERFACE, via=via, target=target)
        except HechaError:
            return None

    async def _answers(self, front: str) -> bool:
        pong = await self._ping(ENTRANCES[0], front, front)
        return pong is not None and pong.reached

    def _below(self, component: str) -> tuple[str, ...]:
        """The hops that choose between this and its alternative."""
        return ENTRANCES if component in FRONTS else tuple(FRONTS.values())

    async def _order(self, names: Sequence[str], prefer: str, by: str) -> None:
        """To all of them; one that accepts is enough to go on and measure."""
        answers = await ask_all(self.hops, names, prefer, by, self.clock)
        errors = [one for one in answers.values() if isinstance(one, HechaError)]
        if len(errors) == len(answers):
            refused = next((one for one in errors if isinstance(one, Refused)), None)
            raise refused or errors[0] if errors else Unavailable("前置 front", "没有可以切换的部件 nothing to switch")
