"""The sandbox's population: a million citizens computed from their index, none of them stored and none of them real.

Their numbers are valid by GB 11643 and yet plainly synthetic: the sequence codes 996-999 were set aside for people over
a hundred years old and are not given to those born between 1940 and 2005, which is when all of these are born.

index → county (each county holds a range of indexes in proportion to its weight) → slot in that county (one birth
date and sequence code; a step that shares no factor with the number of slots visits each once) → number. The way
back is as short, so `find` needs no table.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from hecha.edges.files.network_outlets import spread
from hecha.edges.sandbox import population_names as names
from hecha.edges.sandbox.photos import photo
from hecha.kernel.errors import BadInput
from hecha.kernel.ids import AreaCode
from hecha.network.model import Area, AreaKind, Network
from hecha.verification.subject import check_character, mask

SIZE = 1_000_000
FIRST_BIRTH = date(1940, 1, 1)
LAST_BIRTH = date(2005, 12, 31)
DAYS = (LAST_BIRTH - FIRST_BIRTH).days + 1
SEQUENCES = (996, 997, 998, 999)  # odd: male
SLOTS = DAYS * len(SEQUENCES)  # of one county
STEP = 38_197  # a prime that does not divide SLOTS
_BACK = pow(STEP, -1, SLOTS)

MOVED_PER_MILLE = 150  # live, and have their card from, elsewhere than where the number was given
NO_PHOTO_PER_MILLE = 15
LOST_PER_MILLE = 3
INVALID_PER_MILLE = 7


@dataclass(frozen=True, slots=True, repr=False)
class Citizen:
    """A synthetic citizen. `city` and `county` are where the citizen is registered and the card was issued; the
    number's prefix may be another county's. Printing shows neither name nor number."""

    index: int
    name: str
    number: str
    sex: str  # 男 or 女
    card_authority: str
    city: AreaCode
    county: AreaCode
    has_photo: bool = True
    card_lost: bool = False
    card_invalid: bool = False

    def __repr__(self) -> str:
        return f"Citizen({self.index}, {mask(self.number)})"

    @property
    def photo(self) -> bytes:
        """PNG, or nothing."""
        return photo(self.index) if self.has_photo else b""


class Population:
    """All citizens of a network. Deterministic: the same network and size give the same people.

    Without a `size`: a million, or as many as a small network has numbers for.
    Raises BadInput for more citizens than the counties have numbers for."""

    def __init__(self, network: Network, size: int | None = None) -> None:
        counties = [area for area in network.areas.values() if area.kind is AreaKind.COUNTY]
        weights = _weights(network, counties)
        self.size = size = _fitting(weights) if size is None else size
        self._counties = counties
        self._city = {county.code: network.city_of(county.code) for county in counties}
        self._authority = {county.code: authority(county, network.areas) for county in counties}
        self._prefixes = [_prefix(county.code, nth) for nth, county in enumerate(counties)]
        self._by_prefix = {prefix: nth for nth, prefix in enumerate(self._prefixes)}
        self._sizes = spread(size, weights)
        if max(self._sizes) >= SLOTS:  # some numbers stay free, for `nobody`
            raise BadInput("size", f"人口 {size} 超过号码容量 / too many citizens", f"≤ {SLOTS * len(counties)}")
        self._starts = [0, *accumulate(self._sizes)][:-1]

    def __len__(self) -> int:
        return self.size

    def citizen(self, index: int) -> Citizen:
        """Citizen `index`, 0 ≤ index < size. Raises IndexError."""
        if not 0 <= index < self.size:
            raise IndexError(index)
        nth = bisect_right(self._starts, index) - 1
        number = self._number(nth, index - self._starts[nth])
        chance = scatter(index)
        home = self._home(nth, chance)
        sex = "男" if int(number[16]) % 2 else "女"
        per_mille = chance >> 24 & 0xFFFF
        return Citizen(
            index,
            names.name_of(scatter(index + self.size), sex),
            number,
            sex,
            self._authority[home],
            self._city[home],
            home,
            has_photo=per_mille % 1000 >= NO_PHOTO_PER_MILLE,
            card_lost=(chance >> 40) % 1000 < LOST_PER_MILLE,
            card_invalid=(chance >> 40) % 1000 >= 1000 - INVALID_PER_MILLE,
        )

    def find(self, number: str) -> Citizen | None:
        """The citizen who has this number (normalised, 18 characters), in constant time."""
        index = self.index_of(number)
        return None if index is None else self.citizen(index)

    def index_of(self, number: str) -> int | None:
        """The way back from a number to the index."""
        nth = self._by_prefix.get(number[:6])
        slot = _slot(number)
        if nth is None or slot is None:
            return None
        within = slot * _BACK % SLOTS
        return self._starts[nth] + within if within < self._sizes[nth] else None

    def nobody(self, turn: int) -> str:
        """A valid number that no citizen has, nor any real person: of the synthetic kind, and not given out."""
        nth = scatter(turn) % len(self._counties)
        left = SLOTS - self._sizes[nth]
        return self._number(nth, self._sizes[nth] + scatter(turn + self.size) % left)

    def sample(self, count: int, seed: int = 0, city: AreaCode | None = None) -> Iterator[Citizen]:
        """Citizens for the sandbox's clerks: scattered, the same for the same seed; of one city if given.

        At most `count`; fewer only when a city has hardly anyone."""
        found, tries = 0, 0
        while found < count and tries < 1000 * (count + 1):
            one = self.citizen(scatter(seed << 32 | tries) % self.size)
            tries += 1
            if city is None or one.city == city:
                found += 1
                yield one

    def _number(self, nth: int, within: int) -> str:
        day, sequence = divmod(within * STEP % SLOTS, len(SEQUENCES))
        birth = FIRST_BIRTH + timedelta(day)
        seventeen = f"{self._prefixes[nth]}{birth.year}{birth.month:02}{birth.day:02}{SEQUENCES[sequence]}"
        return seventeen + check_character(seventeen)

    def _home(self, nth: int, chance: int) -> AreaCode:
        if chance % 1000 >= MOVED_PER_MILLE:
            return self._counties[nth].code
        return self._counties[(chance >> 10) % len(self._counties)].code


def sample(population: Population, count: int, seed: int = 0, city: AreaCode | None = None) -> list[Citizen]:
    """`Population.sample` as a list."""
    return list(population.sample(count, seed, city))


def authority(county: Area, areas: Mapping[AreaCode, Area]) -> str:
    """The issuing authority as it is printed on the cards of a county: districts are branches of the city's bureau."""
    city = areas[county.parent] if county.parent else county
    if county.zh.endswith("区") and len(county.zh) > 2:
        return f"{city.zh}公安局{county.zh[:-1]}分局"
    return f"{county.zh}公安局"


