"""Painting: the live province as the immutable picture that pages read."""

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from typing import Any

import numpy as np

from hecha.flow.diagnose import common_line, owner_of, suspected
from hecha.flow.live import Live
from hecha.flow.picture import CityData, ComponentState, Picture, State, WatchedFault
from hecha.flow.situation import ABSENT, DOWN, IMPAIRED, MAINTENANCE, MODES, STATES, UNKNOWN, UP, Codes, Ground, groups
from hecha.flow.situation import not_up as outlets_not_up
from hecha.kernel.ids import ComponentId, Mode, OutletId
from hecha.kernel.moments import minute_of
from hecha.network.availability import Availability
from hecha.network.standing import Standing

CODE = {state: code for code, state in enumerate(STATES)}


class Painter:
    """Keeps what each way looks like by its own attempts, and lays what the engine knows over it."""

    def __init__(self, live: Live, zone: tzinfo) -> None:
        self.live, self.zone = live, zone
        self.ground = Ground(live.network)
        self._seen = self.ground.codes(UNKNOWN)
        numbers = live.engine.index.number
        of = [numbers[outlet.bank, outlet.county] for outlet in live.network.outlets.values()]
        self._cell_of = np.array(of, dtype=np.intp)
        self._cells = tuple(numbers)
        for way, track in live.watch.ways.items():
            self._see(way, track.state)

    def paint(
        self, advice: Mapping[str, Mapping[str, Any]], if_unknown_were_down: Mapping[str, Any] | None = None
    ) -> Picture:
        """The picture at the live province's moment."""
        live = self.live
        for way, turn in live.turned_ways.items():
            self._see(way, turn.state)
        live.turned_ways.clear()
        codes = self._codes()
        return Picture(
            at=live.now,
            serial=live.serial,
            cities=groups(self.ground, self.ground.cities, codes),
            counties=groups(self.ground, self.ground.counties, codes),
            banks=groups(self.ground, self.ground.banks, codes),
            components=self._components(),
            outlets_not_up=outlets_not_up(self.ground, codes),
            faults=self._faults(),
            advice=advice,
            if_unknown_were_down=if_unknown_were_down,
            data=self._data(),
            declarations=tuple(live.declarations.values()),
            data_errors=tuple(live.data_errors.values()),
            judgements=tuple(live.judgements.values()),
            planned=tuple(one for one in live.causes.windows.values() if one.end > live.now),
            sightings=live.sightings(),
            open_warnings=live.open_warnings(),
            order_in_force=live.order_in_force,
        )

    def unknown_ways(self) -> Iterable[tuple[OutletId, Mode]]:
        """Ways of which nothing is known now."""
        codes = self._codes()
        for mode in MODES:
            for place in np.flatnonzero(codes[mode] == UNKNOWN).tolist():
                yield self.ground.outlets[place], mode

    def _see(self, way: tuple[OutletId, Mode], state: State) -> None:
        place = self.ground.place[way[0]]
        if self._seen[way[1]][place] != ABSENT:
            self._seen[way[1]][place] = CODE[state]

    # --- ways --------------------------------------------------------------------------------------------------------

    def _codes(self) -> dict[Mode, Codes]:
        """What the engine says is down is down; a return that is not yet confirmed is impaired; else what was seen."""
        excused = self.live.causes.excused(self.live.now)
        known = self._engine_codes(self.live.engine)
        planned = self._engine_codes(self._with(excused)) if excused else known
        return {mode: self._laid(self._seen[mode], known[mode], planned[mode]) for mode in MODES}

    def _laid(self, seen: Codes, known: Codes, planned: Codes) -> Codes:
        codes = np.where(known == DOWN, DOWN, seen)
        codes = np.where((known == IMPAIRED) & (codes == UP), IMPAIRED, codes)
        codes = np.where((planned == DOWN) & (known != DOWN), MAINTENANCE, codes)
        codes = np.where((codes == DOWN) & (known != DOWN) & (planned != DOWN), IMPAIRED, codes)
        return np.where(seen == ABSENT, ABSENT, codes).astype(np.int8)

    def _with(self, keys: Iterable[ComponentId]) -> Availability:
        twin = self.live.engine.fork()
        for key in keys:
            twin.fail(key, twin.now)
        return twin

    def _engine_codes(self, engine: Availability) -> dict[Mode, Codes]:
        looks: dict[int, tuple[int, int]] = {}
        cells = np.zeros((len(self._cells), 2), dtype=np.int8)
        for number, (bank, county) in enumerate(self._cells):
            standing = engine.cell_standing(bank, county)
            look = looks.get(id(standing))
            if look is None:
                look = looks[id(standing)] = _look(standing)
            cells[number] = look
        codes = {mode: cells[self._cell_of, column].copy() for column, mode in enumerate(MODES)}
        for outlet, standing in engine.apart.items():
            for mode, code in zip(MODES, _look(standing), strict=True):
                codes[mode][self.ground.place[outlet]] = code
        return codes

    # --- components, faults, data --------------------------------------------------------------------------------

    def _components(self) -> dict[ComponentId, ComponentState]:
        live = self.live
        names = dict.fromkeys([*live.watch.chain.shared, *live.watch.lost()])
        excused = set(live.causes.excused(live.now))
        return {name: self._component(name, excused) for name in names}

    def _component(self, name: ComponentId, excused: set[ComponentId]) -> ComponentState:
        live = self.live
        track, fault = live.watch.components[name], live.causes.measured.get(name)
        warning = live.faults.of(name)
        estimates = warning.estimates if warning else ()
        return ComponentState(
            id=name,
            state=State.MAINTENANCE if name in excused else track.state,
            since=fault,
            ms=track.ms,
            in_use=name in live.in_use.values(),
            nature=warning.nature if warning else "other",
            estimate=live.causes.estimates.get(name),
            estimate_by=estimates[-1].by if estimates else "",
            estimate_unit=estimates[-1].unit if estimates else "",
            estimate_owed=bool(warning and warning.estimate_owed and fault),
            owner=owner_of(live.network, name),
        )

    def _faults(self) -> tuple[WatchedFault, ...]:
        return self.live.faults.shown(self.live.now, self.zone, self.suspicions())

    def suspicions(self) -> dict[ComponentId, ComponentId]:
        """For lost components, the one that may be behind them all."""
        live = self.live
        lost = set(live.causes.measured)
        if not lost:
            return {}
        good = {name for name, track in live.watch.components.items() if track.state is State.UP}
        behind = suspected(live.network, lost, good)
        found = {name: behind for name in lost if behind is not None and not name.startswith(("outlet/", "way/"))}
        if sum(name.startswith("outlet/") for name in lost) >= 3:
            judged = {way[0] for way, track in live.watch.ways.items() if track.state is not State.UNKNOWN}
            lines = common_line(live.network, lost, judged)
            for name in lost:
                county = live.network.outlets[OutletId(name.split("/")[1])].county if name.startswith("outlet/") else ""
                if county in lines:
                    found[name] = ComponentId(f"county/{county}/line")
        return found

    def _data(self) -> dict[Any, CityData]:
        live = self.live
        totals = live.quality.totals(minute_of(live.now))
        cities = dict.fromkeys([*totals, *(one.city for one in live.data_errors.values())])
        found = {}
        for city in cities:
            tallies, error = totals.get(city), live.city_error(city)
            found[city] = CityData(
                city=city,
                asked=tallies.asked if tallies else 0,
                mismatched=tallies.mismatched if tallies else 0,
                not_found=tallies.not_found if tallies else 0,
                suspicious=bool(tallies and live.quality.suspicious(tallies)),
                declared=None if error is None else _told(error, self.zone),
            )
        return found


def _look(standing: Standing) -> tuple[int, int]:
    """How one standing looks in each mode: down, impaired (back, not yet confirmed), or up."""
    pairs = zip(standing.values, standing.latches, strict=True)
    looks = [UP if value is None else IMPAIRED if latch and latch[1] is not None else DOWN for value, latch in pairs]
    return looks[0], looks[1]


def _told(error: Any, zone: tzinfo) -> dict[str, Any]:
    """A declared data error as pages show it."""
    return {
        "id": error.id,
        "accuracy": error.accuracy,
        "missing": error.missing,
        "disturbs": error.disturbs,
        "authority": error.authority,
        "since": _at(error.since, zone),
        "by": error.by,
        "basis": error.basis,
    }


def _at(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds")
