"""A batch from file to result: bad rows named, good ones done, a dead worker delays one chunk by one lease."""

import csv
import io

from hecha.edges.store import ledger
from hecha.verification.outcome import Outcome
from tests.api.town import Town, clerk, number

X1 = clerk("x1")


def take(town: Town, count: int, extra: str = "", key: str = "k") -> str:
    rows = "\n".join(f"测试,{number(serial)}" for serial in range(count))
    text = f"姓名,公民身份号码\n{rows}\n{extra}"
    return town.run(town.desk.batch(X1, "rows.csv", text.encode(), {}, key))["id"]


def work(town: Town, times: int = 100) -> int:
    return sum(town.run(town.batch_worker.once()) for _ in range(times))


def test_a_batch_is_done_and_its_bad_rows_are_named(town: Town) -> None:
    town.truth[number(3)] = Outcome.NAME_MISMATCH
    id = take(town, 70, "测试,123\n,")
    before = town.desk.batch_progress(X1, id)
    assert (before["state"], before["total"], before["done"]) == ("running", 71, 1)
    assert work(town, 5) == 70
    after = town.desk.batch_progress(X1, id)
    assert (after["state"], after["done"]) == ("done", 71)
    assert after["outcomes"] == {"match_photo": 69, "name_mismatch": 1}
    assert [bad["row"] for bad in after["bad"]] == [71]
    lines = list(csv.reader(io.StringIO(town.run(town.desk.batch_results(X1, id)))))
    assert len(lines) == 72
    assert lines[4][2:5] == [number(3), "", "name_mismatch"]


def test_unavailable_rows_are_tried_again_and_a_batch_ends(town: Town) -> None:
    id = take(town, 40)
    town.entrance.down = True
    work(town, 2)
    assert town.desk.batch_progress(X1, id)["done"] == 0
    town.entrance.down = False
    town.clock.passes(minutes=1)
    work(town, 3)
    assert town.desk.batch_progress(X1, id)["outcomes"] == {"match_photo": 40}
    other = take(town, 5, key="k2")
    town.entrance.down = True
    for _ in range(6):
        work(town, 1)
        town.clock.passes(minutes=10)
    assert town.desk.batch_progress(X1, other)["outcomes"] == {"unavailable": 5}
    assert town.desk.batch_progress(X1, other)["state"] == "done"


def test_a_dead_worker_delays_its_chunk_by_one_lease(town: Town) -> None:
    id = take(town, 40)
    worker = town.batch_worker
    taken = town.store.submit(worker._take).result(10)
    assert taken is not None
    task, batch, people = taken
    town.run(worker._ask(task, batch, people[0]))  # it asked for one, and died
    assert work(town, 3) == 8  # the other chunk goes on
    town.clock.passes(seconds=61)
    assert work(town, 3) == 32
    assert town.desk.batch_progress(X1, id)["outcomes"] == {"match_photo": 40}
    assert len(town.entrance.asked) == 40  # nobody was asked twice
    late = {person["row"]: Outcome.NOT_FOUND for person in people}
    town.store.submit(lambda tx: worker._settle(tx, task, late)).result(10)
    assert town.desk.batch_progress(X1, id)["outcomes"] == {"match_photo": 40}
    with town.store.read() as connection:
        assert [one.fact.kind for one in ledger.read(connection, kind="batch:")] == [
            "batch:file:taken",
            "batch:file:done",
        ]


def test_opening_the_result_is_a_fact(town: Town) -> None:
    id = take(town, 3)
    work(town, 2)
    town.run(town.desk.batch_results(X1, id))
    with town.store.read() as connection:
        purposes = [one.fact.data["purpose"] for one in ledger.read(connection, kind="vault:item:opened")]
    assert purposes[-1] == f"batch result {id}"
