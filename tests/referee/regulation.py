"""The referee: 1.4.1 and 1.4.2 written out as they read, in both readings, over plain dictionaries.

It is slow, counts nothing twice over, and imports nothing of the product: where the engine and this file differ,
one of them is wrong. All times are minutes.
"""

EIGHT_HOURS = 8 * 60
FORTY_EIGHT_HOURS = 48 * 60
RESTORED_AFTER = 30

FRONT = ("any", "front/a", "front/b")
CHANNEL = ("any", "channel/production", "channel/backup")
WEB = ("any", "account-system", "credit-system", "direct-login")
COMMON = [
    "front/a", "front/b", "channel/production", "channel/backup", "account-system", "credit-system",
    "direct-login", "relay", "police", "interface-service", "hq-interconnect",
]  # fmt: skip


class Province:
    """Cities with their counties, banks with their access, outlets as (bank, county); what is out, and since when."""

    def __init__(self, cities, banks, outlets, latched=False):
        self.cities = cities
        self.banks = banks
        self.outlets = outlets
        self.city_of = {county: city for city, counties in cities.items() for county in counties}
        self.latched = latched
        self.now = 0
        self.down = {}  # component -> (since, until or None)
        self.data = {}  # city -> (since, until or None, accuracy or None, disturbs)
        self.flags = set()
        self.latches = {}  # (outlet, mode) -> [first begin, seems restored since]

    # --- the network -----------------------------------------------------------------------------------------------

    def components(self):
        yield from COMMON
        yield from (f"city/{city}/line" for city in self.cities)
        yield from (f"county/{county}/line" for county in self.city_of)
        yield from (f"bank/{bank}/core" for bank, access in self.banks.items() if access != "none")
        for outlet in self.outlets:
            yield f"outlet/{outlet}/line"
            yield f"outlet/{outlet}/terminal"

    def path(self, outlet, mode):
        """What the outlet needs for a mode; None when its bank has no such mode."""
        bank, county = self.outlets[outlet]
        near = (
            "all",
            f"outlet/{outlet}/terminal",
            f"outlet/{outlet}/line",
            f"county/{county}/line",
            f"city/{self.city_of[county]}/line",
        )
        if mode == "non_interface":
            return (*near, FRONT, CHANNEL, WEB, "relay", "police")
        if self.banks[bank] == "local":
            return (*near, f"bank/{bank}/core", FRONT, CHANNEL, "interface-service", "relay", "police")
        if self.banks[bank] == "national":
            return (*near, f"bank/{bank}/core", "hq-interconnect", "interface-service", "relay", "police")
        return None

    # --- rule 3: an outage is (since, until, open) -------------------------------------------------------------------

    def part(self, component):
        since, until = self.down.get(component, (None, None))
        if since is None or since > self.now:
            return None
        if until is None or until <= self.now:
            return (since, self.now, True)
        return (since, until, False)

    def combined(self, path):
        if isinstance(path, str):
            return self.part(path)
        outages = [self.combined(one) for one in path[1:]]
        return all_needed(outages) if path[0] == "all" else redundant(outages)

    def raw(self, outlet, mode):
        path = self.path(outlet, mode)
        return None if path is None else self.combined(path)

    def outage(self, outlet, mode):
        """The outage as it counts: rolling faults keep their first begin, short returns do not stop the clock."""
        if mode == "both":
            modes = [one for one in ("interface", "non_interface") if self.path(outlet, one) is not None]
            both = redundant([self.outage(outlet, one) for one in modes])
            return None if both is None or both[1] < both[0] else both
        raw, latch = self.raw(outlet, mode), self.latches.get((outlet, mode))
        if not self.latched or latch is None:
            return raw
        begin, restored = latch
        if raw is not None:
            return (begin, raw[1], raw[2])
        return (begin, restored, False)

    def look(self):
        """Live only: take note of what stands now. Called at every change, and before time passes a confirmation."""
        if not self.latched:
            return
        for outlet in self.outlets:
            for mode in ("interface", "non_interface"):
                self.note(outlet, mode, self.raw(outlet, mode))

    def note(self, outlet, mode, raw):
        latch = self.latches.get((outlet, mode))
        if latch and latch[1] is not None and self.now - latch[1] >= RESTORED_AFTER:
            del self.latches[outlet, mode]
            latch = None
        if raw is not None:
            begin = raw[0] if latch is None else min(latch[0], raw[0])
            self.latches[outlet, mode] = [begin, None]
        elif latch is not None and latch[1] is None:
            latch[1] = self.now

    def passes(self, now):
        self.now = now
        for key, latch in list(self.latches.items()):
            if latch[1] is not None and now - latch[1] >= RESTORED_AFTER:
                del self.latches[key]

    # --- the words of the regulation ---------------------------------------------------------------------------------

    def cannot(self, outlet, mode, more_than, at_most=None):
        outage = self.outage(outlet, mode)
        if outage is None:
            return False
        length = outage[1] - outage[0]
        return length > more_than and (at_most is None or length <= at_most)

    def can(self, outlet, mode):
        return self.path(outlet, mode) is not None and self.outage(outlet, mode) is None

    def everywhere(self):
        return list(self.outlets)

    def interface_outlets(self):
        return [one for one, (bank, _) in self.outlets.items() if self.banks[bank] != "none"]

    def in_city(self, city):
        return [one for one, (_, county) in self.outlets.items() if self.city_of[county] == city]

    def in_county(self, where):
        return [one for one, (_, county) in self.outlets.items() if county == where]

    def of_bank(self, which):
        return [one for one, (bank, _) in self.outlets.items() if bank == which]

    def interface_banks(self):
        return [bank for bank, access in self.banks.items() if access != "none"]

    def cities_in_error(self, more_than, at_most=None, lesser=False):
        found = []
        for city, (since, until, accuracy, disturbs) in self.data.items():
            if since > self.now:
                continue
            severe = accuracy is None or accuracy < 0.5
            counts = (disturbs and not severe) if lesser else severe
            length = (self.now if until is None or until <= self.now else until) - since
            if counts and length > more_than and (at_most is None or length <= at_most):
                found.append(city)
        return found

    def some_interface_outlet_can(self):
        return any(self.can(one, "interface") for one in self.interface_outlets())

    def some_outlet_can_otherwise(self):
        return any(self.can(one, "non_interface") for one in self.everywhere())


