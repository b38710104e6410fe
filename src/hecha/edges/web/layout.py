"""The schematic's places (示意图): cities as cards in rough places, by row and column. It shows no boundaries.

Networks without a layout of their own are drawn as a plain grid in the order of their codes.
"""

from collections.abc import Mapping

ZHEJIANG: Mapping[str, tuple[int, int]] = {
    "3305": (1, 2),
    "3304": (1, 3),
    "3301": (2, 2),
    "3306": (2, 3),
    "3302": (2, 4),
    "3309": (2, 5),
    "3308": (3, 1),
    "3307": (3, 2),
    "3310": (3, 4),
    "3311": (4, 2),
    "3303": (4, 3),
}


def place(city: str) -> str:
    """The classes that put a city's card into its place, "" where there is none."""
    if city not in ZHEJIANG:
        return ""
    row, column = ZHEJIANG[city]
    return f"row-{row} column-{column}"
