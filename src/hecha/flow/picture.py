"""The picture: what the watch loop knows at one moment, immutable, replaced whole. Pages and the API read it.

It holds no citizen's data. Who may see which part of it is decided by `hecha.organization.sight`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from hecha.flow.declare import DataError, Declaration
from hecha.flow.judgement import Judgement
from hecha.flow.maintenance import Window
from hecha.flow.sighting import Sighting
from hecha.kernel.ids import AreaCode, BankId, ClauseId, ComponentId, Mode, OutletId


class State(StrEnum):
    UP = "up"  # 正常
    IMPAIRED = "impaired"  # 时好时坏，尚可用
    DOWN = "down"  # 不能核查
    UNKNOWN = "unknown"  # 无消息：不是正常，也不是中断
    MAINTENANCE = "maintenance"  # 计划内维护


@dataclass(frozen=True, slots=True)
class Tally:
    """How many outlets of a group are in each state, in one mode."""

    total: int = 0
    up: int = 0
    impaired: int = 0
    down: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class GroupState:
    """An area or a bank: tallies per mode, and how many outlets have no working mode left."""

    id: str
    modes: Mapping[Mode, Tally]
    no_mode: int
    total: int
    state: State


@dataclass(frozen=True, slots=True)
class ComponentState:
    """One component, from pings and outcomes; `measured` False = declared by a person."""

    id: ComponentId
    state: State
    since: datetime | None = None
    ms: float | None = None  # latency of the last good ping
    in_use: bool = False  # the route that traffic takes now
    measured: bool = True
    nature: str = "other"
    estimate: datetime | None = None  # estimated recovery
    estimate_by: str = ""  # account
    estimate_unit: str = ""
    estimate_owed: bool = False
    owner: str = ""  # unit id


@dataclass(frozen=True, slots=True)
class Countdown:
    """If nothing recovers, this is reached at `at`."""

    at: datetime
    level: int | None
    clauses: tuple[ClauseId, ...]


@dataclass(frozen=True, slots=True)
class WatchedFault:
    """A fault that is watched until 1.4.1 is met, at once also a warning (3.2.3) with its report route."""

    id: str
    components: tuple[ComponentId, ...]
    since: datetime
    nature: str
    outlets_down: Mapping[Mode, int]
    countdown: tuple[Countdown, ...]
    reports: tuple[Mapping[str, Any], ...]
    is_event: bool
    declared_by: str = ""
    estimate_owed: bool = False
    estimate: datetime | None = None  # the latest one stated
    exceeds: bool = False  # a group has recorded that it will last more than 8 hours
    returned: datetime | None = None  # works again since then, not yet for the configured time
    suspected: tuple[ComponentId, ...] = ()  # what may be the one cause behind it


@dataclass(frozen=True, slots=True)
class CityData:
    """Data quality of one city's records, by card authority over the window."""

    city: AreaCode
    asked: int
    mismatched: int
    not_found: int
    suspicious: bool
    declared: Mapping[str, Any] | None = None  # accuracy or missing, by whom, since


@dataclass(frozen=True, slots=True)
class Picture:
    """`advice` is per plan id what `hecha.flow.advise` says (the JSON object of `hecha grade`)."""

    at: datetime
    serial: int
    cities: Mapping[AreaCode, GroupState]
    counties: Mapping[AreaCode, GroupState]
    banks: Mapping[BankId, GroupState]
    components: Mapping[ComponentId, ComponentState]
    outlets_not_up: Mapping[OutletId, Mapping[Mode, State]]
    faults: tuple[WatchedFault, ...]
    advice: Mapping[str, Mapping[str, Any]]
    if_unknown_were_down: Mapping[str, Any] | None = None
    data: Mapping[AreaCode, CityData] = field(default_factory=dict)
    order_in_force: Mapping[str, Any] | None = None
    declarations: tuple[Declaration, ...] = ()  # standing, kept apart from what was measured
    data_errors: tuple[DataError, ...] = ()
    judgements: tuple[Judgement, ...] = ()  # what a group has recorded by 1.4.1(1), (2): told to everyone
    planned: tuple[Window, ...] = ()  # the maintenance calendar: under way or to come
    sightings: tuple[Sighting, ...] = ()  # what is an event now, each cause alone
    open_warnings: Mapping[str, datetime | None] = field(default_factory=dict)  # id → works again since
