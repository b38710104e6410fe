"""Numbers of headings: 一、 （一） 1. （1）, counted as they come."""

from collections.abc import Iterable

from hecha.flow.documents.model import Block, Heading

_DIGITS = "零一二三四五六七八九"
LEVELS = 4


def numbers(blocks: Iterable[Block]) -> tuple[str, ...]:
    """For each block its number, "" where it is no heading."""
    counts = [0] * LEVELS
    found = []
    for block in blocks:
        if not isinstance(block, Heading):
            found.append("")
            continue
        level = min(max(block.level, 1), LEVELS)
        counts[level - 1] += 1
        counts[level:] = [0] * (LEVELS - level)
        found.append(number(level, counts[level - 1]))
    return tuple(found)


def number(level: int, count: int) -> str:
    """The `count`-th heading of a level."""
    return (f"{chinese(count)}、", f"（{chinese(count)}）", f"{count}.", f"（{count}）")[level - 1]


def chinese(count: int) -> str:
    """1-99 in Chinese: 一, 十, 十二, 二十, 九十九; figures beyond."""
    if not 0 < count < 100:
        return str(count)
    tens, ones = divmod(count, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")
