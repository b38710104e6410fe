"""The desk for chapter 5: runs of runbooks, switching over, vendor contacts, outlets that people see to work again."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hecha.edges.procedure.procedure import Procedure
from hecha.edges.response import vendors
from hecha.edges.response.switchboard import Measured, Switchboard
from hecha.edges.response.vendors import Vendor
from hecha.flow.incident_sight import sees_incident
from hecha.flow.life import Act
from hecha.flow.picture import Picture, State
from hecha.flow.runbooks import leader_of, runbook_of, steps_of
from hecha.incident.event import Incident
from hecha.kernel.errors import BadInput, NotThere, Refused, Unavailable
from hecha.kernel.ids import OutletId, UnitId
from hecha.network.components import Components
from hecha.organization.organization import Organization
from hecha.organization.principal import Principal, Role
from hecha.organization.sight import Sight
from hecha.organization.units import bank_unit
from hecha.plan.posts import Act as Doing
from hecha.response import run as runs
from hecha.response.recovery import ConfirmOutlet, recovery_id
from hecha.response.run import Run

SWITCHES = frozenset({"switch_front", "switch_channel", "start_standby"})


@dataclass(frozen=True, slots=True)
class ResponseDesk:
    """`board` is None where the console has no way to the hops (then a person switches on the spot)."""

    procedure: Procedure
    organization: Callable[[], Organization]
    picture: Callable[[], Picture]
    board: Switchboard | None = None

    # --- runs --------------------------------------------------------------------------------------------------------

    async def start(self, principal: Principal, body: Mapping[str, str]) -> Run:
        """Begin a runbook for a component; `incident` may be "". Raises Refused without the post, BadInput."""
        ground, component = self.procedure.ground, body.get("component", "")
        Components(ground.network).needed(component)
        book = runbook_of(ground.plan, body.get("runbook", ""))
        steps = steps_of(book, ground.network, ground.branches, component)
        unit = leader_of(ground.network, ground.branches, component)
        self._require_mender(principal, unit)
        incident = body.get("incident", "")
        if incident:
            self._incident(principal, incident)
        now = self.procedure.clock()
        id = f"N{now:%Y%m%d%H%M%S}-{secrets.token_hex(3)}"
        words = (book.id, str(book.clause), component, book.zh, book.en)
        return await self._do(id, runs.Start(id, incident, unit, *words, steps, now, principal.account))

    def seen(self, principal: Principal, id: str) -> Run:
        """A run, for those who lead it, own a step of it, or see the whole province. Raises NotThere."""
        found: Run | None = self.procedure.state("run", id)
        if found is None or not self.sees(principal, found):
            raise NotThere("没有这次处置，或不在您的权限之内 no such run, or not yours")
        return found

    def sees(self, principal: Principal, run: Run) -> bool:
        """Those who lead it, own a step of it, or see the whole province."""
        sight = Sight(self.procedure.ground.network, principal)
        mine = {str(principal.unit), str(bank_unit(sight.bank)) if sight.bank else ""}
        return sight.everything or bool(mine & {run.unit, *(step.unit for step in run.steps)})

    async def step_done(self, principal: Principal, id: str, number: int, proved: str) -> Run:
        """Its owner says what was seen; the leading unit may enter it for another (told by telephone)."""
        run = self.seen(principal, id)
        if 0 <= number < len(run.steps):
            step = run.steps[number]
            if not self.may_do(principal, step.unit, step.post):
                self._require_mender(principal, run.unit)
        return await self._do(id, runs.StepDone(number, proved, *self._stamp(principal)))

    async def note(self, principal: Principal, id: str, text: str, vendor: str = "") -> Run:
        run = self.seen(principal, id)
        self._require_hand(principal, run)
        return await self._do(id, runs.Write(text, *self._stamp(principal), vendor=vendor))

    async def finish(self, principal: Principal, id: str, reason: str) -> Run:
        self._require_mender(principal, self.seen(principal, id).unit)
        return await self._do(id, runs.Finish(*self._stamp(principal), reason=reason))

    async def abandon(self, principal: Principal, id: str, reason: str) -> Run:
        self._require_mender(principal, self.seen(principal, id).unit)
        return await self._do(id, runs.Abandon(reason, *self._stamp(principal)))

    async def act(self, principal: Principal, id: str, action: str, target: str) -> Run:
        """Press a button of a run: done on the real chain, then measured; what was measured is what is recorded."""
        run = self.seen(principal, id)
        self._require_mender(principal, run.unit)
        if action not in {step.action for step in run.steps} & SWITCHES and action != "measure":
            raise BadInput("action", "这次处置没有这个动作 no such action in this run")
        measured = await self._switched(action, target, principal.account)
        said = (measured.asked, measured.measured, measured.worked)
        return await self._do(id, runs.Acted(action, *said, *self._stamp(principal)))

    async def _switched(self, action: str, target: str, by: str) -> Measured:
        if self.board is None:
            raise Unavailable("切换 switchboard", "控制台没有接到链路，请到现场切换 switch on the spot")
        match action:
            case "start_standby":
                return await self.board.start(target, by)
            case "measure":
                return await self.board.measure(target)
            case _ if target in ("front", "channel"):
                return await self.board.give_back(target, by)
            case _:
                return await self.board.switch(target, by)

    # --- who may -----------------------------------------------------------------------------------------------------

    def may_do(self, principal: Principal, unit: str, post: str) -> bool:
        """Whether a step of this unit and post is this person's."""
        if principal.role is Role.AUDITOR:
            return False
        if not post:
            return principal.unit == unit
        return post in self.organization().posts_of(principal, UnitId(unit), at=self.procedure.clock())

    def may_mend(self, principal: Principal, unit: str) -> bool:
        """The technology department of the unit that leads."""
        return self.may_do(principal, unit, "technology")

    def _require_mender(self, principal: Principal, unit: str) -> None:
        if self.may_mend(principal, unit):
            return
        if unit.startswith("pbc/"):  # the plan's own words say who may
            self.organization().require(principal, Doing.ADJUST_TECHNICAL, UnitId(unit), self.procedure.clock())
        raise Refused(
            "5.2", "技术处置由科技部门人员办理 for the technology department", "请转给科技部门 hand it to them"
        )

    def _require_hand(self, principal: Principal, run: Run) -> None:
        """Somebody of the leading unit's technology, or the owner of any step."""
        if not any(self.may_do(principal, step.unit, step.post) for step in run.steps):
            self._require_mender(principal, run.unit)

    # --- vendors -----------------------------------------------------------------------------------------------------

    def vendors_of(self, unit: str, part: str = "") -> list[Vendor]:
        return vendors.of_unit(self.procedure.store, unit, part)

    async def put_vendor(self, principal: Principal, body: Mapping[str, str]) -> Vendor:
        """Each unit keeps its own list; its technology department does."""
        unit = str(principal.unit)
        self._require_mender(principal, unit)
        now = self.procedure.clock()
        return await self.procedure.store.write(lambda tx: vendors.put(tx, unit, body, principal.account, now))

    async def remove_vendor(self, principal: Principal, id: str) -> None:
        unit = str(principal.unit)
        self._require_mender(principal, unit)
        now = self.procedure.clock()
        await self.procedure.store.write(lambda tx: vendors.remove(tx, unit, id, principal.account, now))

    # --- recovery ----------------------------------------------------------------------------------------------------

    async def confirm_outlet(self, principal: Principal, incident: str, outlet: str, how: str) -> None:
        """A person has seen an outlet work again: its own people, or its bank's."""
        self._incident(principal, incident)
        network = self.procedure.ground.network
        place = network.outlets.get(OutletId(outlet))
        sight = Sight(network, principal)
        if place is None or principal.role is Role.AUDITOR or not sight.sees_outlet(place.id) or sight.bank is None:
            raise Refused(
                "5.1.1(3)", "网点恢复由网点和本行人员确认 for the outlet's own people", "请通知该行 tell the bank"
            )
        modes = self.picture().outlets_not_up.get(place.id, {})
        down = State.DOWN in modes.values()
        command = ConfirmOutlet(outlet, str(bank_unit(place.bank)), how, down, *self._stamp(principal))
        await self.procedure.do(Act("recovery", recovery_id(incident), command))

    def _incident(self, principal: Principal, id: str) -> Incident:
        found: Incident | None = self.procedure.state("incident", id)
        if found is None or not sees_incident(Sight(self.procedure.ground.network, principal), found):
            raise NotThere("没有这个事件，或不在您的权限之内。请从事件列表进入")
        return found

    def _stamp(self, principal: Principal) -> tuple[Any, str, str]:
        return self.procedure.clock(), principal.account, str(principal.unit)

    async def _do(self, id: str, command: Any) -> Run:
        found: Run = await self.procedure.do(Act("run", id, command))
        return found