def all_needed(outages):
    """Parts that are all needed: earliest since, latest until, open if any is."""
    out = [one for one in outages if one is not None]
    if not out:
        return None
    return (min(one[0] for one in out), max(one[1] for one in out), any(one[2] for one in out))


def redundant(outages):
    """Redundant parts: latest since; the earliest until among those not open; all open: their latest until."""
    if not outages or any(one is None for one in outages):
        return None
    since = max(one[0] for one in outages)
    known = [one[1] for one in outages if not one[2]]
    if known:
        return (since, min(known), False)
    return (since, max(one[1] for one in outages), True)


def every(outlets, condition):
    """所有: false over nothing."""
    return bool(outlets) and all(condition(one) for one in outlets)


def definition(p):
    """1.4.1: which of its three ways the situation meets."""
    met = []
    if "collapse_by_disaster" in p.flags:
        met.append("1.4.1(1)")
    if "staff_shortage" in p.flags:
        met.append("1.4.1(2)")
    fault = any(p.cannot(o, mode, EIGHT_HOURS) for o in p.everywhere() for mode in ("interface", "non_interface"))
    if fault or p.cities_in_error(EIGHT_HOURS) or p.cities_in_error(EIGHT_HOURS, lesser=True):
        met.append("1.4.1(3)")
    return met


