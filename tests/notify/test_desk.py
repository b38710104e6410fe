"""The inbox and the call list over every kind of database, and the ledger that tells the same."""

import asyncio
import json
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from hecha.edges.notify import calls, outbox
from hecha.edges.notify.calls import ROWS_MAX, Call
from hecha.edges.notify.outbox import ACKNOWLEDGED
from hecha.edges.notify.tables import notices
from hecha.edges.store import ledger
from hecha.edges.store.store import Store
from hecha.flow.convey import Result, Way
from hecha.kernel.errors import BadInput, Conflict, NotThere, Refused
from hecha.kernel.facts import Fact
from hecha.kernel.ids import UnitId
from hecha.organization.principal import Principal, Role
from tests.notify.town import MINUTE, NEWS, NOON, ORDER, Town, acknowledge, do, facts, message, put

CITY = Principal("city", "市中支科员", Role.BRANCH, UnitId("pbc/3303"))
COUNTY = Principal("county", "县支行科员", Role.BRANCH, UnitId("pbc/330381"))
PROVINCE = Principal("province", "省级科员", Role.BRANCH, UnitId("pbc/33"))
ENGINEER = Principal("engineer", "技术员", Role.ENGINEER, UnitId("bank/icbc"))
AUDITOR = Principal("auditor", "审计员", Role.AUDITOR, UnitId("pbc/3303"))
MACHINE = Principal("api:pbc/3303", "接口", Role.CLERK, UnitId("pbc/3303"))
CALL = Call("王乙", "0577-1002", "reached", "启动三级响应", "form-1")


@pytest.fixture
def town(store: Store) -> Town:
    return Town(store)


def run(what):
    return asyncio.run(what)


def ids(town: Town, who: Principal, view: str = "open") -> list[str]:
    return [entry.message.id for entry in town.desk.inbox(who, view).items]


def test_views(town: Town) -> None:
    order, news = put(town.store), put(town.store, NEWS, at=NOON + MINUTE)
    assert ids(town, CITY) == [news, order]
    assert ids(town, CITY, "waiting") == [order]
    run(town.desk.read(CITY, [news]))
    assert ids(town, CITY, "unread") == [order]
    acknowledge(town.store, order)
    assert ids(town, CITY) == [news]
    assert ids(town, CITY, "all") == [news, order]
    assert ids(town, PROVINCE, "all") == []
    with pytest.raises(BadInput, match="view"):
        town.desk.inbox(CITY, "everything")


def test_what_is_counted_as_unread_is_for_the_own_posts(town: Town) -> None:
    put(town.store)
    put(town.store, key="other", post="technology")
    put(town.store, key="whole", post="")
    assert town.desk.unread(CITY) == 2
    assert town.desk.unread(MACHINE) == 3  # not on the roster: all of the unit's
    run(town.desk.read(CITY, ids(town, CITY)))
    assert town.desk.unread(CITY) == 0


def test_reading_what_belongs_to_others_is_passed_over(town: Town) -> None:
    id = put(town.store)
    assert run(town.desk.read(PROVINCE, [id, "N1"])) == 0


@pytest.mark.parametrize(
    ("who", "changes", "error"),
    [
        (PROVINCE, {}, NotThere),
        (AUDITOR, {}, Refused),
        (CITY, {"post": "technology"}, Refused),
        (MACHINE, {}, BadInput),
    ],
)
def test_who_may_not_acknowledge(town: Town, who: Principal, changes, error) -> None:
    id = put(town.store, **changes)
    with pytest.raises(error):
        run(town.desk.acknowledge(who, id))
    assert message(town.store, id).waits


def test_an_institutions_machine_names_the_person(town: Town) -> None:
    id = put(town.store)
    run(town.desk.acknowledge(MACHINE, id, person="李丁"))
    assert (message(town.store, id).acked_by, message(town.store, id).acked_how) == ("李丁", "api")


def test_what_follows_from_an_acknowledgement_happens_in_its_transaction(town: Town) -> None:
    heard = []

    def follow(tx, noted) -> None:
        heard.append((noted.subject, noted.name, noted.how))
        tx.record(Fact("order:test:received", noted.subject, noted.at))
        if noted.how == "inbox":
            raise Conflict("the order is over")

    object.__setattr__(town.desk, "follow", follow)
    first, second = put(town.store), put(town.store, key="another")
    run(town.desk.acknowledge(CITY, first))
    run(calls.tick_off(town.desk, PROVINCE, second, CALL))
    assert heard == [("O12", "市中支科员", "inbox"), ("O12", "王乙", "telephone")]
    assert {message(town.store, id).state for id in (first, second)} == {ACKNOWLEDGED}
    assert len(facts(town.store, "order:test:")) == 1  # what was refused has left nothing


