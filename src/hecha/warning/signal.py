"""A signal: one piece of news from a monitor or a feed, in one form whatever sent it. Many signals have one cause.

    gathered(signals, mapping, places) -> one Gathering per cause

A signal is hearsay: it is shown and counted, opens an alert per cause, and never changes availability or a grade.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase

from hecha.kernel.ids import AreaCode, ComponentId
from hecha.warning.alert import TEXT_MAX, TITLE_MAX, Kind

SEVERITY = {
    "extreme": 4, "disaster": 4, "emergency": 4, "page": 4, "critical": 4, "fatal": 4,
    "severe": 3, "high": 3, "major": 3, "error": 3,
    "moderate": 2, "average": 2, "warning": 2, "warn": 2,
    "minor": 1, "low": 1, "information": 1, "informational": 1, "info": 1, "notice": 1,
}  # fmt: skip
"""What sources call it; anything else is 0, unknown."""
CAUSE_MAX, WORD_MAX = 160, 120
SAMPLES_MAX = 5
_CITIZEN = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Signal:
    """`key` is the same when the same news is sent again; `instance` names what is said to be wrong, so that its end
    finds it; `refers`: instances that it corrects. `labels` are what the mapping looks at."""

    source: str
    key: str
    instance: str
    name: str
    severity: int = 0
    likely: int = 0  # 1 to 5 where the source says how likely it is
    resolved: bool = False
    begins: datetime | None = None
    ends: datetime | None = None
    title: str = ""
    text: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    kind: Kind = Kind.ANOMALY
    nature: str = "other"
    areas: tuple[AreaCode, ...] = ()
    refers: tuple[str, ...] = ()
    cause: str = ""  # where the source itself says what belongs together


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the operator's table: a label whose value fits the pattern means this component, or this area."""

    label: str
    value: str
    component: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """How labels become components and areas of the network. A source may also name them itself, by the first two."""

    component_label: str = "hecha_component"
    area_label: str = "hecha_area"
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Places:
    """What the network knows, as the mapping needs it: names that exist, and which parts are one fault."""

    has_component: Callable[[str], bool]
    has_area: Callable[[str], bool]
    subject: Callable[[ComponentId], str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a signal belongs; both empty when nothing fits."""

    component: str = ""
    area: str = ""


@dataclass(slots=True)
class Gathering:
    """All signals of one cause in one delivery."""

    cause: str
    place: Place
    signals: list[Signal] = field(default_factory=list)

    @property
    def firing(self) -> list[Signal]:
        return [one for one in self.signals if not one.resolved]

    @property
    def severity(self) -> int:
        return max((one.severity for one in self.firing), default=0)

    @property
    def begins(self) -> datetime | None:
        return min((one.begins for one in self.signals if one.begins), default=None)


def gathered(
    signals: Iterable[Signal], mapping: Table, places: Places, known: Mapping[str, str] | None = None
) -> dict[str, Gathering]:
    """By cause, in the order of arrival. `known`: the causes of instances that are known already."""
    found: dict[str, Gathering] = {}
    for one in signals:
        place = placed(one, mapping, places)
        earlier = next((known[name] for name in (one.instance, *one.refers) if name in known), "") if known else ""
        cause = earlier or cause_of(one, place, places)
        found.setdefault(cause, Gathering(cause, place)).signals.append(one)
    return found


def placed(signal: Signal, mapping: Table, places: Places) -> Place:
    """The source's own word first, where the network knows it; then the operator's table, line by line."""
    labels = signal.labels
    component, area = labels.get(mapping.component_label, ""), labels.get(mapping.area_label, "")
    component = component if places.has_component(component) else ""
    area = area if places.has_area(area) else ""
    if component or area:
        return Place(component, area)
    for rule in mapping.rules:
        value = labels.get(rule.label)
        if value is not None and fnmatchcase(value, rule.value):
            return Place(rule.component, rule.area)
    return Place(area=signal.areas[0] if signal.areas else "")


def cause_of(signal: Signal, place: Place, places: Places) -> str:
    """What the source says belongs together; else the fault of the component, so that monitors and measurement meet
    in one alert; else the name of the trouble in its area."""
    if signal.cause:
        return signal.cause[:CAUSE_MAX]
    if place.component:
        return places.subject(ComponentId(place.component))[:CAUSE_MAX]
    return f"{signal.source}/{signal.name}/{place.area}"[:CAUSE_MAX]


def severity_of(word: str) -> int:
    """0 unknown … 4 extreme."""
    return SEVERITY.get(word.strip().lower(), 0)


def title(text: str) -> str:
    """A line fit for a list."""
    return clean(text, TITLE_MAX)


def body(text: str) -> str:
    return clean(text, TEXT_MAX)


def word(text: str) -> str:
    """A name, a label's value."""
    return clean(text, WORD_MAX)


def clean(text: str, limit: int) -> str:
    """Printable, on one line, cut, and without what looks like a citizen's number: hearsay goes to pages and facts."""
    cut = text[: 4 * limit]
    if not cut.isprintable():
        cut = "".join(" " if unicodedata.category(one) in ("Cc", "Cs", "Cf") else one for one in cut)
    return _CITIZEN.sub("（略）", _SPACES.sub(" ", cut).strip())[:limit]