def fulfilled(p, reading):
    """1.4.2: every clause that an event fulfils, in the regulation's order, with its level."""
    literal = reading == "literal"
    limit = FORTY_EIGHT_HOURS if literal else None
    by_interface = p.some_interface_outlet_can() if literal else True
    by_other = p.some_outlet_can_otherwise() if literal else True
    severe = p.cities_in_error(EIGHT_HOURS)
    table = [
        ("1.4.2.1(1)", 1, every(p.everywhere(), lambda o: p.cannot(o, "both", FORTY_EIGHT_HOURS))),
        ("1.4.2.1(2)", 1, len(p.cities_in_error(FORTY_EIGHT_HOURS)) >= 10),
        ("1.4.2.2(1)", 2, every(p.everywhere(), lambda o: p.cannot(o, "both", EIGHT_HOURS, limit))),
        ("1.4.2.2(2)", 2, every(p.everywhere(), lambda o: p.cannot(o, "non_interface", EIGHT_HOURS)) and by_interface),
        ("1.4.2.2(3)", 2, every(p.interface_outlets(), lambda o: p.cannot(o, "interface", EIGHT_HOURS)) and by_other),
        (
            "1.4.2.2(4)",
            2,
            bool(p.cities_in_error(EIGHT_HOURS, limit)) or (1 <= len(severe) <= 10 if literal else len(severe) >= 1),
        ),
        (
            "1.4.2.3(1)",
            3,
            any(every(p.in_city(city), lambda o: p.cannot(o, "both", EIGHT_HOURS)) for city in p.cities),
        ),
        (
            "1.4.2.3(2)",
            3,
            any(every(p.of_bank(b), lambda o: p.cannot(o, "non_interface", EIGHT_HOURS)) for b in p.banks)
            and by_interface,
        ),
        (
            "1.4.2.3(3)",
            3,
            any(every(p.of_bank(b), lambda o: p.cannot(o, "interface", EIGHT_HOURS)) for b in p.interface_banks())
            and by_other,
        ),
        (
            "1.4.2.4(1)",
            4,
            any(p.cannot(o, "both", EIGHT_HOURS) for county in p.city_of for o in p.in_county(county)),
        ),
        (
            "1.4.2.4(2)",
            4,
            any(p.cannot(o, "non_interface", EIGHT_HOURS) for city in p.cities for o in p.in_city(city))
            and by_interface,
        ),
        (
            "1.4.2.4(3)",
            4,
            any(p.cannot(o, "interface", EIGHT_HOURS) for b in p.interface_banks() for o in p.of_bank(b)) and by_other,
        ),
        ("1.4.2.4(4)", 4, True),
    ]
    return [(clause, level) for clause, level, holds in table if holds]


def judge(p, reading):
    """(because, level, clauses, decisive); no level where 1.4.1 is not met."""
    because = definition(p)
    if not because:
        return [], None, [], []
    met = fulfilled(p, reading)
    level = min(level for _, level in met)
    return because, level, [clause for clause, _ in met], [clause for clause, own in met if own == level]


def affected(p):
    """How many outlets are out now, whatever the duration."""
    return {
        mode: sum(p.outage(outlet, mode) is not None for outlet in p.outlets)
        for mode in ("both", "interface", "non_interface")
    }


def horizon(p, hours, reading="confirmed", every_minute=False):
    """The later moments at which the level or the clauses change if nothing recovers: [(at, level, clauses)]."""
    start, end = p.now, p.now + hours * 60
    faults = [(since, until) for since, until in p.down.values()] + [(one[0], one[1]) for one in p.data.values()]
    marks = {since + more for since, _ in faults for more in (0, EIGHT_HOURS + 1, FORTY_EIGHT_HOURS + 1)}
    marks |= {until for _, until in faults if until is not None}
    moments = range(start + 1, end + 1) if every_minute else sorted(one for one in marks if start < one <= end)
    _, level, clauses, _ = judge(p, reading)
    turns = []
    for moment in moments:
        p.now = moment
        _, new_level, new_clauses, _ = judge(p, reading)
        if (new_level, new_clauses) != (level, clauses):
            turns.append((moment, new_level, new_clauses))
            level, clauses = new_level, new_clauses
    p.now = start
    return turns
