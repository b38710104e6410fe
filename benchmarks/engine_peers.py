"""The peers of the grading engine: the clauses of 1.4.2 (both readings) as one query over the outlet table."""

import tempfile
from dataclasses import dataclass, replace
from typing import Any

import duckdb
import polars as pl

from hecha.kernel.ids import Access, Mode
from hecha.network.availability import Availability
from hecha.network.outage import NOW, Outage, minutes

Answer = dict[str, tuple[str, ...]]
UP = -1  # minutes of an outage that does not stand


@dataclass(frozen=True, slots=True)
class Facts:
    """The outlet table and the data errors, as a database would keep them."""

    now: int
    outlets: pl.DataFrame
    errors: pl.DataFrame


def facts_of(here: Availability) -> Facts:
    """One row an outlet: city, county, bank, whether it has an interface mode, and the outage of each mode (since,
    until, open; null where none), as an outlet table keeps them."""

    def three(outage: Outage | None) -> tuple[int | None, int | None, bool]:
        if outage is None:
            return None, None, False
        return outage[0], None if outage[1] == NOW else outage[1], outage[2]

    network = here.network
    rows = [
        (
            one.id,
            network.city_of(one.county),
            one.county,
            one.bank,
            network.banks[one.bank].access is not Access.NONE,
            *three(here.outage(one.id, Mode.INTERFACE)),
            *three(here.outage(one.id, Mode.NON_INTERFACE)),
        )
        for one in network.outlets.values()
    ]
    words, outages = ("id", "city", "county", "bank"), ("since", "until", "open")
    schema: dict[str, Any] = {**dict.fromkeys(words, pl.String), "has": pl.Boolean}
    for mode in ("i", "n"):
        schema |= {f"{mode}_{word}": pl.Boolean if word == "open" else pl.Int64 for word in outages}
    outlets = pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        pl.col("city", "county", "bank").cast(pl.Categorical)
    )
    severe = [
        (city, minutes((since, NOW if until is None or until <= here.now else until, False), here.now))
        for city, error in here.data_errors.items()
        if error.severe(0.5)
        for since, until in [error.fault]
    ]
    return Facts(here.now, outlets, pl.DataFrame(severe, schema={"city": pl.String, "length": pl.Int64}, orient="row"))


def _lengths(now: int) -> list[pl.Expr]:
    """The minutes of each outlet's outage by interface, by the other mode, and by both (rule 3 of the readings)."""
    since, until = {mode: pl.col(f"{mode}_since") for mode in "in"}, {mode: pl.col(f"{mode}_until") for mode in "in"}
    end = {mode: pl.max_horizontal(until[mode].fill_null(now), pl.lit(now)) for mode in "in"}
    unknown = {mode: pl.col(f"{mode}_open") for mode in "in"}
    both_end = (
        pl.when(unknown["i"] & unknown["n"])
        .then(pl.max_horizontal(end["i"], end["n"]))
        .when(unknown["i"])
        .then(end["n"])
        .when(unknown["n"])
        .then(end["i"])
        .otherwise(pl.min_horizontal(end["i"], end["n"]))
    )
    out = since["i"].is_not_null() & since["n"].is_not_null()
    other = (end["n"] - since["n"]).fill_null(UP)
    both = pl.when(out).then(both_end - pl.max_horizontal(since["i"], since["n"])).otherwise(UP)
    return [
        (end["i"] - since["i"]).fill_null(UP).alias("interface"),
        other.alias("other"),
        pl.when(pl.col("has")).then(both).otherwise(other).alias("both"),
    ]


class PolarsPeer:
    name = "Polars"

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def event(self, outlet: str, since: int | None) -> None:
        """One outlet's terminal fails, or comes back: its row changes."""
        this = pl.col("id") == outlet
        changes = [
            pl.when(this & wanted).then(pl.lit(value, kind)).otherwise(pl.col(name)).alias(name)
            for mode, wanted in (("i", pl.col("has")), ("n", pl.lit(True)))
            for name, value, kind in (
                (f"{mode}_since", since, pl.Int64),
                (f"{mode}_until", None, pl.Int64),
                (f"{mode}_open", since is not None, pl.Boolean),
            )
        ]
        self.facts = replace(self.facts, outlets=self.facts.outlets.with_columns(changes))

    def clauses(self) -> Answer:
        """The clauses of both readings."""
        both, other, interface = pl.col("both") > 480, pl.col("other") > 480, pl.col("interface") > 480
        table = self.facts.outlets.lazy().with_columns(_lengths(self.facts.now))
        whole = table.select(
            gone=(pl.col("both") > 2880).all(),
            both=both.all(),
            within=(both & (pl.col("both") <= 2880)).all(),
            other=other.all(),
            interface=(interface | ~pl.col("has")).all() & pl.col("has").any(),
            event=(other | interface).any(),
            can_interface=((pl.col("interface") == UP) & pl.col("has")).any(),
            can_other=(pl.col("other") == UP).any(),
        )
        groups = {
            "city": {"city_both": both.all(), "city_other": other.any()},
            "county": {"county_both": both.any()},
            "bank": {"bank_other": other.all(), "bank_interface": interface.all(), "bank_some": interface.any()},
        }
        asked = [whole]
        for column, conditions in groups.items():
            asked.append(table.group_by(column).agg(**conditions).select(pl.col(list(conditions)).any()))
        holds: dict[str, bool] = {}
        for frame in pl.collect_all(asked):
            holds.update(frame.row(0, named=True))
        length = self.facts.errors["length"]
        counts = int((length > 480).sum()), int((length > 2880).sum())
        return _clauses(holds, *counts)


