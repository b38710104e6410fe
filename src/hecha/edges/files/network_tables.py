"""Plain files of a network: every mistake is named by file and line, with a way out."""

import csv
import difflib
import io
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hecha.kernel.errors import BadInput

FILE_BYTES_MAX = 64 * 1024 * 1024
ROWS_MAX = 1_000_000

_ID_UNFIT = re.compile(r"[\s/{}&|()@\x00-\x1f]")


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a file: its cells by column, and where it stands."""

    file: str
    line: int
    cells: dict[str, Any]

    def wrong(self, what: str, suggestion: str = "") -> BadInput:
        """The error for a mistake in this record."""
        return BadInput(f"{self.file}:{self.line}", what, suggestion)

    def text(self, column: str) -> str:
        """A cell as text, "" when absent."""
        return str(self.cells.get(column, "")).strip()

    def needed(self, column: str) -> str:
        """A cell that must not be empty."""
        text = self.text(column)
        if not text:
            raise self.wrong(f"{column} 为空 / {column} is empty", f"填写 {column} / fill it in")
        return text

    def new_id(self, column: str, taken: Collection[str]) -> str:
        """A cell that names something for the first time; components are named after it, so `/` is out."""
        text = self.needed(column)
        if unfit := _ID_UNFIT.search(text):
            raise self.wrong(
                f"{column} {text!r} 含有 {unfit.group()!r} / must not contain {unfit.group()!r}",
                "用字母、数字、连字符 / use letters, digits and hyphens",
            )
        if text in taken:
            raise self.wrong(f"{column} {text!r} 重复 / is listed twice", "删除一行或改名 / remove one or rename it")
        return text

    def known(self, column: str, options: Collection[str], noun: str) -> str:
        """A cell that must name something that exists."""
        text = self.needed(column)
        if text not in options:
            raise self.wrong(f"{noun} {text!r} 不存在 / no such {column}", did_you_mean(text, options))
        return text

    def count(self, column: str) -> int:
        """A cell that is a whole number, 0 or more; 0 when absent."""
        text = self.text(column) or "0"
        if not (text.isascii() and text.isdigit()):
            raise self.wrong(f"{column} {text!r} 不是非负整数 / is not a whole number", "例如 12 / e.g. 12")
        return int(text)


def did_you_mean(word: str, options: Iterable[str]) -> str:
    """The nearest option, or a few of them."""
    choices = sorted(options)
    near = difflib.get_close_matches(word, choices, 1, 0.5)
    if near:
        return f"是否为 {near[0]}？/ did you mean {near[0]}?"
    return "可用 / one of: " + ", ".join(choices[:6]) + (" …" if len(choices) > 6 else "")


def read_text(path: Path) -> str:
    """The file as UTF-8 text; other encodings are recognised and refused with advice."""
    if path.stat().st_size > FILE_BYTES_MAX:
        raise BadInput(path.name, f"文件超过 {FILE_BYTES_MAX >> 20} MB / is too large", "拆分网络 / split it")
    data = path.read_bytes()
    if not data.strip():
        raise BadInput(f"{path.name}:1", "文件为空 / the file is empty", "至少要有一行 / it needs at least one line")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _encoding_error(path.name, data, error.start) from None


def _encoding_error(name: str, data: bytes, at: int) -> BadInput:
    where = f"{name}:{_line_at(data, at)}"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return BadInput(where, "文件是 UTF-16 编码 / is UTF-16", "另存为 UTF-8 / save it as UTF-8")
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return BadInput(where, "不是 UTF-8 文本 / is not UTF-8 text", "另存为 UTF-8 / save it as UTF-8")
    advice = f"在 Excel 中另存为“CSV UTF-8”，或 / or: iconv -f GB18030 -t UTF-8 {name}"
    return BadInput(where, "文件是 GBK 编码，应为 UTF-8 / is GBK, not UTF-8", advice)


def _line_at(data: bytes, at: int) -> int:
    return data.count(b"\n", 0, at) + 1


def read_csv(path: Path, needed: Sequence[str], optional: Sequence[str] = ()) -> list[Row]:
    """The rows of a CSV file with a header; blank lines and lines that begin with # are passed over."""
    reader = csv.reader(io.StringIO(read_text(path)), strict=True)
    lines = _records(path.name, reader)
    header = _header(path.name, lines, needed, optional)
    rows = [Row(path.name, line, _cells(path.name, line, header, cells)) for line, cells in lines]
    if not rows:
        raise BadInput(f"{path.name}:1", "只有表头，没有数据 / only a header", "添加数据行 / add rows")
    return rows


