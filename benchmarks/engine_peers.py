"""The peers of the grading engine: the clauses of 1.4.2 (confirmed reading) as one query over the outlet table."""

import tempfile
from dataclasses import dataclass

import duckdb
import polars as pl

from hecha.kernel.ids import Access, Mode
from hecha.network.availability import Availability
from hecha.network.outage import Outage, minutes

UP = -1  # minutes of an outage that does not stand


@dataclass(frozen=True, slots=True)
class Facts:
    """The outlet table and the data errors, as a database would keep them."""

    outlets: pl.DataFrame
    errors: pl.DataFrame


def facts_of(here: Availability) -> Facts:
    """One row an outlet: city, county, bank, whether it has an interface mode, minutes out by each mode and both."""

    def length(outage: Outage | None) -> int:
        return UP if outage is None else minutes(outage, here.now)

    network = here.network
    rows = [
        (
            network.city_of(one.county),
            one.county,
            one.bank,
            network.banks[one.bank].access is not Access.NONE,
            length(here.outage(one.id, Mode.INTERFACE)),
            length(here.outage(one.id, Mode.NON_INTERFACE)),
            length(here.outage(one.id, None)),
        )
        for one in network.outlets.values()
    ]
    columns = ["city", "county", "bank", "has", "interface", "other", "both"]
    outlets = pl.DataFrame(rows, schema=columns, orient="row").with_columns(
        pl.col("city", "county", "bank").cast(pl.Categorical)
    )
    severe = [
        (city, minutes((since, -1 if until is None or until <= here.now else until, False), here.now))
        for city, error in here.data_errors.items()
        if error.severe(0.5)
        for since, until in [error.fault]
    ]
    return Facts(outlets, pl.DataFrame(severe, schema={"city": pl.String, "length": pl.Int64}, orient="row"))


class PolarsPeer:
    name = "Polars"

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def level(self) -> int | None:
        both, other, interface = pl.col("both") > 480, pl.col("other") > 480, pl.col("interface") > 480
        table = self.facts.outlets.lazy()
        whole = table.select(
            gone=(pl.col("both") > 2880).all(),
            both=both.all(),
            other=other.all(),
            interface=(interface | ~pl.col("has")).all() & pl.col("has").any(),
            event=(other | interface).any(),
        )
        cities = table.group_by("city").agg(both=both.all()).select(pl.col("both").any())
        banks = table.group_by("bank").agg(other=other.all(), interface=interface.all())
        banks = banks.select(pl.col("other").any(), pl.col("interface").any())
        one, city, bank = pl.collect_all([whole, cities, banks])
        errors = self.facts.errors["length"]
        long, worst = int((errors > 480).sum()), int((errors > 2880).sum())
        first = one.row(0, named=True)
        return _level(first, bool(city.item()), any(bank.row(0)), long, worst)


class DuckPeer:
    name = "DuckDB"

    def __init__(self, facts: Facts) -> None:
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

    def level(self) -> int | None:
        row = self.connection.execute(
            """
            with cities as (select bool_and("both" > 480) as dark from outlets group by city),
                 banks as (select bool_and(other > 480) as dark, bool_and(interface > 480) as cut
                           from outlets group by bank),
                 whole as (select bool_and("both" > 2880), bool_and("both" > 480), bool_and(other > 480),
                           bool_and(interface > 480 or not has) and bool_or(has),
                           bool_or(other > 480 or interface > 480) from outlets)
            select *, (select bool_or(dark) from cities), (select bool_or(dark or cut) from banks),
                   (select count(*) from errors where length > 480), (select count(*) from errors where length > 2880)
            from whole
            """
        ).fetchone()
        assert row is not None
        first = dict(zip(("gone", "both", "other", "interface", "event"), row[:5], strict=True))
        return _level(first, bool(row[5]), bool(row[6]), int(row[7]), int(row[8]))


def _level(whole: dict[str, bool], city: bool, bank: bool, errors: int, long_errors: int) -> int | None:
    """The highest level of 1.4.2, None where 1.4.1 is not met."""
    if not whole["event"] and not errors:
        return None
    if whole["gone"] or long_errors >= 10:
        return 1
    if whole["both"] or whole["other"] or whole["interface"] or errors:
        return 2
    return 3 if city or bank else 4
