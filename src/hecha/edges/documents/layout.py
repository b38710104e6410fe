"""Measures of GB/T 9704 that both printers share (the template `official.typ` has its own copy in its language)."""

from datetime import date

RED = "D7000F"
UNDATED = date(2000, 1, 1)
HEAD_POINTS_MAX = 48.0
HEAD_POINTS_MIN = 22.0
TYPE_AREA_POINTS = 442.0  # 156 mm


def head_points(head: str) -> float:
    """The size of the issuer's mark: large, but on one line of the type area."""
    return max(HEAD_POINTS_MIN, min(HEAD_POINTS_MAX, TYPE_AREA_POINTS * 0.97 / max(len(head), 1)))
