"""One measured figure, with its goal."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`goal` reads as a person says it; `ratio_to` names the peer when `value` is a ratio; `met` None: no goal."""

    name: str
    value: float
    unit: str
    goal: str = ""
    ratio_to: str = ""
    met: bool | None = None