class DuckPeer:
    name = "DuckDB"

    def __init__(self, facts: Facts) -> None:
        self.now = facts.now
        self.connection = duckdb.connect()
        self._load("outlets", facts.outlets)
        self._load("errors", facts.errors)

    def _load(self, table: str, frame: pl.DataFrame) -> None:
        with tempfile.NamedTemporaryFile(suffix=".csv") as file:
            frame.write_csv(file.name)
            kinds = {"String": "varchar", "Categorical": "varchar", "Int64": "bigint", "Boolean": "boolean"}
            columns = ", ".join(f"'{name}': '{kinds[str(kind)]}'" for name, kind in frame.schema.items())
            read = f"read_csv('{file.name}', header = true, columns = {{{columns}}})"
            self.connection.execute(f"create table {table} as select * from {read}")

    def event(self, outlet: str, since: int | None) -> None:
        """One outlet's terminal fails, or comes back: its row changes."""
        self.connection.execute(
            "update outlets set n_since = $1, n_until = null, n_open = $1 is not null, "
            "i_since = case when has then $1 end, i_until = null, i_open = has and $1 is not null where id = $2",
            [since, outlet],
        )

    def clauses(self) -> Answer:
        """The clauses of both readings."""
        row = self.connection.execute(QUERY, {"now": self.now}).fetchone()
        assert row is not None
        *holds, errors, long_errors = row
        return _clauses(dict(zip(HOLDS, map(bool, holds), strict=True)), errors, long_errors)


HOLDS = (
    "gone", "both", "within", "other", "interface", "event", "can_interface", "can_other",
    "city_both", "city_other", "county_both", "bank_other", "bank_interface", "bank_some",
)  # fmt: skip

QUERY = """
with lengths as (
       select city, county, bank, has,
              coalesce(greatest(coalesce(i_until, $now), $now) - i_since, -1) as interface,
              coalesce(greatest(coalesce(n_until, $now), $now) - n_since, -1) as other,
              case when not has then coalesce(greatest(coalesce(n_until, $now), $now) - n_since, -1)
                   when i_since is null or n_since is null then -1
                   else (case when i_open and n_open then greatest(coalesce(i_until, $now), coalesce(n_until, $now))
                              when i_open then n_until when n_open then i_until
                              else least(i_until, n_until) end) - greatest(i_since, n_since) end as "both"
       from outlets),
     whole as (select bool_and("both" > 2880), bool_and("both" > 480), bool_and("both" > 480 and "both" <= 2880),
                      bool_and(other > 480), bool_and(interface > 480 or not has) and bool_or(has),
                      bool_or(other > 480 or interface > 480), bool_or(interface = -1 and has), bool_or(other = -1)
               from lengths),
     city as (select bool_and("both" > 480) as a, bool_or(other > 480) as b from lengths group by city),
     county as (select bool_or("both" > 480) as a from lengths group by county),
     bank as (select bool_and(other > 480) as a, bool_and(interface > 480) as b, bool_or(interface > 480) as c
              from lengths group by bank)
select whole.*, (select bool_or(a) from city), (select bool_or(b) from city), (select bool_or(a) from county),
       (select bool_or(a) from bank), (select bool_or(b) from bank), (select bool_or(c) from bank),
       (select count(*) from errors where length > 480), (select count(*) from errors where length > 2880)
from whole
"""


def _clauses(holds: dict[str, bool], errors: int, long_errors: int) -> Answer:
    """From what holds to the clauses, by each reading; nothing where 1.4.1 is not met."""
    if not holds["event"] and not errors:
        return {"literal": (), "confirmed": ()}
    answer = {}
    for reading in ("literal", "confirmed"):
        literal = reading == "literal"
        by_interface, by_other = not literal or holds["can_interface"], not literal or holds["can_other"]
        table = {
            "1.4.2.1(1)": holds["gone"],
            "1.4.2.1(2)": long_errors >= 10,
            "1.4.2.2(1)": holds["within"] if literal else holds["both"],
            "1.4.2.2(2)": holds["other"] and by_interface,
            "1.4.2.2(3)": holds["interface"] and by_other,
            "1.4.2.2(4)": (errors > long_errors or 1 <= errors <= 10) if literal else errors >= 1,
            "1.4.2.3(1)": holds["city_both"],
            "1.4.2.3(2)": holds["bank_other"] and by_interface,
            "1.4.2.3(3)": holds["bank_interface"] and by_other,
            "1.4.2.4(1)": holds["county_both"],
            "1.4.2.4(2)": holds["city_other"] and by_interface,
            "1.4.2.4(3)": holds["bank_some"] and by_other,
            "1.4.2.4(4)": True,
        }
        answer[reading] = tuple(clause for clause, met in table.items() if met)
    return answer
