"""Measures of GB/T 9704 that both printers share (the template `official.typ` has its own copy in its language)."""

from datetime import date

RED = "D7000F"
UNDATED = date(2000, 1, 1)
HEAD_POINTS_MAX = 48.0
HEAD_POINTS_MIN = 22.0
TYPE_AREA_POINTS = 442.0  # 156 mm
TITLE_CHARS = 20  # of 二号 on one line
_BREAK_AFTER, _BREAK_BEFORE = "的、，）》和与及", "（《关的不以在因由"


def title_lines(title: str) -> str:
    """A title in lines of about the same length, broken at a joint of the sentence where one is near the middle."""
    return "\n".join(part for line in title.split("\n") for part in _even(line))


def _even(line: str) -> list[str]:
    count = -(-len(line) // TITLE_CHARS)
    if count < 2:
        return [line]
    wanted = len(line) // count
    near = sorted(range(max(wanted - 4, 1), min(wanted + 5, TITLE_CHARS + 1)), key=lambda at: abs(at - wanted))
    at = next((at for at in near if line[at - 1] in _BREAK_AFTER or line[at] in _BREAK_BEFORE), wanted)
    return [line[:at], *_even(line[at:])]


def head_points(head: str) -> float:
    """The size of the issuer's mark: large, but on one line of the type area."""
    return max(HEAD_POINTS_MIN, min(HEAD_POINTS_MAX, TYPE_AREA_POINTS * 0.97 / max(len(head), 1)))
