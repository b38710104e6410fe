"""What the values of a scenario may be, and what a wrong one says."""

import difflib
from collections.abc import Collection, Mapping
from typing import Any, NoReturn

from hecha.kernel.errors import BadInput


class Unquoted(str):
    """A number that was written without quotes: the characters as they stand in the file."""

    __slots__ = ()


def unfit(where: str, what: str) -> NoReturn:
    """A value of the wrong kind."""
    raise BadInput(where, what)


def keys(where: str, given: Mapping[Any, Any], known: Collection[str], required: Collection[str] = ()) -> None:
    """Every key is known, and those that are required are there."""
    for key in given:
        if key not in known:
            near = difflib.get_close_matches(str(key), list(known), 1, 0.5)
            hint = f"是否为 {near[0]} / did you mean {near[0]}?" if near else "可用 / one of: " + ", ".join(known)
            raise BadInput(where, f"未知的键 {key!s} / unknown key {key!s}", hint)
    for key in required:
        if given.get(key) is None:
            raise BadInput(where, f"缺少 {key} / {key} is missing", f"{key}: …")


def mapping(where: str, value: object) -> Mapping[str, Any]:
    """Keys and values."""
    if not isinstance(value, Mapping):
        raise BadInput(where, f"{_short(value)} 应为键和值 / should be keys and values")
    return value


def items(where: str, value: object) -> list[object]:
    """A list; nothing at all is an empty one."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadInput(where, f"{_short(value)} 应为列表 / should be a list", f"{where}: [ … ]")
    return value


def text(where: str, value: object) -> str:
    """A word. A number without quotes is refused: its leading zeros may already be lost."""
    if isinstance(value, Unquoted | bool) or (value is not None and not isinstance(value, str | list | Mapping)):
        raise BadInput(where, f"{value} 没有加引号 / {value} is not quoted", f'写成 / write "{value}"')
    if not isinstance(value, str) or not value.strip():
        raise BadInput(where, f"{_short(value)} 应为文字 / should be a word")
    return value


def identity(where: str, value: object) -> str:
    """A word that names something: components are named after it, so it holds no `/`."""
    word = text(where, value)
    for character in word:
        if character in "/{}" or ord(character) < 32:
            raise BadInput(where, f"{word!r} 含有 {character!r} / the id {word!r} contains {character!r}")
    return word


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."