def test_who_is_not_on_the_roster_takes_note_but_receipts_nothing(town: Town) -> None:
    heard = []
    object.__setattr__(town.desk, "follow", lambda tx, noted: heard.append(noted))
    run(town.desk.acknowledge(MACHINE, put(town.store), person="李丁"))
    assert heard == []


def test_the_call_list_is_the_callers_area(town: Town) -> None:
    here = put(town.store)
    bank = put(town.store, key="bank", unit="bank/icbc/3303", post="group", at=NOON + MINUTE)
    put(town.store, key="far", unit="pbc/3301", at=NOON + MINUTE)
    put(town.store, NEWS)

    def listed(who: Principal) -> list[str]:
        return [row.message.id for row in calls.call_list(town.desk, who, "E7").rows]

    assert listed(CITY) == [here, bank]
    assert len(listed(PROVINCE)) == 3
    assert listed(ENGINEER) == [bank]
    assert listed(COUNTY) == []
    assert calls.subjects(town.desk, CITY) == [("E7", "order.start", 2)]
    with pytest.raises(Refused):
        calls.call_list(town.desk, AUDITOR, "E7")


def test_urgent_ones_stand_first_then_the_longest_waiting(town: Town) -> None:
    calm = put(town.store, key="calm", urgent=False, at=NOON - 9 * MINUTE)
    late = put(town.store, key="late", at=NOON - MINUTE)
    now = put(town.store, key="now")
    assert [row.message.id for row in calls.call_list(town.desk, CITY, "O12").rows] == [late, now, calm]


def test_more_rows_than_a_page_holds_are_counted(town: Town) -> None:
    for n in range(ROWS_MAX + 3):
        do(town.store, lambda tx, n=n: outbox.put(tx, _order(n)))
    listed = calls.call_list(town.desk, CITY, "E7")
    assert (len(listed.rows), listed.more) == (ROWS_MAX, 3)


def _order(n: int):
    return replace(ORDER, key=f"order:{n}")


def test_the_delivery_log_goes_on_page_by_page(town: Town) -> None:
    put(town.store)
    for n in range(5):
        town.clock.passes(minutes=1)
        run(calls.tick_off(town.desk, PROVINCE, ids(town, CITY)[0], Call("王乙", "1", "busy", "", str(n))))
    first = calls.delivery_log(town.desk, AUDITOR, limit=3)
    second = calls.delivery_log(town.desk, AUDITOR, first[-1].line.id, limit=3)
    assert [one.line.attempt for one in (*first, *second)] == [5, 4, 3, 2, 1]
    assert calls.delivery_log(town.desk, COUNTY) == []
    assert len(calls.delivery_log(town.desk, AUDITOR, way=Way.TELEPHONE)) == 5
    assert calls.delivery_log(town.desk, AUDITOR, way=Way.SMS) == []
    assert len(calls.delivery_log(town.desk, AUDITOR, result=Result.FAILED)) == 5  # each time engaged
    assert calls.delivery_log(town.desk, AUDITOR, result=Result.SENT) == []


def test_acknowledgements_replayed_from_the_ledger_are_those_of_the_table(town: Town) -> None:
    for n in range(4):
        put(town.store, key=f"order:{n}", at=NOON + n * MINUTE)
    one, two, three, _ = ids(town, CITY)[::-1]
    run(town.desk.acknowledge(CITY, one))
    run(calls.tick_off(town.desk, PROVINCE, two, CALL))
    acknowledge(town.store, three, "link:zhang", how="link", person="zhang")
    with town.store.read() as connection:
        told = {
            one.fact.subject: (one.fact.data["person"], one.fact.at, one.fact.data["how"], one.fact.data["revision"])
            for one in ledger.read(connection, kind="notice:message:acknowledged")
        }
        rows = connection.execute(select(notices).where(notices.c.state == ACKNOWLEDGED))
        assert told == {row.id: (row.acked_by, row.acked_at, row.acked_how, row.revision) for row in rows}
        assert len(told) == 3


def test_twenty_four_thousand_alerts_are_one_message_for_each_addressee(town: Town) -> None:
    """Two hundred addressees, 24,000 puts: 200 rows, and the text is the last one."""
    keys = [f"alert:A1:{n}" for n in range(200)]

    def storm(tx) -> None:
        for n in range(24_000):
            outbox.put(tx, _alert(keys[n % 200], n // 2_400))

    begun = time.perf_counter()
    town.store.submit(storm).result(240)
    print(f"24,000 puts took {time.perf_counter() - begun:.1f} s")
    with town.store.read() as connection:
        rows = connection.execute(select(notices.c.facts)).scalars().all()
        assert connection.execute(select(func.count()).select_from(notices)).scalar_one() == 200
    assert {json.loads(row)["level"] for row in rows} == {"9"}
    town.works()
    assert town.desk.unread(CITY) == 100  # "99+"


def _alert(key: str, level: int):
    return replace(NEWS, key=key, what="alert.raised", facts={"level": str(level)}, at=NOON + timedelta(seconds=level))
