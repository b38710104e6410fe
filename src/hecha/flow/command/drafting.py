"""The draft of an order (2.1.2.2(4)): measures of the grade by cause, exceptions, scope, and its words in Chinese."""

from datetime import datetime

from hecha.command.order import Draft, Kind, Measure, Order
from hecha.decision.authority import who_is
from hecha.decision.resolution import Kind as Resolved
from hecha.decision.resolution import Resolution
from hecha.flow.book import Book, incident_of
from hecha.flow.command.standing import (
    clocks_of,
    end_clause,
    epoch_of,
    level_zh,
    order_in_force,
    orders_of,
    resolutions_of,
)
from hecha.incident.event import Incident
from hecha.kernel.ids import AreaCode, UnitId
from hecha.network.model import AreaKind
from hecha.organization.units import HEAD_OFFICE
from hecha.plan.model import Plan
from hecha.response.measures import prescribed

START_CLAUSES = {"province": "2.1.2.1(4)", "head_office": "4.2.1(1)"}
LOWER_START_CLAUSE = "2.1.2.3(4)"
OUTAGE, DATA_ERROR = "outage", "data_error"


def order_id(incident: str, sequence: int) -> str:
    """Deterministic, so that the same draft is made once."""
    return f"O-{incident}-{sequence}"


def draft(book: Book, resolution: Resolution, at: datetime) -> tuple[str, Draft]:
    """The order that a taken resolution asks for, with the id it gets."""
    incident = incident_of(book, resolution.incident)
    plan, ends = book.plan(incident.plan), resolution.kind is Resolved.END
    sequence = 1 + max((one.sequence for one in orders_of(book, incident.id)), default=0)
    in_force = order_in_force(book, incident)
    who = who_is(book.units, resolution.unit)
    name = order_id(incident.id, sequence)
    measures = () if ends else measures_of(book, plan, incident, resolution.unit)
    areas, banks = _scope(incident, measures, in_force if ends else None)
    return name, Draft(
        id=name,
        incident=incident.id,
        unit=resolution.here,
        group=resolution.unit,
        who=who,
        kind=Kind.END if ends else Kind.START,
        resolution=resolution.id,
        level=resolution.level,
        level_zh=level_zh(plan, resolution.level),
        epoch=epoch_of(book, incident),
        sequence=sequence,
        clause=end_clause(plan, who) if ends else START_CLAUSES.get(who, LOWER_START_CLAUSE),
        text=words(book, plan, incident, resolution, measures),
        at=at,
        clocks=clocks_of(plan),
        measures=measures,
        areas=areas,
        banks=banks,
        ends=in_force.id if ends and in_force else "",
    )


def measures_of(book: Book, plan: Plan, incident: Incident, group: str) -> tuple[Measure, ...]:
    """What the plan prescribes for the level in force, cause by cause, and the exceptions its group has taken."""
    cities = {OUTAGE: _cities(book, incident), DATA_ERROR: tuple(AreaCode(one) for one in incident.extent.data_cities)}
    found = tuple(
        Measure(one.clause, one.cause, tuple(one.use), tuple(one.cities), one.card_authority)
        for one in prescribed(plan, causes_of(incident), cities)
    )
    return found + tuple(
        Measure(one.target, OUTAGE, (one.target,), exception=True)
        for one in resolutions_of(book, incident.id)
        if one.kind is Resolved.EXCEPTION and one.is_taken and one.unit == group
    )


def causes_of(incident: Incident) -> tuple[tuple[str, int], ...]:
    """Each cause with its level; where a group has fixed another level than the measured one, that one holds."""
    measured = incident.proposed.causes
    if incident.level is None or incident.level == incident.proposed.level:
        return measured
    return tuple((cause, incident.level) for cause, _ in measured) or ((OUTAGE, incident.level),)


def words(book: Book, plan: Plan, incident: Incident, resolution: Resolution, measures: tuple[Measure, ...]) -> str:
    """The operative words, for the office to edit."""
    group = book.units.zh(UnitId(resolution.unit))
    outside = resolution.outside
    decided = f"总行领导小组（{outside.number}）" if outside and resolution.unit == HEAD_OFFICE else f"{group}领导小组"
    level = level_zh(plan, resolution.level)
    if resolution.kind is Resolved.END:
        return (
            f"{incident.title}（{incident.id}）已确认恢复。经{decided}决定，结束{level}事件应急处置。"
            "各单位撤销临时措施，抓紧对登记的业务补核，完成后报告。"
        )
    ways = "；".join(f"按{one.clause}采用{'、'.join(one.use)}" for one in measures if not one.exception)
    exceptions = "、".join(one.clause for one in measures if one.exception)
    beyond = f"；另经例外决定采用{exceptions}" if exceptions else ""
    return (
        f"{incident.title}（{incident.id}），认定为{level}事件，短时间内难以修复。"
        f"经{decided}决定，即时启动{level}事件应急处置办法：{ways or '按先期处置继续办理'}{beyond}。"
        "各单位接到本命令后立即签收，组织实施，及时反映问题和建议，按时报告处置情况。"
    )


def number_zh(book: Book, unit: str, year: int, number: int) -> str:
    """`浙联核应急令〔2026〕3号`: the unit's short name, the year, the number of its series."""
    area = book.network.areas.get(AreaCode(unit.rpartition("/")[2]))
    name = _short(area.zh, area.kind) if area is not None else ""
    return f"{name}联核应急令〔{year}〕{number}号"


def _short(zh: str, kind: str) -> str:
    return zh[:1] if kind == AreaKind.PROVINCE else zh.rstrip("市县区")


def _scope(
    incident: Incident, measures: tuple[Measure, ...], ended: Order | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Where it holds at the counters: the areas and banks of the event; an end order's are the start order's."""
    if ended is not None:
        return ended.areas, ended.banks
    return tuple(incident.extent.areas), tuple(bank for bank, _ in incident.extent.banks)


def _cities(book: Book, incident: Incident) -> tuple[AreaCode, ...]:
    areas = [book.network.areas[AreaCode(code)] for code in incident.extent.areas]
    cities = (one.code if one.kind is AreaKind.CITY else book.network.city_of(one.code) for one in areas)
    return tuple(dict.fromkeys(cities))
