"""The legs of a report: to whom one unit reports, by which clause, and how fast."""

from dataclasses import dataclass

from hecha.organization.units import HEAD_OFFICE

ELSEWHERE = "above/"
"""Prefix of a bank's superior outside the province: `above/bank/icbc`."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One receiver of a report: by which clause, how fast, in minutes (`repeat_minutes` 0: no progress asked for)."""

    to: str
    clause: str
    speed: str
    notice_minutes: int
    written_minutes: int
    repeat_minutes: int = 0


def is_outside(unit: str) -> bool:
    """Whether a receiver has no seat in the system: head office, and a bank's superior in another province."""
    return unit == HEAD_OFFICE or unit.startswith(ELSEWHERE)
