"""Plan files as entries that know their lines, so that every mistake is named by file and line.

A file is TOML and ends with the line `# 完`: a copy that broke off is noticed wherever it broke.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hecha.kernel.errors import BadInput
from hecha.plan.closeness import suggest

END_MARK = "# 完"
FILE_CHARACTERS_MAX = 1_000_000
FILES_MAX = 50

_HEADER = re.compile(r"\s*\[{1,2}\s*([A-Za-z_]+)\s*\]{1,2}\s*(#.*)?$")
_TOML_LINE = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One table of a file: `[plan]`, or one of `[[clause]]`. Its getters raise BadInput with the key's line."""

    kind: str
    file: str
    line: int
    values: Mapping[str, Any]
    block: tuple[str, ...]  # its lines, the header first

    def where(self, key: str = "", text: str = "") -> str:
        """`file:line` of the entry, of a key in it, or of a text within the key."""
        return f"{self.file}:{self.line_of(key, text)}"

    def line_of(self, key: str = "", text: str = "") -> int:
        start = self._find(lambda line: re.match(rf"\s*\"?{re.escape(key)}\"?\s*[.=]", line), 0) if key else 0
        if text:
            start = self._find(lambda line: text in line, start)
        return self.line + start

    def _find(self, matches: Any, start: int) -> int:
        return next((at for at in range(start, len(self.block)) if matches(self.block[at])), start)

    def only(self, *known: str) -> None:
        """Refuse keys that are not known."""
        for key in self.values:
            if key not in known:
                raise BadInput(self.where(key), f"[{self.kind}] 没有“{key}”这一项", suggest(key, known))

    def text(self, key: str, default: str | None = None) -> str:
        value = self._get(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise BadInput(self.where(key), f"[{self.kind}] 的 {key} 应是一段文字", f'{key} = "…"')
        return value

    def integer(self, key: str, low: int, high: int) -> int:
        value = self._get(key, None)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise BadInput(self.where(key), f"[{self.kind}] 的 {key} 应是{low}到{high}的整数")
        return value

    def flag(self, key: str) -> bool:
        value = self._get(key, False)
        if not isinstance(value, bool):
            raise BadInput(self.where(key), f"[{self.kind}] 的 {key} 应是 true 或 false")
        return value

    def integers(self, key: str) -> tuple[int, ...]:
        return tuple(self._list(key, int, "整数"))

    def texts(self, key: str) -> tuple[str, ...]:
        return tuple(self._list(key, str, "文字"))

    def one_of(self, key: str, allowed: Iterable[str], default: str | None = None) -> str:
        word = self.text(key, default)
        choices = list(allowed)
        if word not in choices and word != default:
            raise BadInput(self.where(key), f"“{word}”不能作 {key}", suggest(word, choices))
        return word

    def _list(self, key: str, kind: type, zh: str) -> list[Any]:
        value = self._get(key, [])
        if not isinstance(value, list) or any(type(each) is not kind for each in value):
            raise BadInput(self.where(key), f"[{self.kind}] 的 {key} 应是一列{zh}", f"{key} = […]")
        return value

    def _get(self, key: str, default: Any) -> Any:
        if key in self.values:
            return self.values[key]
        if default is None:
            raise BadInput(self.where(), f"[{self.kind}] 缺“{key}”", f"补上 {key} = …")
        return default


def read_entries(files: Mapping[str, str], tables: Iterable[str], arrays: Iterable[str]) -> list[Entry]:
    """All entries of all files, in the order of file names, then of lines.

    `tables` are written `[name]` once a file, `arrays` `[[name]]` as often as needed; any other name is refused.
    """
    if len(files) > FILES_MAX:
        raise BadInput("办法", f"文件太多：至多{FILES_MAX}个")
    entries: list[Entry] = []
    for name in sorted(files):
        entries += _entries_of(name, files[name], frozenset(tables), frozenset(arrays))
    return entries


def _entries_of(name: str, text: str, tables: frozenset[str], arrays: frozenset[str]) -> list[Entry]:
    if len(text) > FILE_CHARACTERS_MAX:
        raise BadInput(name, f"文件太大：至多{FILE_CHARACTERS_MAX}个字")
    lines = tuple(text.splitlines())
    document = _toml(name, text, len(lines))
    if text.rstrip().rpartition("\n")[2].strip() != END_MARK:
        raise BadInput(f"{name}:{max(len(lines), 1)}", "文件残缺：末行不是“# 完”", "换一份完整的，或补上末行")
    starts = _starts(lines)
    entries: list[Entry] = []
    for kind, value in document.items():
        first = starts.get(kind, [0])[0]
        if kind not in tables | arrays:
            raise BadInput(f"{name}:{first + 1}", f"没有“{kind}”这种表", suggest(kind, sorted(tables | arrays)))
        entries += _of_kind(name, kind, value, kind in arrays, starts.get(kind, []), lines)
    return sorted(entries, key=lambda entry: entry.line)


def _of_kind(name: str, kind: str, value: Any, array: bool, starts: list[int], lines: tuple[str, ...]) -> list[Entry]:
    tables = value if isinstance(value, list) else [value]
    if isinstance(value, list) is not array or any(not isinstance(table, dict) for table in tables):
        wanted = f"[[{kind}]]" if array else f"[{kind}]"
        raise BadInput(f"{name}:{(starts or [0])[0] + 1}", f"{kind} 的写法不对", f"写作 {wanted}")
    found = []
    for at, table in enumerate(tables):
        start = starts[at] if at < len(starts) else 0
        found.append(Entry(kind, name, start + 1, table, _block(lines, start)))
    return found


def _block(lines: tuple[str, ...], start: int) -> tuple[str, ...]:
    end = next((at for at in range(start + 1, len(lines)) if _HEADER.match(lines[at])), len(lines))
    return lines[start:end]


def _starts(lines: tuple[str, ...]) -> dict[str, list[int]]:
    starts: dict[str, list[int]] = {}
    for at, line in enumerate(lines):
        if found := _HEADER.match(line):
            starts.setdefault(found.group(1), []).append(at)
    return starts


def _toml(name: str, text: str, length: int) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        found = _TOML_LINE.search(str(error))
        line = int(found.group(1)) if found and found.group(1) else max(length, 1)
        raise BadInput(f"{name}:{line}", f"不是合格的 TOML：{_in_words(str(error))}", "检查引号、括号和等号") from None


def _in_words(message: str) -> str:
    """The parser's complaint without its place, which is named already."""
    return _TOML_LINE.sub("", message).strip() or "读不懂"
