"""The ledger only grows, and every kind of tampering is found."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert, select, text, update
from typer.testing import CliRunner

from hecha.edges.cli.ledger import app
from hecha.edges.store import ledger
from hecha.edges.store.keys import Keys
from hecha.edges.store.store import Store, Tx
from hecha.edges.store.tables import facts
from hecha.kernel.facts import Fact

NOON = datetime(2026, 3, 12, 4, 0, tzinfo=UTC)


def fill(store: Store, count: int = 20) -> None:
    def run(tx: Tx) -> None:
        for i in range(count):
            tx.record(
                Fact("test:thing:done", f"s{i % 3}", NOON + timedelta(minutes=i), "clerk", data={"n": i, "字": "值"})
            )

    store.submit(run).result(10)


def check(store: Store, anchors: dict[int, str] | None = None) -> ledger.Verdict:
    with store.read() as connection:
        return ledger.verify(connection, anchors)


def test_a_sound_chain(store: Store) -> None:
    fill(store)
    verdict = check(store)
    assert (verdict.count, verdict.broken_at) == (20, None)


def test_an_empty_chain_is_sound(store: Store) -> None:
    assert check(store) == ledger.Verdict(0, ledger.GENESIS)


def test_facts_come_back_as_they_were(store: Store) -> None:
    fact = Fact("a:b:c", "s", NOON, "clerk", "superior", "5.1.1(3)", {"list": [1, 2], "when": NOON})
    store.submit(lambda tx: tx.record(fact)).result(10)
    with store.read() as connection:
        (back,) = ledger.read(connection)
    assert back.fact == Fact(
        "a:b:c",
        "s",
        NOON,
        "clerk",
        "superior",
        "5.1.1(3)",
        {"list": [1, 2], "when": "2026-03-12T04:00:00.000000+00:00"},
    )


@pytest.mark.parametrize("statement", ["UPDATE facts SET kind = 'x' WHERE seq = 3", "DELETE FROM facts WHERE seq = 3"])
def test_the_database_itself_refuses_to_change_a_fact(store: Store, statement: str) -> None:
    fill(store)
    with pytest.raises(Exception, match="only grows"):
        store.submit(lambda tx: tx.connection.execute(text(statement))).result(10)
    assert check(store).broken_at is None


def unguarded(store: Store, change: Callable[[Connection], None]) -> None:
    """An administrator takes the triggers away first."""

    def run(tx: Tx) -> None:
        if tx.connection.dialect.name == "postgresql":
            tx.connection.execute(text("DROP TRIGGER facts_no_change ON facts"))
        else:
            tx.connection.execute(text("DROP TRIGGER facts_no_update"))
            tx.connection.execute(text("DROP TRIGGER facts_no_delete"))
        change(tx.connection)

    store.submit(run).result(10)


def flip(column: str, value: object) -> Callable[[Connection], None]:
    return lambda connection: connection.execute(update(facts).where(facts.c.seq == 7).values({column: value})) and None


def remove(connection: Connection) -> None:
    connection.execute(delete(facts).where(facts.c.seq == 7))


def swap(connection: Connection) -> None:
    first, second = (connection.execute(select(facts).where(facts.c.seq == seq)).mappings().one() for seq in (7, 8))
    for seq, row in ((7, second), (8, first)):
        connection.execute(update(facts).where(facts.c.seq == seq).values({**row, "seq": seq}))


def forge(connection: Connection) -> None:
    row = dict(connection.execute(select(facts).where(facts.c.seq == 20)).mappings().one())
    connection.execute(insert(facts), row | {"seq": 21, "data": "{}"})


TAMPERINGS = {
    "kind": flip("kind", "x:y:z"),
    "subject": flip("subject", "other"),
    "at": flip("at", NOON),
    "by": flip("by", "nobody"),
    "on_behalf_of": flip("on_behalf_of", "x"),
    "clause": flip("clause", "1.1"),
    "data": flip("data", '{"n":8}'),
    "prev": flip("prev", "f" * 64),
    "hash": flip("hash", "f" * 64),
    "delete": remove,
    "swap": swap,
    "insert": forge,
}


@pytest.mark.parametrize("how", TAMPERINGS)
def test_tampering_is_found(store: Store, how: str) -> None:
    fill(store)
    unguarded(store, TAMPERINGS[how])
    broken = check(store).broken_at
    assert broken is not None
    assert broken in (7, 8, 21)


def rewrite(connection: Connection) -> None:
    """The whole chain again, with another history, every hash right."""
    rows = connection.execute(select(facts).order_by(facts.c.seq)).mappings().all()
    connection.execute(delete(facts))
    for row in rows:
        fact = Fact(row["kind"], row["subject"], row["at"], "nobody", data=json.loads(row["data"]))
        ledger.append(connection, fact)


def cut(connection: Connection) -> None:
    connection.execute(delete(facts).where(facts.c.seq > 15))


@pytest.mark.parametrize("how", [rewrite, cut])
def test_an_anchor_kept_elsewhere_finds_what_the_chain_alone_cannot(
    store: Store, how: Callable[[Connection], None]
) -> None:
    fill(store)
    with store.read() as connection:
        seq, digest = ledger.head(connection)
    unguarded(store, how)
    assert check(store).broken_at is None  # the chain alone is sound
    assert check(store, {seq: digest}).broken_at == 20


def test_a_fact_refuses_what_has_no_one_spelling(store: Store) -> None:
    for value in (float("nan"), object()):
        with pytest.raises((ValueError, TypeError)):
            store.submit(lambda tx, v=value: tx.record(Fact("a:b:c", "s", NOON, data={"v": v}))).result(10)
    assert check(store).count == 0


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=9) | st.booleans() | st.none()))
def test_canonical_text_does_not_depend_on_the_order_of_keys(value: dict[str, object]) -> None:
    backwards = dict(reversed(value.items()))
    assert ledger.canonical(value) == ledger.canonical(backwards)
    assert json.loads(ledger.canonical(value)) == value


def test_the_command_line_proves_and_tells(tmp_path, keys: Keys) -> None:
    url = f"sqlite:///{tmp_path / 'hecha.db'}"
    store = Store(url, keys)
    fill(store)
    run = CliRunner().invoke
    sound = run(app, ["verify", "--database", url, "-o", "json"])
    assert (sound.exit_code, json.loads(sound.stdout)["facts"]) == (0, 20)
    told = json.loads(run(app, ["story", "s1", "--database", url, "-o", "json"]).stdout)
    assert [one["data"]["n"] for one in told] == [1, 4, 7, 10, 13, 16, 19]
    anchor = run(app, ["head", "--database", url]).stdout.strip()
    assert run(app, ["verify", "--database", url, "--anchor", anchor]).exit_code == 0
    unguarded(store, cut)
    broken = run(app, ["verify", "--database", url, "--anchor", anchor])
    assert broken.exit_code == 1
    assert "anchored fact is missing" in broken.stdout
    store.close()
