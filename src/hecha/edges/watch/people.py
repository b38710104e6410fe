"""What people tell the watch: declarations, data errors, estimates, "will exceed 8 hours", the maintenance calendar.

Each asks for the right first (Refused names clause and way out). What is declared is committed before it counts; all
is committed before the caller is answered.
"""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from hecha.edges.clock import Clock
from hecha.edges.store.store import Store, Tx
from hecha.edges.watch import keeping
from hecha.flow.declare import DataError, Declaration, check_data_error, check_moments, outlets_of
from hecha.flow.live import Live
from hecha.flow.maintenance import Window
from hecha.flow.quality import accuracy_of_sample
from hecha.kernel.errors import BadInput, NotThere, Refused, Unavailable
from hecha.kernel.facts import Fact
from hecha.kernel.ids import AreaCode, BankId, ComponentId, Mode, Nature
from hecha.network.components import Components
from hecha.network.model import Network
from hecha.organization.principal import Principal
from hecha.organization.sight import Right, Sight
from hecha.warning.lifecycle import Estimate, Exceed

REASON_MAX = 400
T = TypeVar("T")


class People:
    """The doors for people. Mixed into the watch loop, which owns what they change."""

    live: Live
    network: Network
    _store: Store
    _clock: Clock
    trouble: str

    def publish(self) -> None:
        raise NotImplementedError

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
        now, sight = self._clock(), Sight(self.network, principal)
        sight.require(Right.DECLARE)
        check_moments(since, until, now)
        if not modes or nature not in set(Nature):
            raise BadInput(
                "modes" if not modes else "nature", "没有这一项 missing or unknown", "见填报说明 see the form"
            )
        found = outlets_of(self.network, bank=bank, area=area, pasted=outlets)
        foreign = sum(not sight.sees_outlet(outlet) for outlet in found)
        if foreign:
            raise Refused("3.2.3", f"其中 {foreign} 个网点不属于本机构或本辖区", "只申报本机构或本辖区的网点")
        one = Declaration(
            id=_name("D", now),
            outlets=found,
            modes=tuple(modes),
            since=since,
            by=principal.account,
            unit=principal.unit,
            at=now,
            until=until,
            nature=nature,
            reason=_reason(reason),
            bank=bank,
            area=area,
        )
        data = {"outlets": len(found), "modes": [*one.modes], "since": since.isoformat(), "bank": bank, "area": area}
        fact = _fact("watch:outage:declared", one.id, now, principal, "3.2.3", data)
        await self._commit(lambda tx: keeping.keep_said(tx, one, now, fact))
        self.live.declare(one)
        await self._took_effect()
        return one.id

    async def withdraw(self, principal: Principal, declaration: str, *, reason: str) -> None:
        """Withdraw a declaration, of an outage or a data error: it has ended, or was wrong."""
        now, sight = self._clock(), Sight(self.network, principal)
        outage, error = self.live.declarations.get(declaration), self.live.data_errors.get(declaration)
        if error is not None:
            sight.require(Right.DATA_ERROR)
        sight.require(Right.DECLARE)
        if error is None and (outage is None or not all(sight.sees_outlet(one) for one in outage.outlets)):
            raise NotThere("没有这项申报，或不在您的权限之内 no such declaration")
        fact = _fact("watch:declaration:withdrawn", declaration, now, principal, "3.2.3", {"reason": _reason(reason)})
        by = principal.account
        await self._commit(lambda tx: keeping.keep_withdrawn(tx, declaration, now, by, _reason(reason), fact))
        self.live.withdraw(declaration)
        await self._took_effect()

    async def declare_data_error(
        self,
        principal: Principal,
        *,
        city: AreaCode,
        since: datetime,
        authority: str,
        accuracy: float | None = None,
        missing: bool = False,
        sample: tuple[int, int] | None = None,
        disturbs: bool = False,
        until: datetime | None = None,
        basis: str = "",
    ) -> str:
        """Record that `authority` (head_office or police) established a data error of a city; returns its id.

        `sample` (right, asked) instead of `accuracy`: severe only when the upper confidence bound shows it."""
        now = self._clock()
        Sight(self.network, principal).require(Right.DATA_ERROR)
        check_moments(since, until, now)
        if sample is not None:
            below = float(self.live.plans[0].settings.get("severe_accuracy_below", 0.5))
            accuracy = accuracy_of_sample(*sample, below)
        by, unit = principal.account, principal.unit
        one = DataError(
            _name("E", now), city, since, by, unit, now, authority, accuracy, missing, disturbs, until, _reason(basis)
        )
        check_data_error(one, self.network)
        data = {"city": city, "authority": authority, "accuracy": accuracy, "missing": missing, "disturbs": disturbs}
        fact = _fact("watch:data_error:declared", one.id, now, principal, "1.4.2.1(2)", data)
        await self._commit(lambda tx: keeping.keep_said(tx, one, now, fact))
        self.live.declare_data_error(one)
        await self._took_effect()
        return one.id

    async def estimate(
        self, principal: Principal, *, component: ComponentId, until: datetime | None, reason: str
    ) -> None:
        """State when a component (or a declaration's id) is expected to work again; `None` takes it back."""
        now, sight = self._clock(), Sight(self.network, principal)
        declared = self.live.declarations.get(component)
        if declared is not None:
            sight.require(Right.ESTIMATE)
            if not all(sight.sees_outlet(outlet) for outlet in declared.outlets):
                raise NotThere("没有这项申报，或不在您的权限之内 no such declaration")
        else:
            Components(self.network).needed(component)
            sight.require_estimate(component)
        if until is not None and (until.tzinfo is None or until <= now):
            raise BadInput(
                "until", "预计恢复时间须晚于现在 the estimate must lie ahead", "恢复由监测确认 recovery is measured"
            )
        self.live.stated(component, Estimate(until, principal.account, principal.unit, now, _reason(reason)))
        await self._took_effect()

    async def will_exceed(self, principal: Principal, *, fault: str, reason: str) -> None:
        """A group records that a watched fault will last more than 8 hours (1.4.1(3))."""
        now, sight = self._clock(), Sight(self.network, principal)
        sight.require(Right.WILL_EXCEED)
        subject, warning = self.live.faults.named(fault)
        keys = self.live.keys_of(subject, warning)
        if not all(self._sees(sight, key) for key in warning.components):
            raise NotThere("没有这个预警，或不在您的权限之内 no such open warning")
        command = Exceed(principal.account, principal.unit, now, _reason(reason))
        self.live.outbox.extend(self.live.faults.exceeds(subject, command))
        self.live.exceed(keys)
        await self._took_effect()

    def _sees(self, sight: Sight, component: ComponentId) -> bool:
        """A component by itself; a declaration when all its outlets are seen."""
        one = self.live.declarations.get(component.removeprefix("declared/"))
        if one is not None:
            return all(sight.sees_outlet(outlet) for outlet in one.outlets)
        return sight.sees_component(component)

    async def maintenance(
        self,
        principal: Principal,
        *,
        components: Sequence[ComponentId],
        begin: datetime,
        end: datetime,
        reason: str,
    ) -> str:
        """Enter planned work beforehand; returns its id. It does not count as an outage until it overruns."""
        now, sight = self._clock(), Sight(self.network, principal)
        sight.require(Right.MAINTENANCE)
        known = Components(self.network)
        for component in components:
            known.needed(component)
            sight.require_estimate(component)
        if not components or begin.tzinfo is None or end.tzinfo is None:
            raise BadInput("components", "须写明部件和带时区的时间 name components, and times with their offset")
        name = _name("M", now)
        one = Window(name, tuple(components), begin, end, now, principal.account, principal.unit, _reason(reason))
        data = {"components": [*components], "from": begin.isoformat(), "to": end.isoformat()}
        fact = _fact("watch:maintenance:planned", name, now, principal, "3.1.3", data)
        await self._commit(lambda tx: keeping.keep_said(tx, one, now, fact))
        self.live.plan_work(one)
        await self._took_effect()
        return name

    async def cancel_maintenance(self, principal: Principal, window: str, *, reason: str) -> None:
        """Take planned work off the calendar: what is out counts from now on."""
        now, sight = self._clock(), Sight(self.network, principal)
        sight.require(Right.MAINTENANCE)
        planned = self.live.causes.windows.get(window)
        if planned is None:
            raise NotThere("日历里没有这项维护 no such planned work")
        for component in planned.components:
            sight.require_estimate(component)
        fact = _fact("watch:maintenance:cancelled", window, now, principal, "3.1.3", {"reason": _reason(reason)})
        by = principal.account
        await self._commit(lambda tx: keeping.keep_withdrawn(tx, window, now, by, _reason(reason), fact))
        self.live.cancel_work(window)
        await self._took_effect()

    async def _commit(self, run: Callable[[Tx], None]) -> Any:
        return await self._store.write(run)

    async def _took_effect(self) -> None:
        """Judge and show at once what was said; its facts are kept with it."""
        self.live.advance(self._clock())
        await self._keep()
        self.publish()
        if self.trouble:
            raise Unavailable("台账库 ledger", "已计入，恢复后自动入账 it counts, and is kept as soon as possible")

    async def _keep(self) -> None:
        raise NotImplementedError


def _name(letter: str, now: datetime) -> str:
    return f"{letter}{now:%Y%m%d%H%M%S}-{secrets.token_hex(3)}"


def _reason(text: str) -> str:
    if len(text) > REASON_MAX:
        raise BadInput("reason", f"超过 {REASON_MAX} 字 too long", "写要点 be brief")
    return text.strip()


def _fact(kind: str, subject: str, at: datetime, principal: Principal, clause: str, data: dict[str, Any]) -> Fact:
    return Fact(kind, subject, at, principal.account, principal.unit, clause, data)
