"""Storms: one alert a cause and one notice an addressee, however much is heard; the end, the flood, the retries."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hecha.edges.integrations import kept
from hecha.edges.integrations.taking import OPEN_MAX
from hecha.edges.procedure.alert_tables import deliveries, index, signals
from hecha.edges.procedure.registry import replayed
from hecha.flow.alerting import ALERT
from hecha.kernel.ids import Mode
from hecha.warning.alert import Kind, Origin, Phase, Task
from hecha.warning.commands import Assess, Lift, Notify
from hecha.warning.signal import Rule, Signal, Table
from tests.warning.town import MET_OFFICE, Town, opened
from tests.warning.words import judged

CORE = {"hecha_component": "bank/Z/core"}


def signal(n: int, name: str = "HostDown", *, resolved: bool = False, **labels: str) -> Signal:
    key = f"{n}|{'resolved' if resolved else 'firing'}"
    return Signal("prometheus", key, str(n), name, 3, resolved=resolved, title=f"{name} {n}", labels=labels)


def bulletin(n: int, over: bool = False, refers: tuple[str, ...] = (), **more: object) -> Signal:
    one = Signal("met", str(n), str(n), "台风", 4, likely=4, resolved=over, title="台风红色预警", kind=Kind.EVENT)
    return replace(one, nature="disaster", areas=("3301",), refers=refers, cause=f"cap/{n}", **more)  # type: ignore[arg-type]


def figures(town: Town, alert: str) -> tuple[int, int]:
    """(received, still firing)."""
    with town.watched.store.read() as connection:
        row = connection.execute(sa.select(index.c.received, index.c.firing).where(index.c.alert == alert)).one()
    return row.received, row.firing


async def test_twenty_four_thousand_alerts_of_three_causes_are_three_alerts(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        causes = (CORE, {"hecha_area": "3301"}, {"job": "node"})
        for part in range(4):
            await town.hears([signal(n, **causes[n % 3]) for n in range(6000 * part, 6000 * (part + 1))])
        alerts = town.alerts()
        assert len(alerts) == 3
        assert sorted(figures(town, one.id) for one in alerts) == [(8000, 8000)] * 3
        assert all(town.life(one.id) == ["raised"] for one in alerts)  # a fact a change, never one a signal
        assert {one.origin for one in alerts} == {Origin.ALERTMANAGER}
        to = [(one.unit, one.post) for one in town.notices if one.what == "alert.raised"]
        assert len({(one.key, one.unit, one.post) for one in town.notices}) == len(set(to))
        # and nothing of it is taken for an outage
        assert town.watched.loop.picture.faults == ()
        assert town.watched.grade() is None
        with town.watched.store.read() as connection:
            assert replayed(connection, ALERT) == {one.id: one for one in alerts}


async def test_the_same_again_changes_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        storm = [signal(n, **CORE) for n in range(100)]
        first = await town.hears(storm, body=b"the same")
        assert await town.hears(storm, body=b"the same") == first
        again = await town.hears([*storm, signal(100, **CORE)])  # overlapping, as a group grows
        assert (first["new"], again["new"]) == (100, 1)
        assert figures(town, town.alert().id) == (101, 101)


async def test_what_is_over_for_half_an_hour_lifts_itself(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.hears([signal(n, **CORE) for n in range(10)])
        await town.hears([signal(n, resolved=True, **CORE) for n in range(10)])
        await town.passes(minutes=20)
        assert town.alert().is_open
        await town.hears([replace(signal(3, **CORE), key="3|firing again")])  # it flaps: the clock begins anew
        await town.hears([signal(3, resolved=True, **CORE)])
        await town.passes(minutes=20)
        assert town.alert().is_open
        await town.passes(minutes=15)
        alert = town.alert()
        assert alert.phase is Phase.LIFTED
        assert town.life(alert.id) == ["raised", "quietened", "lifted"]


async def test_a_late_retry_of_the_beginning_does_not_open_it_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.hears([signal(1, **CORE)])
        await town.hears([signal(1, resolved=True, **CORE)])
        answer = await town.hears([signal(1, **CORE)])
        assert answer["new"] == 0
        assert figures(town, town.alert().id) == (1, 0)


async def test_what_a_person_has_lifted_stays_lifted_until_there_is_news(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.hears([signal(1, **CORE)])
        await town.tells(town.alert().id, Lift("误报", "branch", "pbc/33", town.watched.clock()))
        await town.hears([signal(1, **CORE)])
        assert len(town.alerts()) == 1
        await town.hears([signal(2, **CORE)])
        assert len(town.alerts()) == 2


async def test_monitors_and_measurement_meet_in_one_alert(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.hears([signal(n, hecha_component="front/a") for n in range(5)])
        heard = town.alert()
        assert heard.cause == "front/a|front/b"
        town.breaks("front/a", "front/b")
        await town.passes(minutes=2)
        joined, measured = town.alerts()
        assert (joined.joined, joined.is_open) == (measured.id, False)
        assert figures(town, measured.id) == (5, 5)
        await town.hears([signal(9, hecha_component="front/b")])
        assert figures(town, measured.id) == (6, 6)
        assert len(town.alerts()) == 2
        # its end is measured, whatever the monitors say
        await town.hears([signal(n, resolved=True, hecha_component="front/a") for n in (*range(5), 9)])
        await town.passes(minutes=40)
        assert town.alerts()[1].is_open


async def test_what_fires_on_after_the_measured_end_is_heard_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks("front/a", "front/b")
        await town.passes(minutes=2)
        await town.hears([signal(1, hecha_component="front/a")])
        town.mends("front/a", "front/b")
        await town.passes(minutes=45)
        assert [one.is_open for one in town.alerts()] == [False]
        await town.hears([signal(1, hecha_component="front/a")])
        assert [one.is_open for one in town.alerts()] == [False, True]
        assert figures(town, town.alerts()[1].id) == (0, 1)


async def test_an_operators_table_says_what_a_label_means(tmp_path: Path) -> None:
    table = Table(rules=(Rule("instance", "10.8.1.*", "front/a"), Rule("job", "lines-*", area="3302")))
    async with opened(tmp_path, table=table) as town:
        await town.hears([signal(1, instance="10.8.1.7:9100"), signal(2, instance="10.9.0.1:9100", job="lines-yi")])
        assert {(one.components, one.areas, one.unit) for one in town.alerts()} == {  # of one moment: in any order
            (("front/a",), (), "pbc/33"),
            ((), ("3302",), "pbc/3302"),
        }


async def test_a_component_that_is_not_there_is_only_a_name(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.hears([signal(1, hecha_component="front/z", hecha_area="99")])
        assert (town.alert().components, town.alert().areas) == ((), ())
        assert town.alert().cause == "prometheus/HostDown/"


async def test_a_flood_of_causes_is_bounded(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        answer = await town.hears([signal(n, f"Trouble{n}") for n in range(OPEN_MAX + 500)])
        with town.watched.store.read() as connection:
            assert kept.open_count(connection, "prometheus") == OPEN_MAX + 1
            flood = kept.open_causes(connection, ["flood/prometheus"])["flood/prometheus"]
        assert answer["new"] == OPEN_MAX + 500
        assert figures(town, flood) == (500, 500)
        await town.hears([signal(n, f"Trouble{n}", resolved=True) for n in range(OPEN_MAX, OPEN_MAX + 500)])
        assert figures(town, flood) == (500, 0)


async def test_what_is_kept_is_bounded_and_old_signals_are_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "KEPT_MAX", 50)
    async with opened(tmp_path) as town:
        await town.hears([signal(n, **CORE) for n in range(80)])
        assert figures(town, town.alert().id) == (80, 50)
        await town.hears([signal(n, resolved=True, **CORE) for n in range(50)])
        town.watched.clock.passes(hours=31 * 24)
        await town.hears([signal(1000, **CORE)])
        with town.watched.store.read() as connection:
            assert connection.execute(sa.select(sa.func.count()).select_from(signals)).scalar() == 1
            assert connection.execute(sa.select(sa.func.count()).select_from(deliveries)).scalar() == 1


async def test_a_typhoon_by_cap_is_updated_and_cancelled_by_its_issuer(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.hears([bulletin(1)], MET_OFFICE)
        alert = town.alert()
        assert (alert.kind, alert.unit, alert.areas, alert.phase) == (Kind.EVENT, "pbc/3301", ("3301",), Phase.RAISED)
        assert [(leg.clause, leg.post, leg.told) for leg in alert.legs] == [("3.2.3(2)", "group", None)]
        await town.hears([bulletin(2, refers=("1",), title="台风紧急警报")], MET_OFFICE)
        assert town.alert().title == "台风紧急警报"
        assert town.life(alert.id) == ["raised", "updated"]
        assert figures(town, alert.id) == (2, 1)
        await town.hears([bulletin(3, over=True, refers=("1",))], MET_OFFICE)  # it names the first one only
        assert town.alert().phase is Phase.LIFTED
        await town.hears([bulletin(1)], MET_OFFICE)
        assert len(town.alerts()) == 1


async def test_a_cancelled_warning_that_units_were_told_of_is_lifted_by_a_person(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.hears([bulletin(1)], MET_OFFICE)
        alert, now = town.alert().id, town.watched.clock()
        await town.tells(alert, Assess(judged(now, 4, 4)))
        await town.tells(alert, Notify(("bank/X",), (Task.PREPARE,), "leader", "pbc/3301", now))
        await town.hears([bulletin(2, over=True, refers=("1",))], MET_OFFICE)
        assert town.alert().is_open
        assert town.owed("pbc/3301") == ["alert.lift"]


async def test_a_warning_expires(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.hears([bulletin(1, ends=town.watched.clock() + timedelta(hours=1))], MET_OFFICE)
        await town.passes(minutes=59)
        assert town.alert().is_open
        await town.passes(minutes=3)
        assert town.alert().phase is Phase.LIFTED


async def test_signals_never_change_availability_or_grade(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        before = (town.watched.loop.picture.outlets_not_up, town.watched.loop.picture.advice)
        await town.hears([signal(n, hecha_component=name) for n, name in enumerate(("front/a", "front/b", "relay"))])
        await town.passes(hours=9)
        picture = town.watched.loop.picture
        assert (picture.outlets_not_up, picture.faults, town.watched.grade()) == (before[0], (), None)
        assert town.watched.state("x1", Mode.NON_INTERFACE).value == "up"
        assert town.incidents() == []


async def test_what_is_over_gives_way_to_what_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "KEPT_MAX", 50)
    async with opened(tmp_path) as town:
        await town.hears([signal(n, **CORE) for n in range(50)])
        await town.hears([signal(n, resolved=True, **CORE) for n in range(50)])
        await town.hears([signal(n, **CORE) for n in range(100, 130)])
        assert figures(town, town.alert().id) == (80, 30)
