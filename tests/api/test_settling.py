"""After back-verification: customers who cannot be reached, and certificates of the result for the police."""

from datetime import UTC, datetime, timedelta

import pytest

from hecha.edges.api.office import SHANGHAI
from hecha.edges.store.lives import register
from hecha.kernel.errors import NotThere, Refused
from hecha.kernel.moments import working_days_after
from hecha.verification.outcome import Outcome
from tests.api.town import BRANCH, Town, clerk, number, registration

X1, Y1 = clerk("x1"), clerk("y1")


def differing(town: Town) -> str:
    """An entry whose back-verification differs."""
    town.truth[number(2)] = Outcome.NAME_MISMATCH
    entry = str(town.run(town.desk.register(X1, registration(2), "k"))["id"])
    town.works(30)
    return entry


def test_called_in_vain_and_called_again(town: Town) -> None:
    entry = differing(town)
    called = town.run(town.desk.unreached(X1, entry, "k1"))
    assert (called["state"], called["calls"]) == ("unreached", 1)
    assert datetime.fromisoformat(called["next_at"]) - town.clock() == timedelta(hours=24)
    assert town.run(town.desk.unreached(X1, entry, "k1")) == called  # the same key: the same answer
    town.clock.passes(hours=24)
    assert town.run(town.desk.unreached(X1, entry, "k2"))["calls"] == 2
    assert [one["id"] for one in town.desk.to_check(X1)["items"]] == [entry]
    town.run(town.desk.settle(X1, entry, "corrected", "k3"))
    assert town.desk.to_check(X1)["items"] == []


def test_a_certificate_goes_to_the_police_and_comes_back(town: Town) -> None:
    entry = differing(town)
    with pytest.raises(NotThere):
        town.run(town.desk.certificate(X1, entry))
    issued = town.run(town.desk.certify(X1, entry, "k1"))
    assert (issued["state"], issued["certificate"][:10]) == ("at_police", "ZM20260312")
    shown = town.run(town.desk.certificate(X1, entry))
    assert (shown["number"], shown["outcome"]) == (number(2), "name_mismatch")
    assert town.run(town.desk.settle(X1, entry, "police_confirm", "k2"))["state"] == "settled"
    with town.store.read() as connection:
        assert register.replay(connection) == register.rows(connection)


def test_nobody_else_issues_or_opens_one(town: Town) -> None:
    entry = differing(town)
    town.run(town.desk.certify(X1, entry, "k1"))
    with pytest.raises(NotThere):
        town.run(town.desk.certificate(Y1, entry))
    with pytest.raises(Refused):
        town.run(town.desk.certify(BRANCH, entry, "k2"))


@pytest.mark.parametrize(
    ("issued", "due"),
    [
        ("2026-03-12T10:00", "2026-03-16T10:00"),
        ("2026-03-13T16:00", "2026-03-17T16:00"),
        ("2026-03-14T09:00", "2026-03-17T09:00"),
    ],
)
def test_two_working_days(issued: str, due: str) -> None:
    """Thursday to Monday, Friday to Tuesday, Saturday to Tuesday."""
    moment = datetime.fromisoformat(f"{issued}+08:00").astimezone(UTC)
    assert working_days_after(moment, 2, SHANGHAI) == datetime.fromisoformat(f"{due}+08:00")
