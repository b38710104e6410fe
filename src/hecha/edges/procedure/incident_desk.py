"""The desk for incidents: who may do what with one, for pages and the API alike."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hecha.edges.procedure.procedure import Procedure
from hecha.edges.store.writer import Tx
from hecha.flow.happening import leading_unit
from hecha.flow.incident_sight import sees_incident
from hecha.flow.life import Act
from hecha.incident.commands import REASON_MAX, Close, ConfirmRecovery, Open, State, Withdraw
from hecha.incident.event import Extent, Incident, Opinion, Standing
from hecha.kernel.errors import BadInput, NotThere, Refused
from hecha.kernel.ids import AreaCode, Nature, UnitId
from hecha.organization.organization import Organization
from hecha.organization.principal import Principal
from hecha.organization.sight import Sight
from hecha.plan.posts import Act as Doing

TITLE_MAX = 60
AREAS_MAX = 120


@dataclass(frozen=True, slots=True)
class IncidentDesk:
    """`organization` gives the organisation as it is now."""

    procedure: Procedure
    organization: Callable[[], Organization]

    def seen(self, principal: Principal, id: str) -> Incident:
        """An incident, if this person may see it. Raises NotThere, whether it does not exist or is not theirs."""
        found: Incident | None = self.procedure.state("incident", id)
        if found is None or not sees_incident(Sight(self.procedure.ground.network, principal), found):
            raise NotThere("没有这个事件，或不在您的权限之内。请从事件列表进入")
        return found

    def may(self, principal: Principal, doing: Doing, incident: Incident) -> bool:
        """Whether to offer it; the refusal, if it is asked all the same, says why."""
        now = self.procedure.clock()
        return self.organization().may(principal, doing, UnitId(incident.unit), now).allowed

    async def state(self, principal: Principal, id: str, level: int, reason: str) -> Incident:
        """The reporting group states a level (4.1.1(3)); any group the event concerns may, for its own unit."""
        self.seen(principal, id)
        self._require(principal, Doing.STATE_GRADE, principal.unit)
        if level not in {one.rank for one in self.procedure.ground.plan.levels}:
            raise BadInput("level", "没有这个等级 no such level", "、".join(self._level_words()))
        opinion = Opinion(level, principal.account, principal.unit, self.procedure.clock(), _text("reason", reason))
        return await self._do(id, State(opinion))

    async def confirm_recovery(self, principal: Principal, id: str, recovered: datetime | None, note: str) -> Incident:
        """A person confirms; `recovered` None takes the measured moment. Raises Refused when nothing was measured
        as working again and no moment is given."""
        incident = self.seen(principal, id)
        self._require(principal, Doing.CONFIRM_RECOVERY, incident.unit)
        now, when = self.procedure.clock(), recovered or incident.recovery_proposed
        if when is None:
            raise Refused("5.1.1(3)", "尚未测得恢复", "如由人工确认，请写明恢复时间 give the time of recovery")
        if when > now:
            raise BadInput("recovered", "恢复时间晚于现在 it lies ahead", "请核对时间 check the time")
        return await self._do(id, ConfirmRecovery(when, now, principal.account, principal.unit, _text("note", note)))

    async def withdraw(self, principal: Principal, id: str, reason: str) -> Incident:
        """The deciding group says that it is no event after all."""
        incident = self.seen(principal, id)
        self._require(principal, Doing.DECIDE, incident.unit)
        command = Withdraw(self.procedure.clock(), principal.account, principal.unit, _text("reason", reason))
        return await self._do(id, command)

    async def close(self, principal: Principal, id: str) -> Incident:
        """The file is closed once nobody owes anything."""
        incident = self.seen(principal, id)
        self._require(principal, Doing.CLOSE, incident.unit)

        def act(tx: Tx) -> Incident:
            registry = self.procedure.registry
            owed = tuple(registry.book(tx).open_duties(id))
            command = Close(owed, self.procedure.clock(), principal.account, principal.unit)
            after, _ = registry.do(tx, Act("incident", id, command))
            closed: Incident = after
            return closed

        found: Incident = await self.procedure.run(act)
        return found

    async def open(self, principal: Principal, body: Mapping[str, Any]) -> Incident:
        """A person with the right opens an event that nothing measures: title, nature, areas, level, since when."""
        self._require(principal, Doing.OPEN_INCIDENT, principal.unit)
        ground, now = self.procedure.ground, self.procedure.clock()
        areas = self._areas(principal, body.get("areas", ()))
        level, nature, occurred = body.get("level"), body.get("nature", "other"), body.get("occurred") or now
        if level not in {one.rank for one in ground.plan.levels}:
            raise BadInput("level", "没有这个等级 no such level", "、".join(self._level_words()))
        if nature not in set(Nature):
            raise BadInput("nature", "没有这种性质 no such nature", "、".join(Nature))
        if not isinstance(occurred, datetime) or occurred.tzinfo is None or occurred > now:
            raise BadInput("occurred", "发生时间须带时区且不晚于现在 a time with offset, not ahead", "请核对时间")
        title, reason = _text("title", str(body.get("title", ""))), _text("reason", str(body.get("reason", "")))
        if not title or len(title) > TITLE_MAX:
            raise BadInput("title", f"须写事件名称，不超过 {TITLE_MAX} 字 give a short title", "何处、什么不能办理")
        if not reason:
            raise Refused("1.4.1", "人工登记的事件须写明依据", "请写明依据的情况 give the reason")
        command = Open(
            id=f"E{now:%Y%m%d%H%M%S}-{secrets.token_hex(3)}",
            plan=ground.plan.id,
            plan_version=ground.plan.version,
            revision=ground.network.revision,
            title=title,
            warnings=(),
            components=(),
            nature=str(nature),
            owner=principal.unit,
            unit=leading_unit(ground.plan, ground.present_branches(), level, areas),
            occurred=occurred,
            discovered=now,
            proposed=Standing(level, (), (), ("1.4.1",)),
            extent=Extent(areas=areas, total=len(ground.network.outlets)),
            others={},
            event_after=0,
            at=now,
            by=principal.account,
            on_behalf_of=principal.unit,
            reason=reason,
        )
        return await self._do(command.id, command)

    def _areas(self, principal: Principal, given: Sequence[str]) -> tuple[AreaCode, ...]:
        sight = Sight(self.procedure.ground.network, principal)
        codes = tuple(dict.fromkeys(AreaCode(str(one)) for one in given))
        if len(codes) > AREAS_MAX:
            raise BadInput("areas", f"不能超过 {AREAS_MAX} 个 too many", "可写地市 name cities")
        for code in codes:
            if code not in sight.network.areas or not sight.sees_area(code):
                raise BadInput("areas", "没有这个地区，或不在辖内 no such area of yours", "请核对代码 check it")
        return codes

    def _level_words(self) -> list[str]:
        return [f"{one.rank} {one.zh}" for one in self.procedure.ground.plan.levels]

    def _require(self, principal: Principal, doing: Doing, unit: str) -> None:
        self.organization().require(principal, doing, UnitId(unit), self.procedure.clock())

    async def _do(self, id: str, command: Any) -> Incident:
        found: Incident = await self.procedure.do(Act("incident", id, command))
        return found


def _text(where: str, text: str) -> str:
    """A person's words, trimmed. Raises BadInput when they are too long."""
    if len(text) > REASON_MAX:
        raise BadInput(where, f"超过 {REASON_MAX} 字 too long", "写要点 be brief")
    return text.strip()
