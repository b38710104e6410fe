"""Readings, rule 9: whether a city (Ningbo) counts is a setting of the plan."""

from dataclasses import replace
from pathlib import Path

import pytest

from hecha.edges.files.network_folder import load_network
from hecha.edges.files.plan_folder import load_plan
from hecha.edges.files.scenario_file import load_scenario
from hecha.flow.advise import advise
from hecha.incident.grade import Grader
from hecha.kernel.errors import BadInput
from hecha.kernel.ids import AreaCode

NINGBO = AreaCode("3302")
ALL_BUT_NINGBO = """
network: zhejiang
at: 2026-03-12T20:00:00+08:00
down: [CITIES]
""".replace(
    "CITIES",
    ", ".join(
        f"{{component: city/33{number:02}/line, since: 2026-03-12T08:00:00+08:00}}"
        for number in range(1, 12)
        if number != 2
    ),
)


@pytest.mark.parametrize(("left_out", "level"), [("", 3), ("3302", 2)])
def test_ten_dark_cities_are_the_whole_province_once_ningbo_stands_apart(
    tmp_path: Path, left_out: str, level: int
) -> None:
    plan = load_plan("zhejiang")
    plan = replace(plan, settings={**plan.settings, "left_out_cities": left_out})
    (tmp_path / "dark.yaml").write_text(ALL_BUT_NINGBO)
    scenario = load_scenario(str(tmp_path / "dark.yaml"), plan)
    advice = advise(Grader(plan, scenario.availability()), scenario.zone)
    assert advice["grade"]["level"] == level


def test_without_a_city_its_counties_outlets_and_authorities_are_gone() -> None:
    network = load_network("zhejiang").without({NINGBO})
    assert not [area for area in network.areas.values() if area.code.startswith(NINGBO)]
    assert not [outlet for outlet in network.outlets.values() if outlet.county.startswith(NINGBO)]
    assert NINGBO not in network.card_authorities.values()


def test_a_code_that_is_no_city_is_refused() -> None:
    with pytest.raises(BadInput, match="330203"):
        load_network("zhejiang").without({AreaCode("330203")})
