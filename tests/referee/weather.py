"""Random networks and random troubles, for the referee and the engine alike."""

from random import Random

from tests.referee.regulation import Province

LENGTHS = (1, 30, 479, 480, 481, 482, 2879, 2880, 2881, 2882, 4000)
AGES = (0, 0, 0, 1, 100, 479, 480, 481, 1000, 2879, 2880, 2881)
LEAPS = (0, 0, 1, 1, 5, 29, 30, 31, 100, 240, 479, 480, 481, 1500, 2400, 2881)
EPOCH = 1_000  # early on purpose: many begins lie before minute 0


def province(random: Random, latched: bool) -> Province:
    """From nothing at all to a few cities; now and then eleven, for the clauses that count cities."""
    many = random.random() < 0.15
    cities: dict[str, list[str]] = {}
    for number in range(11 if many else random.randint(0, 3)):
        name = chr(ord("A") + number)
        cities[name] = [f"{name}{county}" for county in range(random.randint(0, 1 if many else 2))]
    accesses = ["national", "local", "none"]
    banks = {f"b{number}": random.choice(accesses) for number in range(random.randint(0, 4))}
    counties = [county for below in cities.values() for county in below]
    outlets = {}
    if counties and banks:
        for number in range(random.choice([0, 1, 1, 2, 3, 5, 8])):
            outlets[f"o{number}"] = (random.choice(list(banks)), random.choice(counties))
    made = Province(cities, banks, outlets, latched)
    made.now = EPOCH
    return made


def step(random: Random, p: Province) -> tuple:
    """The next thing that happens, as (verb, arguments…)."""
    dice = random.random()
    if dice < 0.42:
        return fault(random, p)
    if dice < 0.52 and p.down:
        return ("restore", random.choice(list(p.down)))
    if dice < 0.62 and p.down:
        component = random.choice(list(p.down))
        return ("estimate", component, until(random, p.now if random.random() < 0.5 else p.down[component][0]))
    if dice < 0.75 and p.cities:
        return data_error(random, p)
    if dice < 0.79 and p.data:
        return ("clear", random.choice(list(p.data)))
    if dice < 0.81:
        return ("flag", random.choice(["collapse_by_disaster", "staff_shortage"]), random.random() < 0.4)
    return ("advance", p.now + random.choice(LEAPS))


def fault(random: Random, p: Province) -> tuple:
    component = component_of(random, p)
    since = p.now - random.choice(AGES)
    if not p.latched and random.random() < 0.15:
        since = p.now + random.choice(LENGTHS)  # announced for later: only scenarios know such
    return ("fail", component, since, until(random, since))


def component_of(random: Random, p: Province) -> str:
    """Shared ones often: they are what makes "all" true."""
    everything = list(p.components())
    shared = [one for one in everything if not one.startswith("outlet/")]
    vital = ["relay", "police", "interface-service", "hq-interconnect", "front/a", "front/b"]
    return random.choice(random.choice([everything, shared, vital]))


def until(random: Random, since: int) -> int | None:
    return None if random.random() < 0.4 else since + random.choice(LENGTHS)


def data_error(random: Random, p: Province) -> tuple:
    """One city, or at once as many as the clauses count."""
    since = p.now - random.choice(AGES)
    accuracy = random.choice([None, 0.0, 0.43, 0.4999, 0.5, 0.7])
    wanted = random.choice([1, 1, 1, 9, 10, 11])
    cities = random.sample(list(p.cities), min(wanted, len(p.cities)))
    return ("data_error", cities, since, until(random, since), accuracy, random.random() < 0.3)


def apply(p: Province, what: tuple) -> None:
    """Let it happen to the referee's province."""
    match what:
        case ("fail", component, since, end):
            p.down[component] = (since, end)
        case ("restore", component):
            del p.down[component]
        case ("estimate", component, end):
            p.down[component] = (p.down[component][0], end)
        case ("data_error", cities, since, end, accuracy, disturbs):
            for city in cities:
                p.data[city] = (since, end, accuracy, disturbs)
        case ("clear", city):
            del p.data[city]
        case ("flag", name, on):
            p.flags.add(name) if on else p.flags.discard(name)
        case ("advance", now):
            p.passes(now)
    p.look()
