"""Fault gates: what each does to a call, who may order them, and which process is told."""

import asyncio

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hecha.edges.hops import faults
from hecha.edges.hops.faults import GateDown, Gates, handle
from hecha.edges.hops.wire import FaultOrder, FaultTable
from hecha.kernel.errors import BadInput, NotThere, Unavailable

BODY = b'{"id":"v-1","outcome":"match_photo"}'
TOKEN = "sandbox"


def broken(fault, value=""):
    gates = Gates(["front/a"])
    gates.order(FaultOrder("front/a", fault, value))
    return gates


def enter(gates, patience_s=0.01):
    asyncio.run(gates.enter("front/a", patience_s))


def test_a_whole_gate_lets_all_pass_unchanged():
    gates = Gates(["front/a"])
    enter(gates)
    assert gates.damage("front/a", BODY) is BODY
    assert gates.quiet


def test_down_refuses():
    with pytest.raises(GateDown) as down:
        enter(broken("down"))
    assert (down.value.component, down.value.result) == ("front/a", "down")


def test_half_open_is_silent_until_the_callers_patience_ends():
    with pytest.raises(GateDown) as silent:
        enter(broken("half-open"))
    assert silent.value.result == "timeout"


def test_slow_waits_and_then_works():
    gates = broken("slow", "30")

    async def first():
        entering = asyncio.ensure_future(gates.enter("front/a"))
        await asyncio.sleep(0)
        assert not entering.done()
        await entering

    asyncio.run(first())
    assert gates.damage("front/a", BODY) == BODY


def test_garbage_is_a_page():
    assert broken("garbage").damage("front/a", BODY) == faults.PAGE
    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(faults.PAGE)


def test_truncate_cuts_short():
    assert broken("truncate").damage("front/a", BODY) == BODY[: len(BODY) // 2]


@settings(deadline=None)
@given(body=st.binary(min_size=1, max_size=200))
def test_bitflip_changes_exactly_one_bit_another_one_each_time(body):
    gates = broken("bitflip")
    spoilt = [gates.damage("front/a", body) for _ in range(2)]
    for one in spoilt:
        assert sum((a ^ b).bit_count() for a, b in zip(one, body, strict=True)) == 1
    assert spoilt[0] != spoilt[1] or len(body) * 8 == 7919


def test_up_mends_and_the_table_says_what_is_wrong():
    gates = Gates(["a", "b"], ["outlet/*/line"])
    gates.order(FaultOrder("a", "slow", "300"))
    table = gates.order(FaultOrder("outlet/o1/line", "down"))
    assert table == FaultTable({"a": "slow 300", "outlet/o1/line": "down"})
    assert gates.order(FaultOrder("a", "up")).faults == {"outlet/o1/line": "down"}
    assert gates.is_down("outlet/o1/line")
    assert not gates.is_down("outlet/o2/line")


@pytest.mark.parametrize("component", ["c", "outlet//line", "outlet/x/terminal", "outlet/x/line/y", ""])
def test_a_component_of_another_process_is_not_there(component):
    with pytest.raises(NotThere):
        Gates(["a"], ["outlet/*/line"]).order(FaultOrder(component, "down"))


@pytest.mark.parametrize(
    ("fault", "value"), [("melt", ""), ("slow", ""), ("slow", "0"), ("slow", "-1"), ("slow", "60001"), ("slow", "²")]
)
def test_a_fault_or_value_that_is_none_is_refused_with_the_known_ones(fault, value):
    with pytest.raises(BadInput) as refused:
        broken(fault, value)
    assert refused.value.suggestion


def test_faults_are_bounded(monkeypatch):
    monkeypatch.setattr(faults, "FAULTS_MAX", 2)
    gates = Gates(families=["outlet/*/line"])
    for n in range(2):
        gates.order(FaultOrder(f"outlet/{n}/line", "down"))
    with pytest.raises(BadInput):
        gates.order(FaultOrder("outlet/2/line", "down"))
    gates.order(FaultOrder("outlet/1/line", "garbage"))


ORDER = msgspec.json.encode(FaultOrder("front/a", "down"))


@pytest.mark.parametrize(
    ("caller", "given", "token", "body", "status"),
    [
        ("127.0.0.1", TOKEN, TOKEN, ORDER, 200),
        ("::1", TOKEN, TOKEN, ORDER, 200),
        ("10.0.0.7", TOKEN, TOKEN, ORDER, 404),
        ("127.0.0.1", "", TOKEN, ORDER, 404),
        ("127.0.0.1", "wrong", TOKEN, ORDER, 404),
        ("127.0.0.1", "", "", ORDER, 404),
        ("127.0.0.1", TOKEN, TOKEN, b"{}", 422),
        ("127.0.0.1", TOKEN, TOKEN, b"\xff", 422),
        ("127.0.0.1", TOKEN, TOKEN, msgspec.json.encode(FaultOrder("front/b", "down")), 404),
        ("127.0.0.1", TOKEN, TOKEN, msgspec.json.encode(FaultOrder("front/a", "melt")), 422),
        ("127.0.0.1", TOKEN, TOKEN, b" " * 5000, 413),
    ],
)
def test_faults_are_ordered_from_this_machine_with_the_token_only(caller, given, token, body, status):
    gates = Gates(["front/a"])
    assert handle(gates, body, caller=caller, given=given, token=token)[0] == status
    assert gates.quiet == (status != 200)


@pytest.mark.chain
@pytest.mark.xdist_group("entrances")
@pytest.mark.parametrize(
    ("component", "holders"),
    [
        ("police", {"police"}),
        ("relay", {"relay"}),
        ("interface-service", {"relay"}),
        ("hq-interconnect", {"relay"}),
        ("channel/backup", {"relay"}),
        ("front/b", {"front-b"}),
        ("account-system", {"entrance-web"}),
        ("bank/loc/core", {"entrance-bank"}),
        ("city/A1/line", {"entrance-web", "entrance-bank"}),
        ("county/A11/line", {"entrance-web", "entrance-bank"}),
        ("outlet/l1/line", {"entrance-web", "entrance-bank"}),
        ("outlet/l1/terminal", {"entrance-web", "entrance-bank"}),
    ],
)
def test_an_order_finds_the_process_that_holds_the_component(province, component, holders):
    province.broken.add(component)
    tables = province.fault(component, "slow", "1")
    assert set(tables) == holders
    assert all(table.faults == {component: "slow 1"} for table in tables.values())


@pytest.mark.chain
@pytest.mark.xdist_group("entrances")
def test_an_order_for_nothing_known_or_to_a_dead_process_says_so(province):
    with pytest.raises(BadInput, match="no such component"):
        province.fault("front/c", "down")
    with pytest.raises(BadInput):
        province.fault("front/a", "melt")
    province.kill("front-b")
    with pytest.raises(Unavailable, match="front-b"):
        province.fault("front/b", "down")
