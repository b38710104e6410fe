"""Sheets as files: CSV (one sheet a file) and Excel (all sheets in one), in both directions.

Cells that a spreadsheet would take for a formula get an apostrophe on the way out, and lose it on the way in.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from hecha.kernel.errors import BadInput
from hecha.organization.sheets import SHEETS, Cells, Item, Mistake, Sheet, cells_of, items_of, sheet_of

BYTES_MAX = 4 * 1024 * 1024
UNPACKED_BYTES_MAX = 64 * 1024 * 1024  # an Excel file is a zip archive
ROWS_MAX = 60_000
COLUMNS_MAX = 40
CELL_CHARS_MAX = 500
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
EXCEL, CSV = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "text/csv; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Read:
    """What a file holds: items with where they stand, and what is wrong in it."""

    items: tuple[tuple[Sheet, int, Item], ...]
    mistakes: tuple[Mistake, ...]


def to_csv(key: str, items: Iterable[Item]) -> bytes:
    """One sheet, with the mark that makes Excel read UTF-8. Raises BadInput for an unknown sheet."""
    sheet = next((one for one in SHEETS if one.key == key), None)
    if sheet is None:
        raise BadInput("sheet", "没有这张表 no such sheet", "、".join(one.key for one in SHEETS))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(sheet.columns.values())
    writer.writerows([_safe(text) for text in cells_of(item).values()] for item in items if type(item) is sheet.kind)
    return out.getvalue().encode("utf-8-sig")


def to_excel(items: Iterable[Item]) -> bytes:
    """All sheets."""
    book = Workbook(write_only=True)
    pages = {}
    for sheet in SHEETS:
        page = pages[sheet.kind] = book.create_sheet(sheet.zh)
        page.freeze_panes = "A2"
        for nth in range(len(sheet.columns)):
            page.column_dimensions[chr(ord("A") + nth)].width = 18
        page.append([_cell(page, heading, bold=True) for heading in sheet.columns.values()])
    for item in items:
        page = pages[type(item)]
        page.append([_cell(page, _safe(text)) for text in cells_of(item).values()])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(name: str, data: bytes) -> Read:
    """A file by its name's ending. Raises BadInput when it cannot be read at all."""
    if len(data) > BYTES_MAX:
        raise BadInput(name, f"文件超过 {BYTES_MAX >> 20} MB too large", "分成几个文件 give several files")
    if name.lower().endswith(".xlsx"):
        return _joined(_excel_sheets(name, data))
    if name.lower().endswith(".csv"):
        return _joined([(name, _csv_rows(name, data))])
    raise BadInput(name, "只收 .csv 和 .xlsx only .csv and .xlsx", "另存为其中一种 save it as one of them")


def _joined(pages: Iterable[tuple[str, Iterator[tuple[int, list[str]]]]]) -> Read:
    items: list[tuple[Sheet, int, Item]] = []
    mistakes: list[Mistake] = []
    for name, rows in pages:
        headings = next(rows, (1, []))[1]
        if not any(headings):
            continue
        try:
            sheet = sheet_of(headings)
        except BadInput as error:
            mistakes.append(Mistake(name, 1, "", error.what, error.suggestion))
            continue
        found, wrong = items_of(sheet, ((number, _cells(headings, texts)) for number, texts in rows))
        items += [(sheet, number, item) for number, item in found]
        mistakes += wrong
    if not items and not mistakes:
        raise BadInput("1", "文件里没有一行资料 the file holds no row", "先导出一份作样子 export one to see the form")
    return Read(tuple(items), tuple(mistakes))


def _cells(headings: list[str], texts: list[str]) -> Cells:
    return dict(zip(headings, [*texts, *[""] * (len(headings) - len(texts))], strict=False))


def _csv_rows(name: str, data: bytes) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(_decoded(name, data)), strict=True)
    try:
        for number, row in enumerate(reader, 1):
            yield _bounded(name, number, [_unsafe(text) for text in row])
    except csv.Error as error:
        raise BadInput(
            f"{name}:{reader.line_num}", f"不是合格的 CSV not a proper CSV: {error}", "检查引号 quotes"
        ) from None


def _decoded(name: str, data: bytes) -> str:
    """UTF-8, or what Chinese Excel writes by default."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput(name, "认不出文字编码 unknown encoding", "另存为“CSV UTF-8” save it as CSV UTF-8")


def _excel_sheets(name: str, data: bytes) -> Iterator[tuple[str, Iterator[tuple[int, list[str]]]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > UNPACKED_BYTES_MAX:
            raise BadInput(name, "展开后过大 too large when unpacked", "分成几个文件 give several files")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except BadInput:
        raise
    except Exception as error:  # ok: whatever a damaged file makes the reader raise
        raise BadInput(name, "打不开这个 Excel 文件 cannot be opened", "用 Excel 另存一次 save it again") from error
    for page in book.worksheets:
        yield page.title, _excel_rows(page.title, page)


def _excel_rows(title: str, page: Any) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(page.iter_rows(values_only=True, max_col=COLUMNS_MAX), 1):
        yield _bounded(title, number, [_unsafe(_text(value)) for value in row])


def _bounded(name: str, number: int, texts: list[str]) -> tuple[int, list[str]]:
    if number > ROWS_MAX:
        raise BadInput(f"{name}:{number}", f"超过 {ROWS_MAX} 行 too many rows", "分成几个文件 give several files")
    if len(texts) > COLUMNS_MAX:
        raise BadInput(f"{name}:{number}", "列数太多 too many columns", "删去多余的列 remove some")
    return number, [text[:CELL_CHARS_MAX] for text in texts]


def _text(value: Any) -> str:
    """A cell of Excel as text; numbers that people typed as telephones keep their digits."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds").removesuffix(" 00:00:00")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _unsafe(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


def _cell(page: Any, text: str, *, bold: bool = False) -> Any:
    """A cell that is text, whatever it looks like."""
    cell = WriteOnlyCell(page, value=text)
    cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell
