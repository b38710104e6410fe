"""Extent (影响范围): how many outlets are out, and which counties, cities and banks an event touches."""

from dataclasses import dataclass

from hecha.incident.grade import DATA_ERROR, OUTAGE, Grader
from hecha.kernel.ids import Access, AreaCode, BankId
from hecha.network.data_quality import data_fits
from hecha.network.model import AreaKind, Network
from hecha.network.questions import Asked
from hecha.plan.model import Matter, Quantifier, Scope, Sentence


@dataclass(frozen=True, slots=True)
class Extent:
    """`counties` have outlets whose outage makes an event, `data_cities` records whose error does; when nothing
    makes an event, those out or in error now. `lost` are local interface banks that lost interface mode entirely.

    `outlets` is how many outlets the event has, `dark` how many of them have no working mode, `total` all there are."""

    counties: tuple[AreaCode, ...]
    data_cities: tuple[AreaCode, ...]
    lost: tuple[BankId, ...]
    outlets: int
    dark: int
    total: int

    def areas(self) -> tuple[AreaCode, ...]:
        """Everything touched: counties of the outage and cities of the data error."""
        return (*self.counties, *self.data_cities)

    def cities(self, network: Network, cause: str) -> tuple[AreaCode, ...]:
        """The cities touched by one cause, in the network's order."""
        if cause == DATA_ERROR:
            return self.data_cities
        return tuple(dict.fromkeys(network.city_of(county) for county in self.counties)) if cause == OUTAGE else ()


def affected(grader: Grader) -> dict[str, int]:
    """How many outlets are out now, whatever the duration: by no mode, by interface, by non-interface."""
    matters = {
        "both": Matter.CANNOT_BOTH,
        "interface": Matter.CANNOT_INTERFACE,
        "non_interface": Matter.CANNOT_NON_INTERFACE,
    }
    return {name: _count(grader, Sentence(Scope.WHOLE, one, Quantifier.SOME)) for name, one in matters.items()}


def extent(grader: Grader) -> Extent:
    """The extent of what stands now."""
    spans = grader.event_spans()
    by_county = [Sentence(Scope.COUNTY, matter, Quantifier.SOME, span) for matter, span in spans]
    counties = _groups(grader, by_county)
    cities = _data_cities(grader)
    if not counties and not cities:
        counties = _groups(grader, [Sentence(Scope.COUNTY, Matter.CANNOT_ANY, Quantifier.SOME)])
        cities = tuple(grader.availability.data_errors)
    lost = [Sentence(Scope.INTERFACE_BANK, Matter.CANNOT_INTERFACE, Quantifier.ALL, span) for _, span in spans]
    dark = [Sentence(Scope.WHOLE, Matter.CANNOT_BOTH, Quantifier.SOME, span) for _, span in spans]
    banks = grader.availability.network.banks
    return Extent(
        counties=tuple(AreaCode(name) for name in counties),
        data_cities=cities,
        lost=tuple(BankId(name) for name in _full(grader, lost) if banks[BankId(name)].access is Access.LOCAL),
        outlets=max((sum(_counts(grader, one)[1]) for one in by_county), default=0),
        dark=max((_count(grader, one) for one in dark), default=0),
        total=len(grader.availability.network.outlets),
    )


def _counts(grader: Grader, sentence: Sentence) -> tuple[list[str], list[int], list[int]]:
    spec, counts = grader.availability.tally(grader.sentence_bit(sentence))
    return spec.groups.names, counts, spec.totals


def _count(grader: Grader, sentence: Sentence) -> int:
    return sum(_counts(grader, sentence)[1])


def _groups(grader: Grader, sentences: list[Sentence]) -> tuple[AreaCode, ...]:
    """The groups in which any of these sentences is true of some outlet."""
    found: dict[str, None] = {}
    for sentence in sentences:
        names, counts, _ = _counts(grader, sentence)
        found.update((name, None) for name, count in zip(names, counts, strict=True) if count)
    return tuple(AreaCode(name) for name in found)


def _full(grader: Grader, sentences: list[Sentence]) -> tuple[str, ...]:
    """The groups in which any of these sentences is true of all outlets."""
    found: dict[str, None] = {}
    for sentence in sentences:
        counted = zip(*_counts(grader, sentence), strict=True)
        found.update((name, None) for name, count, total in counted if count and count == total)
    return tuple(found)


def _data_cities(grader: Grader) -> tuple[AreaCode, ...]:
    """The cities whose error makes an event by itself, in the network's order."""
    here, below = grader.availability, float(grader.plan.settings.get("severe_accuracy_below", 0.5))
    asked = [Asked(sentence, below) for sentence in grader.data_event_sentences()]
    errors = here.data_errors
    return tuple(
        area.code
        for area in here.network.areas.values()
        if area.kind is AreaKind.CITY
        and area.code in errors
        and any(data_fits(one, errors[area.code], here.now) for one in asked)
    )


def banks_hit(grader: Grader) -> dict[BankId, set[AreaCode]]:
    """The banks of which some outlet has lost a mode now, each with the counties where."""
    here, hit = grader.availability, dict[BankId, set[AreaCode]]()
    for bank, county in here.index.number:
        if any(value is not None for value in here.cell_standing(bank, county).values):
            hit.setdefault(bank, set()).add(county)
    for outlet, standing in here.apart.items():
        if any(value is not None for value in standing.values):
            place = here.network.outlets[outlet]
            hit.setdefault(place.bank, set()).add(place.county)
    return hit
