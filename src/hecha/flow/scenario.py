"""A scenario (情景): what is out, since when, in which network; read from plain data and put on an availability.

Whatever is wrong is refused with BadInput; `where` names the key, component or word. Numbers that were written
without quotes arrive as `Unquoted`, so that a code such as 0330 is never taken for 216.
"""

import difflib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from hecha.flow.scenario_network import inline_network
from hecha.flow.scenario_words import Unquoted, items, keys, mapping, text, unfit
from hecha.kernel.errors import BadInput
from hecha.kernel.ids import Access, AreaCode, ComponentId, Mode, Nature
from hecha.kernel.moments import minute_of
from hecha.network.availability import Availability
from hecha.network.components import Components
from hecha.network.model import AreaKind, Expression, Network

LoadNetwork = Callable[[str], Network]
Paths = Mapping[tuple[Access, Mode], Expression]

KEYS = ("network", "at", "down", "data_errors", "flags", "drill")
DOWN_KEYS = ("component", "since", "until", "nature")
DATA_KEYS = ("city", "since", "until", "accuracy", "missing", "disturbs")
MARGIN = timedelta(days=400)  # room for horizons at both ends of the calendar


@dataclass(frozen=True, slots=True)
class Down:
    component: ComponentId
    since: int
    until: int | None
    nature: Nature


@dataclass(frozen=True, slots=True)
class DataFault:
    city: AreaCode
    since: int
    until: int | None
    accuracy: float | None
    missing: bool
    disturbs: bool


@dataclass(frozen=True, slots=True)
class Scenario:
    """Times are minutes; `zone` is the offset in which `at` was written."""

    network: Network
    at: int
    zone: tzinfo
    down: tuple[Down, ...]
    data_errors: tuple[DataFault, ...]
    flags: tuple[str, ...]

    def availability(self) -> Availability:
        """The scenario as it stands at its moment; outages of a scenario are not latched."""
        here = Availability(self.network, self.at)
        for one in self.down:
            here.fail(one.component, one.since, one.until, one.nature)
        for error in self.data_errors:
            here.data_error(error.city, error.since, error.until, error.accuracy, error.missing, error.disturbs)
        for name in self.flags:
            here.flag(name)
        return here


def read_scenario(document: object, load: LoadNetwork, paths: Paths, flags: Collection[str]) -> Scenario:
    """A scenario from plain data. `load` finds a network by name or folder, `paths` are the expressions of inline
    networks, `flags` those that the plan knows."""
    if not isinstance(document, Mapping):
        raise BadInput("scenario", "应为键和值 / should be keys and values", "network: … at: …")
    keys("scenario", document, KEYS, required=("network", "at"))
    at = _time("at", document["at"])
    network = _network(document["network"], load, paths)
    return Scenario(
        network,
        minute_of(at),
        at.tzinfo or unfit("at", "no offset"),
        _down(items("down", document.get("down")), Components(network)),
        _data_errors(items("data_errors", document.get("data_errors")), network),
        _flags(items("flags", document.get("flags")), flags),
    )


def _network(value: object, load: LoadNetwork, paths: Paths) -> Network:
    if isinstance(value, Mapping):
        return inline_network(value, paths)
    return load(text("network", value))


def _down(entries: list[object], components: Components) -> tuple[Down, ...]:
    found: dict[str, Down] = {}
    for entry in entries:
        one = mapping("down", entry)
        keys("down", one, DOWN_KEYS, required=("component", "since"))
        name = text("component", one["component"])
        components.needed(name)
        if name in found:
            raise BadInput(name, "列了两次 / is listed twice", "合成一条 / make it one")
        since, until = _period(name, one)
        found[name] = Down(ComponentId(name), since, until, _nature(name, one.get("nature")))
    return tuple(found.values())


def _data_errors(entries: list[object], network: Network) -> tuple[DataFault, ...]:
    found: dict[str, DataFault] = {}
    for entry in entries:
        one = mapping("data_errors", entry)
        keys("data_errors", one, DATA_KEYS, required=("city", "since"))
        city = _city(text("city", one["city"]), network)
        if city in found:
            raise BadInput(city, "列了两次 / is listed twice", "合成一条 / make it one")
        since, until = _period(city, one)
        accuracy, missing = _quality(city, one)
        found[city] = DataFault(city, since, until, accuracy, missing, _truth(city, "disturbs", one.get("disturbs")))
    return tuple(found.values())


