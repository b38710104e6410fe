"""Import and export of the organisation. An import is whole or nothing; every mistake is named by row and column."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime

from hecha.edges.organization.edits import Edits, items_of
from hecha.edges.organization.files import Read, read
from hecha.kernel.errors import BadInput, HechaError, Refused
from hecha.kernel.ids import UnitId
from hecha.organization.organization import Organization
from hecha.organization.principal import Principal
from hecha.organization.sheets import MISTAKES_MAX, Item, Mistake, Sheet, mistake


@dataclass(frozen=True, slots=True)
class Imported:
    """How many rows there were, how many of them changed anything, and what is wrong: then nothing changed."""

    rows: int
    changed: int
    mistakes: tuple[Mistake, ...] = ()
    more: int = 0  # mistakes that are not listed


async def take(edits: Edits, principal: Principal, name: str, data: bytes) -> Imported:
    """Read a file and enter what it holds. Raises BadInput when it cannot be read at all."""
    found = await asyncio.to_thread(read, name, data)
    if found.mistakes:
        return _refused(found, list(found.mistakes))
    changed, wrong = await edits.put_all(principal, [item for _, _, item in found.items])
    if not wrong:
        return Imported(len(found.items), changed)
    return _refused(found, [_mistake(found.items[one.nth][0], found.items[one.nth][1], one.error) for one in wrong])


def items_under(here: Organization, unit: UnitId, at: datetime) -> list[Item]:
    """What is kept of a unit, of all below it and of all in its area."""
    whole = replace(here.units, terms={}, moment=None)
    units = {*whole.all(), *here.units.terms}
    kept = {each for each in units if whole.has_in_area(unit, each) or here.units.has_in_area(unit, each, at)} | {unit}
    return [item for item in items_of(here) if item.unit in kept]


def _refused(found: Read, mistakes: list[Mistake]) -> Imported:
    rows = len(found.items) + len(found.mistakes)
    return Imported(rows, 0, tuple(mistakes[:MISTAKES_MAX]), max(0, len(mistakes) - MISTAKES_MAX))


def _mistake(sheet: Sheet, row: int, error: HechaError) -> Mistake:
    if isinstance(error, BadInput):
        return mistake(sheet, row, error)
    if isinstance(error, Refused):
        return Mistake(sheet.zh, row, sheet.heading("unit"), f"{error.reason}", error.way_out)
    return Mistake(sheet.zh, row, "", str(error))
