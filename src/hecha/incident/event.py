"""What an incident (突发事件, 1.4) is at a moment: its level by each plan, whom it hits, what was stated and fixed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

PREFIX = "incident:event:"


class Phase(StrEnum):
    OPEN = "open"  # 处置中
    RECOVERED = "recovered"  # 已恢复（经人确认）
    ENDED = "ended"  # 应急处置已结束
    WITHDRAWN = "withdrawn"  # 已撤销（未超过时限即恢复）
    CLOSED = "closed"  # 已归档


@dataclass(frozen=True, slots=True)
class Standing:
    """What one plan says of an incident: `level` None where it is no event by that plan."""

    level: int | None = None
    clauses: tuple[str, ...] = ()
    decisive: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    causes: tuple[tuple[str, int], ...] = ()  # (outage | data_error, level)


@dataclass(frozen=True, slots=True)
class Extent:
    """Whom it hits. `areas` are counties of the outage and cities of the data error; `banks` are those hit, each
    with the lowest area that covers its hit outlets; `lost` local interface banks without interface anywhere."""

    areas: tuple[str, ...] = ()
    data_cities: tuple[str, ...] = ()
    banks: tuple[tuple[str, str], ...] = ()
    lost: tuple[str, ...] = ()
    interface: int = 0  # outlets that cannot verify by interface …
    non_interface: int = 0  # … by non-interface …
    dark: int = 0  # … and by no mode
    total: int = 0
    misfit: str = ""  # "", low, high: the grade does not fit the severity


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom it has ever hit: an extent shrinks while outlets come back, this never does. Empty areas: the whole."""

    areas: tuple[str, ...] = ()
    data_cities: tuple[str, ...] = ()
    banks: tuple[str, ...] = ()

    def and_(self, extent: Extent) -> "Reach":
        """The same, widened by an extent."""
        return Reach(
            tuple(sorted({*self.areas, *extent.areas})),
            tuple(sorted({*self.data_cities, *extent.data_cities})),
            tuple(sorted({*self.banks, *(bank for bank, _ in extent.banks)})),
        )


@dataclass(frozen=True, slots=True)
class Opinion:
    """A level that a group has stated (reporting group) or fixed (deciding group)."""

    level: int
    by: str
    unit: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Incident:
    """`level` is in force, `proposed` what the plan says of the measurements now, `others` what further plans say.

    `order` is the start order in force, `ended_by` the end order. `event_after` minutes: shorter outages are none."""

    id: str
    plan: str
    plan_version: str
    revision: str  # of the region table, frozen
    title: str
    warnings: tuple[str, ...]
    components: tuple[str, ...]
    nature: str
    owner: str  # unit that owns what failed
    occurred: datetime
    discovered: datetime
    opened: datetime
    opened_by: str
    level: int | None
    proposed: Standing
    extent: Extent
    others: Mapping[str, Standing] = field(default_factory=dict)
    event_after: int = 0
    peak: int | None = None
    epoch: int = 0  # how often the level in force has changed: what was decided in an earlier one is stale
    stated: Opinion | None = None
    fixed: Opinion | None = None
    estimate: datetime | None = None
    linked: tuple[str, ...] = ()
    union: Standing = Standing()
    recovery_proposed: datetime | None = None
    recovered: datetime | None = None
    confirmed_by: str = ""
    order: str = ""
    started: datetime | None = None
    ended: datetime | None = None
    ended_by: str = ""
    closed: datetime | None = None
    phase: Phase = Phase.OPEN
    incident: str = ""  # its own id: lists by incident find it too
    unit: str = ""  # the unit that leads (deciding group's unit)
    reach: Reach = Reach()

    @property
    def is_open(self) -> bool:
        return self.phase is not Phase.CLOSED

    @property
    def is_lower_proposed(self) -> bool:
        """Measurement now says a milder level (or none) than the one in force."""
        return self.level is not None and (self.proposed.level is None or self.proposed.level > self.level)


def standing_of(data: Mapping[str, Any]) -> Standing:
    """A standing as a fact carries it."""
    level, causes = data["level"], tuple((name, rank) for name, rank in data["causes"])
    return Standing(level, tuple(data["clauses"]), tuple(data["decisive"]), tuple(data["because"]), causes)


def extent_of(data: Mapping[str, Any]) -> Extent:
    """An extent as a fact carries it."""
    lists = {name: tuple(data[name]) for name in ("areas", "data_cities", "lost")}
    return Extent(**{**data, **lists, "banks": tuple((bank, area) for bank, area in data["banks"])})
