"""The story of one outage at one counter: verification breaks, business goes on, recovery, back-verification, slip."""

from dataclasses import replace

from hecha.edges.store import ledger
from hecha.edges.store.lives import register, requests
from hecha.response.backlog import State
from hecha.verification.outcome import Outcome
from tests.api.town import BRANCH, Town, clerk, number, registration, verification

X1 = clerk("x1")


def test_from_outage_to_slip(town: Town) -> None:
    town.truth[number(2)] = Outcome.NAME_MISMATCH
    assert town.run(town.desk.verify(X1, verification(1)))["outcome"] == "match_photo"

    town.breaks()
    answer = town.run(town.desk.verify(X1, verification(1)))
    assert answer["outcome"] == "unavailable"
    assert [step["clause"] for step in answer["card"]["steps"]] == ["5.1.1(1)", "5.1.1(2)", "5.1.1(3)"]
    assert any(line["zh"] == "不要拒绝客户" for line in answer["card"]["wording"]["script"])

    same = town.run(town.desk.register(X1, registration(1), "k1"))
    other = town.run(town.desk.register(X1, registration(2), "k2"))
    assert (same["state"], same["durable"]) == ("registered", "local")
    assert town.works(60) >= 0
    assert town.desk.backlog(X1)["registered"] == 2  # nothing can be verified while the chain is away

    town.clock.passes(hours=9)
    town.recovers()
    town.works(120)
    assert {state: count for state, count in town.desk.backlog(X1).items() if count} == {"same": 1, "differs": 1}

    slip = town.run(town.desk.slip(X1, same["id"]))
    assert (slip["outcome"], slip["voucher"], slip["back_verification"]) == ("match_photo", "凭证1", True)
    assert slip["number"].startswith("330302*")
    (differing,) = town.desk.to_check(X1)["items"]
    assert (differing["id"], differing["next_step"]) == (other["id"], "ask_documents_or_police")
    assert town.desk.to_check(BRANCH)["items"][0]["id"] == other["id"]  # the branch's list

    settled = town.run(town.desk.settle(X1, other["id"], "police_confirm", "k3"))
    assert settled["state"] == "settled"
    assert town.desk.to_check(X1)["items"] == []

    assert len(town.entrance.asked) == 3  # one live, two back-verifications: nobody asked twice
    proves(town)


def proves(town: Town) -> None:
    """The chain is sound, and replaying the ledger gives the rows."""
    with town.store.read() as connection:
        assert ledger.verify(connection).broken_at is None
        assert register.replay(connection) == register.rows(connection)
        assert requests.replay(connection) == requests.rows(connection)


def test_live_requests_go_first(town: Town) -> None:
    town.breaks()
    for serial in range(5):
        town.run(town.desk.register(X1, registration(serial), f"k{serial}"))
    town.recovers()
    now = town.clock.passes(minutes=10)
    for _ in range(60):  # more live requests a second than the relay allows in all
        town.desk.office.live.note(now)
    assert town.run(town.drain.once()) == 1  # what is always left to the drain
    assert town.run(town.drain.once()) == 0
    town.works(30)
    assert town.desk.backlog(X1)["same"] == 5
    proves(town)


def test_a_probe_goes_before_the_crowd(town: Town) -> None:
    town.breaks()
    for serial in range(40):
        town.run(town.desk.register(X1, registration(serial), f"k{serial}"))
    town.recovers()
    town.clock.passes(minutes=10)
    taken = []
    for _ in range(10):
        town.clock.passes(seconds=1)
        taken.append(town.run(town.drain.once()))
    assert taken[:6] == [1, 2, 4, 8, 16, 9]
    assert town.desk.backlog(X1)["same"] == 40


def test_a_relapse_falls_back_to_probes_and_loses_nothing(town: Town) -> None:
    town.breaks()
    for serial in range(10):
        town.run(town.desk.register(X1, registration(serial), f"k{serial}"))
    town.picture = replace(town.picture, outlets_not_up={})  # it looks well …
    town.clock.passes(minutes=10)
    town.works(5)  # … but is not
    assert town.desk.backlog(X1)["registered"] == 10
    town.recovers()
    town.clock.passes(minutes=10)
    town.works(60)
    assert town.desk.backlog(X1)["same"] == 10
    assert len(town.entrance.asked) == len(set(town.entrance.asked)) == 10
    proves(town)


def test_a_dead_worker_delays_an_entry_by_one_lease_and_doubles_nothing(town: Town) -> None:
    town.breaks()
    for serial in range(4):
        town.run(town.desk.register(X1, registration(serial), f"k{serial}"))
    town.recovers()
    town.clock.passes(minutes=10)
    died = town.store.submit(lambda tx: town.drain._take(tx, 4)).result(10)
    for work in died[:2]:  # it asked for two of them, and died before it wrote anything
        town.run(town.drain._ask(work))
    town.works(59)
    assert town.desk.backlog(X1)["same"] == 0  # under lease
    town.works(10)
    assert town.desk.backlog(X1)["same"] == 4
    assert len(town.entrance.asked) == 4  # the same key gave the same answer: not asked twice
    with town.store.read() as connection:
        verified = ledger.read(connection, kind="register:entry:verified")
    assert len(verified) == 4
    late = town.store.submit(lambda tx: town.drain._settle(tx, died, [Outcome.NOT_FOUND] * 4))
    late.result(10)  # the dead one wakes up: no effect
    assert town.desk.backlog(X1)[State.SAME.value] == 4
    proves(town)