def scatter(number: int) -> int:
    """64 well-mixed bits of a number (SplitMix64): the sandbox's reproducible chance."""
    mixed = (number + 1) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB & 0xFFFFFFFFFFFFFFFF
    return mixed ^ mixed >> 31


def _prefix(code: str, nth: int) -> str:
    """A county's code; counties of made-up networks get codes of a province that does not exist."""
    return code if len(code) == 6 and code.isdigit() else f"99{nth:04}"


def _weights(network: Network, counties: Sequence[Area]) -> list[int]:
    """Citizens go with outlets: one for each outlet of the county, and one."""
    outlets = dict.fromkeys((county.code for county in counties), 1)
    for outlet in network.outlets.values():
        outlets[outlet.county] += 1
    return list(outlets.values())


def _fitting(weights: Sequence[int]) -> int:
    """A million, or fewer so that the county with the largest share keeps a free number."""
    return min(SIZE, (SLOTS - 2) * sum(weights) // max(weights))


def _slot(number: str) -> int | None:
    if len(number) != 18 or not (number.isascii() and number[:17].isdigit()):
        return None
    try:
        day = (date(int(number[6:10]), int(number[10:12]), int(number[12:14])) - FIRST_BIRTH).days
        sequence = SEQUENCES.index(int(number[14:17]))
    except ValueError:
        return None
    genuine = 0 <= day < DAYS and check_character(number[:17]) == number[17]
    return day * len(SEQUENCES) + sequence if genuine else None
