"""What a leading group tells the watch (认定): that 1.4.1(1) or (2) is met, or no longer is."""

import secrets
from collections.abc import Callable
from typing import Any

from hecha.edges.clock import Clock
from hecha.edges.store.store import Tx
from hecha.edges.watch import keeping
from hecha.flow.judgement import Judgement, flags_of
from hecha.flow.live import Live
from hecha.kernel.errors import BadInput, Refused
from hecha.kernel.facts import Fact
from hecha.network.model import Network
from hecha.organization.principal import Principal
from hecha.organization.sight import Right, Sight

REASON_MAX = 400


class Judging:
    """The door for judgements. Mixed into the watch loop, which owns what they change."""

    live: Live
    network: Network
    _clock: Clock

    async def flag(self, principal: Principal, flag: str, on: bool, reason: str) -> None:
        """Record a judgement, or end it; saying what already holds changes nothing.

        Committed before it counts. Raises Refused without the right or a reason, BadInput for a flag no plan knows."""
        Sight(self.network, principal).require(Right.JUDGE)
        known = flags_of(self.live.plans)
        if flag not in known:
            raise BadInput("flag", "没有这种认定 no such judgement", "、".join(known))
        if not reason.strip():
            raise Refused(known[flag], "认定须写明理由", "请写明依据的情况")
        if len(reason) > REASON_MAX:
            raise BadInput("reason", f"超过 {REASON_MAX} 字 too long", "写要点 be brief")
        if on == (flag in self.live.judgements):
            return
        await (self._judge if on else self._unjudge)(principal, flag, known[flag], reason.strip())
        await self._took_effect()

    async def _judge(self, principal: Principal, flag: str, clause: str, reason: str) -> None:
        now = self._clock()
        name = f"J{now:%Y%m%d%H%M%S}-{secrets.token_hex(3)}"
        one = Judgement(name, flag, principal.account, principal.unit, now, reason)
        fact = self._judged("made", one.id, principal, clause, {"flag": flag, "reason": reason})
        await self._commit(lambda tx: keeping.keep_said(tx, one, now, fact))
        self.live.judge(one)

    async def _unjudge(self, principal: Principal, flag: str, clause: str, reason: str) -> None:
        now, one = self._clock(), self.live.judgements[flag]
        fact = self._judged("ended", one.id, principal, clause, {"flag": flag, "reason": reason})
        by = principal.account
        await self._commit(lambda tx: keeping.keep_withdrawn(tx, one.id, now, by, reason, fact))
        self.live.unjudge(flag)

    def _judged(self, action: str, name: str, principal: Principal, clause: str, data: dict[str, Any]) -> Fact:
        kind = f"watch:judgement:{action}"
        return Fact(kind, name, self._clock(), principal.account, principal.unit, clause, data)

    async def _commit(self, run: Callable[[Tx], None]) -> Any:
        raise NotImplementedError

    async def _took_effect(self) -> None:
        raise NotImplementedError
