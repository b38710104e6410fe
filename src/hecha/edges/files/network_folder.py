"""Networks from plain files: the built-in ones, or a folder of your own.

| file | what it holds |
|---|---|
| areas.toml or areas.csv | province, cities, counties; TOML may hold several revisions |
| banks.csv | id, zh, category, access; and short, home, outlets when outlets are generated |
| outlets.csv | id, zh, bank, county; without it they are generated |
| paths.toml | what a verification needs, per access and mode; without it `networks/paths.toml` |
| card_authorities.csv | authority, city; optional |
"""

from collections.abc import Mapping
from pathlib import Path

from hecha.edges.files.network_areas import AreaTable, read_areas
from hecha.edges.files.network_outlets import Share, generate_outlets, home_of, read_outlets
from hecha.edges.files.network_tables import Row, Toml, did_you_mean, read_csv
from hecha.edges.settings import data_root
from hecha.kernel.errors import BadInput
from hecha.kernel.ids import Access, AreaCode, BankId, Mode
from hecha.network.expression import parse
from hecha.network.model import AreaKind, Bank, Expression, Network

Paths = dict[tuple[Access, Mode], Expression]

CATEGORIES = ("policy", "state", "joint_stock", "city", "rural", "foreign", "village")


def load_network(name_or_path: str) -> Network:
    """`zhejiang` (the present revision), `zhejiang@2007`, or a folder of plain files (`folder@revision` as well).

    The network's name is what gives it again, from any folder. Raises BadInput; `where` is `file:line`."""
    folder, revision = _folder(name_or_path)
    areas = read_areas(folder, revision)
    bank_rows = _bank_rows(folder)
    banks = {bank.id: bank for bank in map(_bank, bank_rows)}
    listed = folder / "outlets.csv"
    if listed.is_file():
        outlets = read_outlets(listed, areas, banks)
    else:
        outlets = generate_outlets([_share(row, banks, areas) for row in bank_rows], areas)
    if not outlets:
        raise BadInput("banks.csv", "没有网点 / no outlet", "加 outlets.csv 或 outlets 列 / add outlets.csv or figures")
    zh = next((area.zh for area in areas.areas.values() if area.kind is AreaKind.PROVINCE), folder.name)
    paths, cards = load_paths(_paths_file(folder)), _card_authorities(folder, areas)
    name = folder.name if _built_in(folder.name) == folder else str(folder.absolute())
    return Network(
        f"{name}@{revision}" if revision else name, zh, areas.revision, areas.areas, banks, outlets, paths, cards
    )


def default_paths() -> Paths:
    """The path expressions of networks that have none of their own (`networks/paths.toml`)."""
    return load_paths(data_root() / "networks" / "paths.toml")


def load_paths(path: Path) -> Paths:
    """Expressions by access and mode. Raises BadInput with the line of the wrong [[path]]."""
    toml = Toml(path)
    entries = toml.data.get("path", [])
    if not isinstance(entries, list) or not entries:
        raise BadInput(f"{path.name}:1", "没有路径 / no [[path]]", "见 networks/paths.toml / see there")
    paths: Paths = {}
    for nth, cells in enumerate(entries):
        row = Row(path.name, toml.line_of("path", nth), cells)
        _add_path(paths, row, toml.line_of("expression", nth))
    return paths


def _add_path(paths: Paths, row: Row, line: int) -> None:
    for word in row.cells:
        if word not in ("mode", "access", "expression"):
            raise row.wrong(f"未知的键 {word!r} / unknown key", "mode, access, expression")
    mode = Mode(row.known("mode", [mode.value for mode in Mode], "方式"))
    expression = _expression(Row(row.file, line, row.cells))
    listed = row.cells.get("access")
    if not isinstance(listed, list) or not listed:
        raise row.wrong("access 应为列表 / access should be a list", 'access = ["local"]')
    for word in listed:
        access = Access(
            Row(row.file, row.line, {"access": word}).known("access", [a.value for a in Access], "接口类别")
        )
        if (access, mode) in paths:
            raise row.wrong(f"{access} {mode} 重复 / is listed twice", "保留一个 / keep one")
        paths[access, mode] = expression


def _expression(row: Row) -> Expression:
    text = row.needed("expression")
    try:
        return parse(text)
    except BadInput as error:
        way_out = error.suggestion or "& 表示都要，| 表示任一 / & needs all, | any one of, ( ) group"
        raise row.wrong(f"路径表达式 / path expression: {error.what}", way_out) from None


def _folder(name_or_path: str) -> tuple[Path, str]:
    """The folder and the wanted revision; a built-in name goes first, `@` in an existing path is part of it."""
    name, _, revision = name_or_path.rpartition("@") if "@" in name_or_path else (name_or_path, "", "")
    for text, wanted in ((name_or_path, ""), (name, revision)):
        for folder in (_built_in(text), Path(text)):
            if folder is not None and folder.is_dir():
                return folder, wanted
    raise BadInput(
        name_or_path,
        "没有这个网络 / no such network",
        did_you_mean(name, built_in_networks()) + "；或一个文件夹 / or a folder",
    )


def _again(folder: Path, revision: str) -> str:
    """What `load_network` takes to give the same network."""
    name = folder.name if _built_in(folder.name) == folder else str(folder.absolute())
    return f"{name}@{revision}" if revision else name


def built_in_networks() -> list[str]:
    """The names of the networks that ship with the product."""
    return sorted(path.name for path in (data_root() / "networks").iterdir() if path.is_dir())


def _built_in(name: str) -> Path | None:
    return data_root() / "networks" / name if name in built_in_networks() else None


def _paths_file(folder: Path) -> Path:
    own = folder / "paths.toml"
    return own if own.is_file() else data_root() / "networks" / "paths.toml"


def _bank_rows(folder: Path) -> list[Row]:
    path = folder / "banks.csv"
    if not path.is_file():
        raise BadInput(str(folder), "缺少 banks.csv / is missing", "id,zh,category,access")
    rows = read_csv(path, ("id", "zh", "category", "access"), ("short", "home", "outlets"))
    taken: set[str] = set()
    for row in rows:
        taken.add(row.new_id("id", taken))
    return rows


def _bank(row: Row) -> Bank:
    category = row.known("category", CATEGORIES, "类别")
    access = Access(row.known("access", [access.value for access in Access], "接口类别"))
    return Bank(BankId(row.text("id")), row.needed("zh"), access, category)


def _share(row: Row, banks: Mapping[BankId, Bank], areas: AreaTable) -> Share:
    bank = banks[BankId(row.text("id"))]
    return Share(bank, row.text("short") or bank.zh, home_of(row, areas), row.count("outlets"))


def _card_authorities(folder: Path, areas: AreaTable) -> dict[str, AreaCode]:
    path = folder / "card_authorities.csv"
    if not path.is_file():
        return {}
    cities = {code for code, area in areas.areas.items() if area.kind is AreaKind.CITY}
    found: dict[str, AreaCode] = {}
    for row in read_csv(path, ("authority", "city")):
        authority = row.needed("authority")
        if authority in found:
            raise row.wrong(f"签发机关 {authority} 重复 / is listed twice", "删除一行 / remove one")
        found[authority] = AreaCode(row.known("city", cities, "地市"))
    return found
