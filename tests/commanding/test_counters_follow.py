"""From the moment a start order takes effect, the card of every counter in its scope follows it, and no other's."""

from pathlib import Path
from typing import Any

from hecha.edges.procedure.orders_in_force import OrdersInForce
from hecha.flow.command.scope import at_outlet, seen_orders
from hecha.flow.counter import counter_card
from hecha.kernel.ids import OutletId
from hecha.verification.outcome import Outcome
from tests.commanding.town import Town, opened, 甲一县, 省
from tests.detection.town import opened as opened_watch


def card(town: Town, picture: Any, outlet: str) -> dict[str, Any]:
    found = counter_card(town.network, picture, outlet=OutletId(outlet), outcome=Outcome.UNAVAILABLE, mode="interface")
    assert found is not None
    return found


async def test_the_picture_follows_at_once_and_survives_a_restart(tmp_path: Path) -> None:
    (tmp_path / "watch").mkdir()
    async with opened(tmp_path) as town, opened_watch(tmp_path / "watch", network=town.network) as watched:
        orders = OrdersInForce(town.store, watched.loop.follow_orders)
        town.procedure._on_change = orders.follow
        await town.happens(4, ["330201"], ["X"])
        assert watched.loop.picture.order_in_force is None
        assert card(town, watched.loop.picture, "x330201")["basis"]["kind"] == "first_handling"
        await town.as_(甲一县, "leader").proposes("start")
        assert watched.loop.picture.order_in_force is None  # decided is not yet ordered
        await town.as_(甲一县, "settlement").publishes()
        picture = watched.loop.picture
        assert card(town, picture, "x330201")["basis"] == {"kind": "order", "clauses": ["5.1.1"]}
        assert card(town, picture, "x330202")["basis"]["kind"] == "first_handling"  # the county beside it
        assert card(town, picture, "y330201")["basis"]["kind"] == "first_handling"  # a bank that the event spares
        await watched.passes(minutes=1)
        assert watched.loop.picture.order_in_force == picture.order_in_force
        await watched.restarts()
        OrdersInForce(town.store, watched.loop.follow_orders).follow()
        assert watched.loop.picture.order_in_force == picture.order_in_force


async def test_the_province_takes_delegation_off_the_card(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        shown: list[Any] = []
        town.procedure._on_change = OrdersInForce(town.store, shown.append).follow
        await town.happens(4, ["330201"], ["X"])
        await town.as_(甲一县, "leader").proposes("start")
        await town.as_(甲一县, "settlement").publishes()
        assert [one["use"] for one in shown[-1]["measures"]] == [["5.1.1(1)", "5.1.1(2)", "5.1.1(3)"]]
        await town.becomes(3, ["330201", "330202"])
        assert shown[-1]["orders"][0]["group"] == 甲一县  # the lower order stays until the higher one arrives
        proposal = await town.as_(省, "leader").proposes("start")
        await town.as_(省, "deputy").consents(proposal)
        await town.as_(省, "settlement").publishes()
        assert [(one["group"], one["measures"][0]["use"]) for one in shown[-1]["orders"]] == [
            (省, ["5.1.1(2)", "5.1.1(3)"])
        ]
        await town.recovers()
        proposal = await town.as_(省, "leader").proposes("end")
        await town.as_(省, "deputy").consents(proposal)
        assert shown[-1] is not None
        await town.as_(省, "settlement").publishes()
        assert shown[-1] is None


def order(**more: Any) -> dict[str, Any]:
    measure = {"clause": "5.1.2", "cause": "outage", "use": ["5.1.1(2)"], "cities": []}
    one = {"unit": "pbc/3302", "areas": ["330201"], "banks": ["X"], "measures": [measure], "clause": "a", "zh": "甲"}
    return one | more


async def test_scope_by_area_bank_and_cause(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        network = town.network

        def reached(one: dict[str, Any]) -> list[str]:
            shown = {"orders": [one], "measures": one["measures"]}
            return [name for name in network.outlets if at_outlet(shown, network, name) is not None]

        assert reached(order()) == ["x330201"]
        assert reached(order(banks=[])) == ["x330201", "y330201"]
        assert reached(order(areas=[])) == ["x330201", "x330202", "x330203"]
        assert reached(order(areas=["3302"], banks=["Y"])) == ["y330201", "y330202"]
        assert reached(order(areas=["330301"])) == []  # outside the area it commands
        data = [{"clause": "5.1.3", "cause": "data_error", "use": ["5.1.1(3)"], "cities": ["3302"]}]
        assert reached(order(unit="pbc/33", measures=data)) == list(network.outlets)  # the card's authority decides
        assert reached(order(measures=data)) == [name for name in network.outlets if name[1:].startswith("3302")]


async def test_two_orders_unite_at_a_counter(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        other = [{"clause": "5.1.1", "cause": "outage", "use": ["5.1.1(1)"], "cities": []}]
        shown = {"orders": [order(), order(banks=[], measures=other, clause="b", zh="乙")], "measures": []}
        found = at_outlet(shown, town.network, OutletId("x330201"))
        assert found is not None
        assert [one["clause"] for one in found["measures"]] == ["5.1.2", "5.1.1"]
        assert (found["clause"], found["zh"]) == ("a、b", "甲；乙")
        alone = at_outlet(shown, town.network, OutletId("y330201"))
        assert alone is not None
        assert [one["clause"] for one in alone["measures"]] == ["5.1.1"]


async def test_a_bank_sees_orders_that_reach_it_and_no_other_bank_in_them(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        shown = {"orders": [order(banks=["X", "Y"])], "measures": []}
        network = town.network
        own = [one for one in network.outlets.values() if one.bank == "X"]
        found = seen_orders(shown, network, own, "X")
        assert found is not None
        assert found["orders"][0]["banks"] == ["X"]
        other = [one for one in network.outlets.values() if one.bank == "Z"]
        assert seen_orders(shown, network, other, "Z") is None
