"""A generated national network for measuring: 31 provinces, 220,000 outlets. Not stored; always the same.

Provinces have their true codes and names; cities and counties below them are numbered, and so are all banks.
The paths are those of one province, so the shared components (relay, fronts, police) serve all 31.
"""

from collections.abc import Iterator

from hecha.edges.files.network_areas import AreaTable
from hecha.edges.files.network_folder import default_paths
from hecha.edges.files.network_outlets import Share, generate_outlets
from hecha.edges.sandbox.population import scatter
from hecha.kernel.ids import Access, AreaCode, BankId
from hecha.network.model import Area, AreaKind, Bank, Network

OUTLETS = 220_000
CITIES_PER_PROVINCE = 11
COUNTIES_PER_CITY = 8
LOCAL_BANKS_PER_PROVINCE = 100

PROVINCES = (
    "11北京市 12天津市 13河北省 14山西省 15内蒙古自治区 21辽宁省 22吉林省 23黑龙江省 31上海市 32江苏省 33浙江省",
    "34安徽省 35福建省 36江西省 37山东省 41河南省 42湖北省 43湖南省 44广东省 45广西壮族自治区 46海南省 50重庆市",
    "51四川省 52贵州省 53云南省 54西藏自治区 61陕西省 62甘肃省 63青海省 64宁夏回族自治区 65新疆维吾尔自治区",
)
_SHARE_OF_NATIONAL_BANKS = 60  # per cent of all outlets


def national_network(outlets: int = OUTLETS) -> Network:
    """31 provinces with 341 cities, 2,728 counties and about 3,100 banks. Deterministic."""
    areas = _areas()
    shares = list(_shares(areas, outlets))
    banks = {share.bank.id: share.bank for share in shares}
    return Network("national", "全国", "", areas.areas, banks, generate_outlets(shares, areas), default_paths())


def _provinces() -> Iterator[tuple[str, str]]:
    return ((word[:2], word[2:]) for line in PROVINCES for word in line.split())


def _areas() -> AreaTable:
    table = AreaTable("")
    for province, zh in _provinces():
        _add(table, province, zh, AreaKind.PROVINCE, None)
        for city in range(1, CITIES_PER_PROVINCE + 1):
            code = f"{province}{city:02}"
            _add(table, code, f"{zh[:2]}第{city}市", AreaKind.CITY, province)
            for county in range(1, COUNTIES_PER_CITY + 1):
                _add(table, f"{code}{county:02}", f"{zh[:2]}{city}市第{county}县", AreaKind.COUNTY, code)
    return table


def _add(table: AreaTable, code: str, zh: str, kind: AreaKind, parent: str | None) -> None:
    new = AreaCode(code)
    table.areas[new] = Area(new, zh, kind, AreaCode(parent) if parent else None, zh, f"pbc/{code}")
    if kind is AreaKind.COUNTY:
        table.weights[new] = 50 + scatter(int(code)) % 150


def _shares(areas: AreaTable, outlets: int) -> Iterator[Share]:
    """First the national banks everywhere, then each province's own, so that the total is exact."""
    everywhere = tuple(areas.counties())
    national = [outlets * _SHARE_OF_NATIONAL_BANKS // 100 // 21] * 21
    for nth, count in enumerate(national, 1):
        bank = Bank(BankId(f"n{nth:02}"), f"全国银行{nth}", Access.NATIONAL, "state" if nth <= 6 else "joint_stock")
        yield Share(bank, bank.zh, everywhere, count)
    local = 31 * LOCAL_BANKS_PER_PROVINCE
    each, more = divmod(outlets - sum(national), local)
    for nth in range(local):
        yield _local(areas, everywhere, nth, each + (nth < more))


def _local(areas: AreaTable, everywhere: tuple[AreaCode, ...], nth: int, count: int) -> Share:
    """A rural bank of one city; a third of them have no interface."""
    province = nth // LOCAL_BANKS_PER_PROVINCE
    per_province = CITIES_PER_PROVINCE * COUNTIES_PER_CITY
    first = province * per_province + nth % CITIES_PER_PROVINCE * COUNTIES_PER_CITY
    home = everywhere[first : first + COUNTIES_PER_CITY]
    access = Access.NONE if nth % 3 == 0 else Access.LOCAL
    bank = Bank(BankId(f"l{nth:04}"), f"{areas.areas[home[0]].zh[:2]}地方银行{nth}", access, "rural")
    return Share(bank, bank.zh, home, count)
