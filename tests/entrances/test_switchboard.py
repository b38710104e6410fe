"""The switchboard on the real chain: what a button did is measured by where a request then goes, never assumed."""

import asyncio
from collections.abc import Awaitable, Callable
from time import sleep
from typing import TypeVar

import pytest

from hecha.edges.hops.entrance_client import EntranceClient
from hecha.edges.hops.wire import RouteTable
from hecha.edges.response.switchboard import Measured, Switchboard
from hecha.kernel.errors import BadInput, Refused
from hecha.verification.routing import SWITCH_HOLD_S
from tests.entrances.province import Province

T = TypeVar("T")
pytestmark = pytest.mark.chain


def on(province: Province, act: Callable[[Switchboard], Awaitable[T]]) -> T:
    """One act on the board, with connections of its own."""

    async def acted() -> T:
        token = province.hops["entrance-bank"].tokens["console"]
        names = ("entrance-web", "entrance-bank")
        urls = {name: f"http://{next(iter(province.hops[name].listeners.values()))}" for name in names}
        clients = {name: EntranceClient(url, token) for name, url in urls.items()}
        try:
            return await act(Switchboard(province.hops, clients))
        finally:
            for client in clients.values():
                await client.close()

    return asyncio.run(acted())


def steadily(province: Province, act: Callable[[Switchboard], Awaitable[Measured]]) -> Measured:
    """After the time that hysteresis asks for."""
    sleep(SWITCH_HOLD_S + 0.2)
    return on(province, act)


def test_both_entrances_are_switched_to_the_standby_and_back(province: Province) -> None:
    before = on(province, lambda board: board.measure("front/a"))
    assert before.worked
    switched = steadily(province, lambda board: board.switch("front/b", "wu"))
    assert (switched.worked, switched.measured) == (True, "entrance-web → front/b；entrance-bank → front/b")
    tables = on(province, lambda board: board.look())
    assert {one.preferred for one in tables.values() if isinstance(one, RouteTable)} == {"front/b", ""}
    with pytest.raises(Refused, match="刚刚切换过"):
        on(province, lambda board: board.give_back("front", "wu"))
    back = steadily(province, lambda board: board.give_back("front", "wu"))
    assert (back.worked, back.measured) == (True, "entrance-web → front/a；entrance-bank → front/a")


def test_both_fronts_take_the_backup_channel_and_no_bank_changes_anything(province: Province) -> None:
    switched = steadily(province, lambda board: board.switch("channel/backup", "wu"))
    assert (switched.worked, switched.measured) == (True, "front/a → channel/backup；front/b → channel/backup")
    assert steadily(province, lambda board: board.give_back("channel", "wu")).worked


def test_what_does_not_work_is_never_switched_to(province: Province) -> None:
    province.kill("front-b")
    sleep(SWITCH_HOLD_S)  # and the breakers of both entrances have opened
    with pytest.raises(Refused, match="不通"):
        on(province, lambda board: board.switch("front/b", "wu"))
    assert on(province, lambda board: board.measure("front/a")).worked
    assert isinstance(on(province, lambda board: board.look())["front-b"], str)


def test_a_switch_that_did_not_come_true_is_told_as_such(province: Province) -> None:
    switched = steadily(province, lambda board: board.switch("front/b", "wu"))
    assert switched.worked
    province.kill("front-b")
    sleep(1)
    measured = on(province, lambda board: board.measure("front/b"))
    assert (measured.worked, "front/a" in measured.measured) == (False, True)
    province.start("front-b")
    steadily(province, lambda board: board.give_back("front", "wu"))


def test_elsewhere_than_in_the_sandbox_a_machine_is_started_by_hand(province: Province) -> None:
    with pytest.raises(Refused, match="不能启动"):
        on(province, lambda board: board.start("front/b", "wu"))
    for target in ("relay", "front"):
        with pytest.raises(BadInput):
            on(province, lambda board, target=target: board.switch(target, "wu"))  # type: ignore[misc]
