"""Whatever happens in whatever order: never two orders in force, a stale one never takes effect, receipts only grow.

The machine lets the grade rise and fall, groups decide, refer and publish what they have drafted, early and late, and
looks at the world through the same doors as people do.
"""

import asyncio
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from hecha.command.order import Order
from hecha.decision.resolution import Outside
from hecha.decision.standing import Standing
from hecha.flow.command import asking
from hecha.flow.command.standing import standing
from hecha.kernel.errors import HechaError
from tests.commanding.town import Town, opened, 甲一县, 甲市, 省

BURST = 6
GROUPS = (甲一县, 甲市, 省)
ACTIONS = (
    *("graded", "recovers", "fails again", "proposes", "consents", "lowers", "falls and rises", "waits"),
    *("decides", "decides", "decides", "publishes", "publishes", "publishes", "publishes", "acknowledges"),
)
RANK = {甲一县: 0, 甲市: 1, 省: 2, "head_office": 3}
TOOK_EFFECT = ("published", "superseded", "ended", "settled")


class Orders(RuleBasedStateMachine):
    @initialize(level=st.sampled_from([4, 3, 2]))
    def begins(self, level: int) -> None:
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.context = opened(Path(self.folder.name))
        self.town: Town = self.run(self.context.__aenter__())
        self.run(self.town.happens(level, ["330201"], ["X", "Y"]))
        self.receipts: dict[str, set[str]] = {}
        self.ended = False

    def teardown(self) -> None:
        if hasattr(self, "town"):
            self.run(self.context.__aexit__(None, None, None))
            self.folder.cleanup()
            self.loop.close()

    def run(self, doing: Any) -> Any:
        return self.loop.run_until_complete(doing)

    def tries(self, doing: Any) -> Any:
        """What the rules refuse changes nothing, which the invariants see."""
        with suppress(HechaError):
            return self.run(doing)
        return None

    def drafts(self) -> list[Order]:
        return [one for one in self.town.orders() if one.phase == "drafted"]

    # what happens

    @rule(data=st.data())
    def things_happen(self, data: st.DataObject) -> None:
        """One rule, so that in every run everything can happen; several things at once, so that runs are long."""
        for _ in range(BURST):
            self.something_happens(lambda *options: data.draw(st.sampled_from(options)))
            self.never_two_in_force()

    def something_happens(self, pick: Callable[..., Any]) -> None:
        match pick(*ACTIONS):
            case "graded":
                self.run(self.town.becomes(pick(4, 3, 2)))
            case "recovers":
                self.tries(self.town.recovers())
            case "fails again":
                self.tries(self.town.fails_again())
            case "decides":
                self.the_deciding_group_decides(pick("start", "start", "start", "end", "exception"))
            case "proposes":
                unit, kind = pick(*GROUPS), pick("start", "end", "refer", "repair_first")
                self.tries(self.town.as_(unit, "leader").proposes(kind))
            case "consents":
                self.somebody_consents(pick(*GROUPS), pick(0, 1, 2))
            case "lowers":
                self.the_grade_is_lowered(pick("3", "4"))
            case "falls and rises":
                self.it_falls_and_rises()
            case "publishes":
                self.a_draft_is_published(pick(0, 0, 1, 2))
            case "acknowledges":
                self.a_bank_acknowledges(pick("bank/X", "bank/X/330201", "bank/Y", "bank/Y/330201"))
            case "waits":
                self.town.clock.passes(seconds=60 * pick(1, 10, 40))
                self.run(self.town.procedure.patrol())

    def the_deciding_group_decides(self, kind: str) -> None:
        """Whoever decides now leaves a draft behind; it is published later, or never."""
        decides = self.stands().decides
        if decides.unit == "head_office":
            self.head_office_decides(kind)
            return
        target = "5.1.1(1)" if kind == "exception" else ""
        done = self.tries(self.town.as_(decides.unit, "leader").proposes(kind, target=target))
        if done is not None:
            self.tries(self.town.as_(decides.unit, "deputy").consents(done))

    def it_falls_and_rises(self) -> None:
        """The same group decides as before, in a new era."""
        self.run(self.town.becomes(4))
        self.the_grade_is_lowered("4")
        self.run(self.town.becomes(3))

    def the_grade_is_lowered(self, to: str) -> None:
        decides = self.stands().decides
        done = self.tries(self.town.as_(decides.acts, "leader").proposes("lower", target=to))
        if done is not None:
            self.tries(self.town.as_(decides.acts, "deputy").consents(done))

    def somebody_consents(self, unit: str, back: int) -> None:
        found = list(self.town.procedure.of("E1", "resolution"))[-1 - back :]
        if found:
            self.tries(self.town.as_(unit, "deputy").consents(found[0]))

    def head_office_decides(self, kind: str) -> None:
        outside = Outside("银发7号", self.town.clock() - timedelta(minutes=1), "王值班", "fax")
        target = "5.1.1(1)" if kind == "exception" else ""
        given = {"name": f"D{next(self.town.numbers)}", "incident": "E1", "reason": "总行决定", "outside": outside}
        self.tries(self.town.as_(省, "office").does(asking.recorded, kind=kind, target=target, **given))

    def stands(self) -> Standing:
        with self.town.desk.looking(self.town.as_(省, "office").principal) as asks:
            return standing(asks.book, "E1", self.town.clock())

    def a_draft_is_published(self, back: int) -> None:
        """The latest one, or an old one."""
        drafts = self.drafts()
        if not drafts:
            return
        draft = drafts[-1 - min(back, len(drafts) - 1)]
        stands = self.stands()
        before = [one for one in self.town.orders() if one.is_in_force]
        done: Order | None = self.tries(self.town.as_(draft.unit, "settlement").publishes(draft.id))
        assert done is not None
        if done.phase == "refused":
            assert [one.id for one in self.town.orders() if one.is_in_force] == [one.id for one in before]
            return
        assert done.epoch == stands.epoch
        assert done.group == stands.decides.unit or RANK[done.group] > RANK[stands.decides.unit]
        assert all(RANK[one.group] <= RANK[done.group] for one in before)
        assert done.kind == "start" or (stands.recovered and before)
        self.ended |= done.kind == "end"

    def a_bank_acknowledges(self, bank: str) -> None:
        for order in self.town.orders():
            self.tries(self.town.as_(bank, "leader").receives(order.id))

    # what always holds

    @invariant()
    def never_two_in_force(self) -> None:
        if not hasattr(self, "town"):
            return
        in_force = [one for one in self.town.orders() if one.is_in_force]
        assert len(in_force) <= 1
        incident = self.town.incident()
        if in_force:
            assert incident.order == in_force[0].id
            assert incident.phase in ("open", "recovered", "withdrawn")
        assert not (self.ended and in_force)

    @invariant()
    def the_latest_holds(self) -> None:
        if not hasattr(self, "town"):
            return
        effective = [one for one in self.town.orders() if one.phase in TOOK_EFFECT]
        marks = [(one.epoch, one.sequence) for one in sorted(effective, key=lambda one: one.published or one.drafted)]
        assert marks == sorted(marks)
        assert len(set(marks)) == len(marks)
        numbers = [(one.unit, one.number) for one in effective]
        assert len(set(numbers)) == len(numbers)

    @invariant()
    def receipts_only_grow(self) -> None:
        if not hasattr(self, "town"):
            return
        for order in self.town.orders():
            now = set(order.receipts)
            assert now >= self.receipts.get(order.id, set())
            assert now <= {one.key for one in order.addressees}
            self.receipts[order.id] = now


Orders.TestCase.settings = settings(
    max_examples=20,
    stateful_step_count=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking takes minutes here
    suppress_health_check=list(HealthCheck),
)
TestOrders = Orders.TestCase
