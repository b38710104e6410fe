"""A group's recorded judgement by 1.4.1(1) or (2): an event by itself, kept over a restart, and ended by the group."""

from pathlib import Path

import pytest

from hecha.edges.store import ledger
from hecha.kernel.errors import BadInput, Refused
from hecha.organization.principal import Principal, Role
from tests.detection.town import BRANCH, CLERK, COUNTY, ENGINEER, LEADER, Town, opened

COLLAPSE = "collapse_by_disaster"
AUDITOR = Principal("auditor", "审计员", Role.AUDITOR, LEADER.unit)


def because(town: Town) -> list[str]:
    return list(next(iter(town.loop.picture.advice.values()))["because"])


async def test_a_judgement_is_an_event_until_the_group_ends_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.passes(minutes=6)
        assert because(town) == []
        await town.loop.flag(LEADER, COLLAPSE, True, "洪水淹没机房")
        assert because(town) == ["1.4.1(1)"]
        assert [(one.flag, one.by, one.reason) for one in town.loop.picture.judgements] == [
            (COLLAPSE, "leader", "洪水淹没机房")
        ]
        await town.loop.flag(BRANCH, COLLAPSE, True, "再说一次")  # it holds already
        await town.restarts()
        await town.passes(minutes=1)
        assert because(town) == ["1.4.1(1)"]
        await town.loop.flag(BRANCH, COLLAPSE, False, "机房已恢复")
        assert because(town) == []
        assert town.loop.picture.judgements == ()
        with town.store.read() as connection:
            facts = [one.fact for one in ledger.read(connection, kind="watch:judgement:")]
        assert [(one.kind, one.by, one.clause) for one in facts] == [
            ("watch:judgement:made", "leader", "1.4.1(1)"),
            ("watch:judgement:ended", "branch", "1.4.1(1)"),
        ]
        await town.restarts()
        await town.passes(minutes=1)
        assert because(town) == []


async def test_two_judgements_stand_side_by_side(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.passes(minutes=6)
        await town.loop.flag(LEADER, COLLAPSE, True, "地震")
        await town.loop.flag(LEADER, "staff_shortage", True, "隔离")
        assert because(town) == ["1.4.1(1)", "1.4.1(2)"]
        await town.loop.flag(LEADER, COLLAPSE, False, "已恢复")
        assert because(town) == ["1.4.1(2)"]


@pytest.mark.parametrize("who", [CLERK, ENGINEER, COUNTY, AUDITOR], ids=lambda who: who.account)
async def test_only_the_provinces_group_judges(tmp_path: Path, who: Principal) -> None:
    async with opened(tmp_path) as town:
        with pytest.raises(Refused):
            await town.loop.flag(who, COLLAPSE, True, "洪水")
        assert town.loop.picture.judgements == ()


@pytest.mark.parametrize(
    ("flag", "reason", "error"),
    [("flood", "洪水", BadInput), (COLLAPSE, " ", Refused), (COLLAPSE, "水" * 401, BadInput)],
)
async def test_a_judgement_names_a_known_flag_and_its_reason(
    tmp_path: Path, flag: str, reason: str, error: type[Exception]
) -> None:
    async with opened(tmp_path) as town:
        with pytest.raises(error):
            await town.loop.flag(LEADER, flag, True, reason)
        assert town.facts("watch:judgement:") == []
