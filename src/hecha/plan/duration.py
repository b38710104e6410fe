"""Durations in words (时限) and back: `超过8小时不超过48小时` is `Span(481, 2880)`.

超过 excludes the number, 不足 too; 以上, 以下 and 不超过 include it (readings, rule 1).
"""

import re
from decimal import Decimal

from hecha.kernel.errors import BadInput
from hecha.plan.model import Span

_UNITS = {"分钟": 1, "小时": 60, "天": 1440}
_AMOUNT = r"([0-9]{1,6}(?:\.[0-9]{1,2})?)(分钟|小时|天)"
_LOWER = re.compile(rf"超过{_AMOUNT}|{_AMOUNT}以上")
_UPPER = re.compile(rf"不超过{_AMOUNT}|{_AMOUNT}以下|不足{_AMOUNT}")
MINUTES_MAX = 366 * 1440
_WAY_OUT = "写作 超过8小时、30分钟以上、超过8小时不超过48小时"


def parse_span(word: str, where: str) -> Span:
    """A span in minutes, both ends inclusive. Raises BadInput for an unknown word or an empty span."""
    lower = _LOWER.match(word)
    rest = word[lower.end() :] if lower else word
    upper = _UPPER.fullmatch(rest) if rest else None
    if not word or (rest and upper is None):
        raise BadInput(where, f"时限“{word}”不认得", _WAY_OUT)
    low = _low(lower, where) if lower else 0
    high = _high(upper, where) if upper else None
    if high is not None and high < max(low, 1):
        raise BadInput(where, f"时限“{word}”的下限高于上限，永远不会成立", "把小的写在前面")
    return Span(low, high)


def show_span(span: Span) -> str:
    """The span in words, "" for any duration; `parse_span` reads it back."""
    low = ""
    if span.low > 0:
        low = f"超过{amount(span.low - 1)}" if _round(span.low - 1) else f"{amount(span.low)}以上"
    return low + (f"不超过{amount(span.high)}" if span.high is not None else "")


def amount(minutes: int) -> str:
    """`480` → 8小时, `30` → 30分钟."""
    return f"{minutes // 60}小时" if _round(minutes) else f"{minutes}分钟"


def _round(minutes: int) -> bool:
    return minutes > 0 and minutes % 60 == 0


def _low(found: re.Match[str], where: str) -> int:
    over, over_unit, least, least_unit = found.groups()
    return _minutes(over, over_unit, where) + 1 if over else _minutes(least, least_unit, where)


def _high(found: re.Match[str], where: str) -> int:
    most, most_unit, down, down_unit, under, under_unit = found.groups()
    if under:
        return _minutes(under, under_unit, where) - 1
    return _minutes(most or down, most_unit or down_unit, where)


def _minutes(number: str, unit: str, where: str) -> int:
    minutes = Decimal(number) * _UNITS[unit]
    if minutes != int(minutes):
        raise BadInput(where, f"“{number}{unit}”不是整分钟", "以分钟为最小单位")
    if minutes > MINUTES_MAX:
        raise BadInput(where, f"“{number}{unit}”太长", "至多366天")
    return int(minutes)
