"""Batch verification (批量核查): rows of a table in, rows of results out. Bad rows are named, good ones are done."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hecha.kernel.errors import BadInput
from hecha.verification.subject import check_name, check_number

ROWS_MAX = 10_000
CELL_CHARS_MAX = 200
_NAMES = {"姓名": "name", "name": "name"}
_NUMBERS = {"公民身份号码": "number", "身份证号": "number", "身份证号码": "number", "number": "number"}
_AUTHORITIES = {"签发机关": "card_authority", "card_authority": "card_authority"}
_COLUMNS = _NAMES | _NUMBERS | _AUTHORITIES
_DEFAULT = ("name", "number", "card_authority")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Row:
    """One good row; `row` counts from 1 as a person counts lines under the heading. Its repr shows nobody."""

    row: int
    name: str
    number: str
    card_authority: str = ""

    def __repr__(self) -> str:
        return f"Row({self.row}, ***)"


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be asked, and why; the content is not repeated."""

    row: int
    problem: str


@dataclass(frozen=True, slots=True)
class Sheet:
    rows: tuple[Row, ...]
    bad: tuple[BadRow, ...]

    @property
    def total(self) -> int:
        return len(self.rows) + len(self.bad)


def parse(text: str) -> Sheet:
    """A CSV text (with a heading or in the order name, number, authority) as rows. Raises BadInput for the whole."""
    lines = _lines(text)
    if not lines:
        raise BadInput("file", "文件中没有数据行 (no rows)", "每行：姓名,公民身份号码")
    columns, first = _columns(lines[0])
    body = lines[first:]
    if len(body) > ROWS_MAX:
        raise BadInput("file", f"有 {len(body)} 行，最多 {ROWS_MAX} 行 (too many rows)", "请分成几个文件")
    return _sheet(columns, body)


def export(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A CSV text whose cells no spreadsheet takes for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe_cell(cell) for cell in heading])
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def safe_cell(value: object) -> str:
    """The text of a cell; one that a spreadsheet would compute gets an apostrophe in front."""
    text = str(value)
    return f"'{text}" if text.lstrip(" 　").startswith(_FORMULA) or text.startswith(_FORMULA) else text


def _lines(text: str) -> list[list[str]]:
    try:
        read = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True))
    except csv.Error as error:
        raise BadInput("file", f"不是有效的 CSV (not a valid CSV: {error})", "请检查引号") from None
    return [line for line in read if any(cell.strip() for cell in line)]


def _columns(first: list[str]) -> tuple[tuple[str, ...], int]:
    """The meaning of each column, and where the rows begin."""
    named = tuple(_COLUMNS.get(cell.strip().lower(), "") for cell in first)
    if "name" not in named and "number" not in named:
        return _DEFAULT, 0
    if "name" not in named or "number" not in named:
        raise BadInput("file:1", "表头缺少姓名或公民身份号码 (heading lacks name or number)", "姓名,公民身份号码")
    return named, 1


def _sheet(columns: tuple[str, ...], body: list[list[str]]) -> Sheet:
    rows: list[Row] = []
    bad: list[BadRow] = []
    for at, cells in enumerate(body, 1):
        one = _row(at, columns, cells)
        if isinstance(one, Row):
            rows.append(one)
        else:
            bad.append(one)
    return Sheet(tuple(rows), tuple(bad))


def _row(at: int, columns: tuple[str, ...], cells: list[str]) -> Row | BadRow:
    if any(len(cell) > CELL_CHARS_MAX for cell in cells):
        return BadRow(at, "单元格过长 (a cell is too long)")
    values = {column: cell.strip() for column, cell in zip(columns, cells, strict=False) if column}
    try:
        name, number = check_name(values.get("name", "")), check_number(values.get("number", ""))
    except BadInput as error:
        return BadRow(at, error.what)
    return Row(at, name, number, values.get("card_authority", ""))
