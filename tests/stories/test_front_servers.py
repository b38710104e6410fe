"""Both front servers are lost for nine hours: 重大 by 1.4.2.2(2), head office decides, the province carries out."""

from pathlib import Path

from tests.stories.town import opened

FRONTS = ("front/a", "front/b")


async def test_nine_hours_without_front_servers(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        began = town.clock()
        town.breaks(*FRONTS)
        await town.passes(minutes=1)
        board = await (await town.at("pbc/33", "office")).page("/")
        assert "预警" in board
        await town.passes(hours=8, minutes=2)
        incident = town.incident()
        assert incident.level == 2
        assert (incident.discovered - began).total_seconds() <= 60
        page = await (await town.at("pbc/33", "group/leader")).page(f"/incidents/{incident.id}")
        assert "1.4.2.2(2)" in page
        assert "report.first" in town.owed("pbc/33")