def _records(name: str, reader: Any) -> Iterator[tuple[int, list[str]]]:
    try:
        for cells in reader:
            if reader.line_num > ROWS_MAX:
                raise BadInput(name, f"超过 {ROWS_MAX} 行 / too many rows", "拆分网络 / split the network")
            if cells and any(cells) and not cells[0].startswith("#"):
                yield reader.line_num, cells
    except csv.Error as error:
        raise BadInput(f"{name}:{reader.line_num}", f"CSV 格式错误 / {error}", "检查引号 / check the quotes") from None


def _header(
    name: str, lines: Iterator[tuple[int, list[str]]], needed: Sequence[str], optional: Sequence[str]
) -> list[str]:
    line, header = next(lines, (1, []))
    header = [cell.strip() for cell in header]
    expected = "表头应为 / the header should be: " + ",".join(needed)
    for column in header:
        if column not in needed and column not in optional:
            raise BadInput(f"{name}:{line}", f"未知的列 {column!r} / unknown column", expected)
        if header.count(column) > 1:
            raise BadInput(f"{name}:{line}", f"列 {column!r} 重复 / column listed twice", expected)
    if missing := [column for column in needed if column not in header]:
        raise BadInput(f"{name}:{line}", f"缺少列 {missing[0]!r} / column missing", expected)
    return header


def _cells(name: str, line: int, header: list[str], cells: list[str]) -> dict[str, Any]:
    if len(cells) != len(header):
        what = f"有 {len(cells)} 列，应为 {len(header)} 列 / {len(cells)} columns instead of {len(header)}"
        raise BadInput(f"{name}:{line}", what, "检查逗号 / check the commas")
    return dict(zip(header, cells, strict=True))


class Toml:
    """A TOML file that can say on which line a key stands."""

    def __init__(self, path: Path) -> None:
        self.file = path.name
        self._text = read_text(path)
        try:
            self.data = tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as error:
            at = re.search(r"line (\d+)", str(error))
            line = at.group(1) if at else str(self._text.count("\n") + 1)
            raise BadInput(f"{path.name}:{line}", f"TOML 格式错误 / {error}", "见该行 / see that line") from None

    def line_of(self, key: str, nth: int = 0) -> int:
        """The line of the nth assignment to a key, or of its [table]; 1 when it is nowhere."""
        word = re.escape(key)
        pattern = rf"""^\s*(?:["']?{word}["']?\s*=|\[\[?{word}\]\]?)"""
        found = list(re.finditer(pattern, self._text, re.MULTILINE))
        return self._text.count("\n", 0, found[min(nth, len(found) - 1)].end()) + 1 if found else 1

    def table(self, name: str) -> dict[str, Any]:
        """A table of the file, empty when absent."""
        table = self.data.get(name, {})
        if not isinstance(table, dict):
            raise BadInput(f"{self.file}:{self.line_of(name)}", f"{name} 应为表 / should be a table", f"[{name}]")
        return table

    def row(self, key: str, cells: object, allowed: Collection[str]) -> Row:
        """One inline table as a row, its keys checked."""
        row = Row(self.file, self.line_of(key), cells if isinstance(cells, dict) else {})
        if not isinstance(cells, dict):
            raise row.wrong(f"{key} 应为表 / should be a table", f'{key} = {{ zh = "…" }}')
        for word in cells:
            if word not in allowed:
                raise row.wrong(f"未知的键 {word!r} / unknown key", did_you_mean(word, allowed))
        return row
