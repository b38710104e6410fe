"""The outlets of a network: listed in outlets.csv, or generated from the banks' figures, always the same."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hecha.edges.files.network_areas import AreaTable
from hecha.edges.files.network_tables import Row, read_csv
from hecha.kernel.errors import BadInput
from hecha.kernel.ids import AreaCode, BankId, OutletId
from hecha.network.model import AreaKind, Bank, Outlet

OUTLETS_MAX = 400_000
_PLACES_TEXT = (
    "城东 城西 城南 城北 城中 解放路 人民路 中山路 建设路 文化路 环城路 新华路 和平路 滨江路 湖滨 江南 江北 开发区 "
    "新区 高新 老街 南门 北门 东门 西门 车站 广场 市场 商城 大桥 桥头 河滨 学院路 体育场 青年路 迎宾路 "
    "振兴路 兴业路 工业园 科技园 望江 临湖 古城 新城 东湖 西郊 南郊 北郊 东郊 溪口 山前 塘下 埠头 镇中 "
    "镇东 镇西 石桥 花园 梅园 桂园 松风 竹里 云台 平安里"
)
PLACES = tuple(_PLACES_TEXT.split())


@dataclass(frozen=True, slots=True)
class Share:
    """What a bank's outlets are generated from: how many, and in which counties ("" home: everywhere)."""

    bank: Bank
    short: str
    home: tuple[AreaCode, ...]
    outlets: int


def read_outlets(path: Path, areas: AreaTable, banks: Mapping[BankId, Bank]) -> dict[OutletId, Outlet]:
    """outlets.csv: id, zh, bank, county. Raises BadInput with the line."""
    counties = {code for code, area in areas.areas.items() if area.kind is AreaKind.COUNTY}
    outlets: dict[OutletId, Outlet] = {}
    for row in read_csv(path, ("id", "zh", "bank", "county")):
        new = OutletId(row.new_id("id", outlets))
        bank = BankId(row.known("bank", banks, "机构"))
        outlets[new] = Outlet(new, row.needed("zh"), bank, AreaCode(row.known("county", counties, "县")))
    return outlets


def home_of(row: Row, areas: AreaTable) -> tuple[AreaCode, ...]:
    """The counties in which a bank works: its `home` codes, cities spread into counties; all when empty."""
    counties = areas.counties()
    found: list[AreaCode] = []
    for word in row.text("home").split():
        code = AreaCode(areas.was.get(word, word))
        within = [county for county in counties if code in (county, areas.areas[county].parent)]
        if not within:
            raise row.wrong(f"home {word!r} 不存在 / no such city or county", "填写地市或县的代码 / give a code")
        found += [county for county in within if county not in found]
    return tuple(found) or tuple(counties)


def generate_outlets(shares: Sequence[Share], areas: AreaTable) -> dict[OutletId, Outlet]:
    """Every bank's outlets, spread over its counties by their weights; the same input gives the same outlets."""
    total = sum(share.outlets for share in shares)
    if total > OUTLETS_MAX:
        raise BadInput("banks.csv", f"网点共 {total} 个，超过 {OUTLETS_MAX} / too many outlets", "减少 / give fewer")
    return {outlet.id: outlet for share in shares for outlet in _of_bank(share, areas)}


def _of_bank(share: Share, areas: AreaTable) -> Iterator[Outlet]:
    number = 0
    weights = [areas.weights[county] for county in share.home]
    for county, count in zip(share.home, spread(share.outlets, weights), strict=True):
        front, main = (
            (share.short + areas.areas[county].short, "支行") if len(share.home) > 1 else (share.short, "营业部")
        )
        for nth in range(count):
            number += 1
            new = OutletId(f"{share.bank.id}-{number:04}")
            yield Outlet(new, front + _place(nth, number - nth, main), share.bank.id, county)


def _place(nth: int, shift: int, main: str) -> str:
    """The first outlet in a county is its main one, the others are named after places."""
    if nth == 0:
        return main
    turn, place = divmod(nth - 1, len(PLACES))
    return PLACES[(place + shift) % len(PLACES)] + ("支行" if turn == 0 else f"第{turn + 1}支行")


def spread(count: int, weights: Sequence[int]) -> list[int]:
    """Whole numbers in proportion to the weights that add up to the count (largest remainders, first come first)."""
    total = sum(weights)
    if total == 0:
        weights, total = [1] * len(weights), len(weights)
    whole = [count * weight // total for weight in weights]
    remainders = sorted(range(len(weights)), key=lambda i: -(count * weights[i] % total))
    for i in remainders[: count - sum(whole)]:
        whole[i] += 1
    return whole