def _city(name: str, network: Network) -> AreaCode:
    area = network.areas.get(AreaCode(name))
    if area is None or area.kind is not AreaKind.CITY:
        cities = [one.code for one in network.areas.values() if one.kind is AreaKind.CITY]
        raise BadInput(name, "没有这个地市 / no such city", _nearest(name, cities))
    return area.code


def _quality(city: str, one: Mapping[str, Any]) -> tuple[float | None, bool]:
    """Either how accurate the records are, or that they are missing."""
    missing = _truth(city, "missing", one.get("missing"))
    if missing == (one.get("accuracy") is not None):
        both = "同时写了 / both" if missing else "都没有写 / neither"
        raise BadInput(city, f"accuracy 和 missing {both} accuracy and missing", "只写其一 / write one of them")
    return (None, True) if missing else (_share(city, one["accuracy"]), False)


def _share(city: str, value: object) -> float:
    if isinstance(value, str) and not isinstance(value, Unquoted):
        raise BadInput(city, f"accuracy {value!r} 是文字，不是数 / is a word, not a number", "去掉引号 / unquote: 0.43")
    try:
        share = float(value) if isinstance(value, Unquoted | int | float) and not isinstance(value, bool) else -1.0
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise BadInput(city, f"accuracy {value} 不在 0 到 1 之间 / accuracy {value} is not within 0-1", "0.43")
    return share


def _truth(where: str, key: str, value: object) -> bool:
    if value is None or isinstance(value, bool):
        return bool(value)
    raise BadInput(where, f"{key} {value!r} 应为 true 或 false / {key} should be true or false")


def _nature(component: str, value: object) -> Nature:
    if value is None:
        return Nature.OTHER
    word = text("nature", value)
    if word not in set(Nature):
        raise BadInput(component, f"未知的性质 {word!r} / unknown nature {word!r}", _nearest(word, list(Nature)))
    return Nature(word)


def _flags(entries: list[object], known: Collection[str]) -> tuple[str, ...]:
    names = [text("flags", entry) for entry in entries]
    for name in names:
        if name not in known:
            raise BadInput("flags", f"未知的标记 {name!r} / unknown flag {name!r}", _nearest(name, known))
    return tuple(dict.fromkeys(names))


def _period(where: str, one: Mapping[str, Any]) -> tuple[int, int | None]:
    since = minute_of(_time(f"{where}: since", one["since"]))
    if one.get("until") is None:
        return since, None
    until = minute_of(_time(f"{where}: until", one["until"]))
    if until <= since:
        raise BadInput(where, "until 不晚于 since / until is not later than since", "不知道就不写 until / leave it out")
    return since, until


def _time(where: str, value: object) -> datetime:
    """A moment with its offset. Raises BadInput for anything else."""
    moment = value if isinstance(value, datetime) else _parsed(where, value)
    if moment.tzinfo is None:
        raise BadInput(where, f"{value} 没有时区 / the time {value} has no offset", "2026-03-12T10:15:00+08:00")
    try:
        early, late = datetime(1970, 1, 2, tzinfo=moment.tzinfo), datetime.max.replace(tzinfo=moment.tzinfo) - MARGIN
        fits = early < moment < late
    except OverflowError:
        fits = False
    if not fits:
        raise BadInput(where, f"{value} 太早或太晚 / {value} is too early or too late", "1970-9998")
    return moment


def _parsed(where: str, value: object) -> datetime:
    words = str(value).strip()
    try:
        if not isinstance(value, str) or isinstance(value, Unquoted):
            raise ValueError(words)
        return datetime.fromisoformat(_tidy(words))
    except ValueError:
        raise BadInput(where, f"{words!r} 不是时刻 / is not a moment", "2026-03-12T10:15:00+08:00") from None


def _tidy(words: str) -> str:
    """The looser forms of a YAML timestamp: `2026-03-12 10:15:00 +8`, `…t10:15:00z`."""
    date, _, rest = words.replace("t", "T").replace("z", "Z").replace("T", " ", 1).partition(" ")
    rest = rest.replace(" ", "")
    for sign in "+-":
        clock, mark, offset = rest.partition(sign)
        if mark and len(offset.split(":")[0]) == 1:
            rest = f"{clock}{mark}0{offset}"
    return f"{date}T{rest}" if rest else date


def _nearest(word: str, options: Collection[str]) -> str:
    near = difflib.get_close_matches(word, list(options), 1, 0.5)
    if near:
        return f"是否为 {near[0]} / did you mean {near[0]}?"
    return "可用 / one of: " + ", ".join(list(options)[:12])
