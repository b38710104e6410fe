"""The areas of a network (行政区划): a dated TOML table with revisions, or a CSV of one moment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hecha.edges.files.network_tables import Row, Toml, did_you_mean, read_csv
from hecha.kernel.errors import BadInput
from hecha.kernel.ids import AreaCode
from hecha.network.model import Area, AreaKind

PRESENT = "present"
_KEYS = ("zh", "short", "branch", "weight", "since", "until", "was")


@dataclass(slots=True)
class AreaTable:
    """The areas of one revision. `weights` says how many outlets a county has in relation to others;
    `was` leads from a county that is not in this revision to the one that it came from."""

    revision: str
    areas: dict[AreaCode, Area] = field(default_factory=dict)
    weights: dict[AreaCode, int] = field(default_factory=dict)
    was: dict[str, str] = field(default_factory=dict)

    def counties(self) -> list[AreaCode]:
        """All counties, in the order of the file."""
        return [code for code, area in self.areas.items() if area.kind is AreaKind.COUNTY]


def read_areas(folder: Path, revision: str) -> AreaTable:
    """areas.toml, or else areas.csv. `revision` "" is the present one. Raises BadInput."""
    if (folder / "areas.toml").is_file():
        table = _from_toml(Toml(folder / "areas.toml"), revision)
    elif (folder / "areas.csv").is_file():
        table = _from_csv(folder / "areas.csv", revision)
    else:
        raise BadInput(str(folder), "缺少 areas.toml 或 areas.csv / is missing", "见 networks/zhejiang / see there")
    _check_cities(folder, table)
    return table


def _check_cities(folder: Path, table: AreaTable) -> None:
    parents = {area.parent for area in table.areas.values()}
    if not table.counties():
        raise BadInput(str(folder), "没有县 / no county in the areas", "至少一个地市和一个县 / add a city and a county")
    for code, area in table.areas.items():
        if area.kind is AreaKind.CITY and code not in parents:
            raise BadInput(str(folder), f"地市 {code} {area.zh} 没有县 / city without a county", "添加其县 / add one")


def _from_csv(path: Path, revision: str) -> AreaTable:
    if revision:
        raise BadInput(
            path.name, f"没有版本 {revision!r} / areas.csv has one revision only", "用 areas.toml / use TOML"
        )
    rows = read_csv(path, ("code", "zh", "kind", "parent"), ("short", "branch", "weight"))
    table = AreaTable("")
    for row in sorted(rows, key=_depth):
        _add(table, row, AreaKind(row.text("kind")), row.text("code"), row.text("parent"), row.text("branch"))
    return table


def _depth(row: Row) -> int:
    kinds = [kind.value for kind in AreaKind]
    return kinds.index(row.known("kind", kinds, "类别"))


def _from_toml(toml: Toml, revision: str) -> AreaTable:
    dates = toml.table("revisions")
    date = dates.get(revision or PRESENT, "" if not dates and not revision else None)
    if date is None:
        where = f"{toml.file}:{toml.line_of('revisions')}"
        raise BadInput(where, f"没有版本 {revision or PRESENT!r} / no such revision", did_you_mean(revision, dates))
    table = AreaTable(str(date))
    province = toml.row("province", toml.data.get("province"), ("code", *_KEYS))
    top = province.needed("code")
    _add(table, province, AreaKind.PROVINCE, top, "", _branch(province, top))
    year = int(str(date)[:4]) if date else 9999
    for kind, name in ((AreaKind.CITY, "cities"), (AreaKind.COUNTY, "counties")):
        _add_all(table, kind, _rows(toml, name), year, top)
    return table


def _rows(toml: Toml, name: str) -> Mapping[str, Row]:
    return {code: toml.row(code, cells, _KEYS) for code, cells in toml.table(name).items()}


def _add_all(table: AreaTable, kind: AreaKind, rows: Mapping[str, Row], year: int, province: str) -> None:
    for code, row in rows.items():
        if (row.count("since")) <= year < (row.count("until") or 9999):
            parent = province if kind is AreaKind.CITY else code[:4]
            _add(table, row, kind, code, parent, _branch(row, code))
        elif row.text("was"):
            table.was[code] = row.known("was", rows, "原县")


def _branch(row: Row, code: str) -> str:
    value = row.cells.get("branch", False)
    if not isinstance(value, bool):
        raise row.wrong(f"branch {value!r} 不是 true 或 false / is neither true nor false", "branch = true")
    return f"pbc/{code}" if value else ""


def _add(table: AreaTable, row: Row, kind: AreaKind, code: str, parent: str, branch: str) -> None:
    row = Row(row.file, row.line, {**row.cells, "code": code})
    new = AreaCode(row.new_id("code", table.areas))
    above = _parent(table, row, kind, parent)
    zh = row.needed("zh")
    table.areas[new] = Area(new, zh, kind, above, row.text("short") or zh, branch)
    if kind is AreaKind.COUNTY:
        table.weights[new] = row.count("weight") if "weight" in row.cells else 1


def _parent(table: AreaTable, row: Row, kind: AreaKind, parent: str) -> AreaCode | None:
    """The area above, which must be one step up; a province has none, a city may have none."""
    if kind is AreaKind.PROVINCE or (kind is AreaKind.CITY and not parent):
        return None
    wanted = AreaKind.PROVINCE if kind is AreaKind.CITY else AreaKind.CITY
    above = table.areas.get(AreaCode(parent))
    if above is None or above.kind is not wanted:
        noun = "县没有所属地市" if kind is AreaKind.COUNTY else "地市没有所属省"
        raise row.wrong(
            f"{noun} {parent!r} / {kind.value} {row.text('code')} without its {wanted.value}",
            did_you_mean(parent, _of_kind(table, wanted)),
        )
    return above.code


def _of_kind(table: AreaTable, kind: AreaKind) -> Iterable[str]:
    return [code for code, area in table.areas.items() if area.kind is kind]
