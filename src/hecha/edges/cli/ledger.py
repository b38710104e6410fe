"""`hecha ledger verify|story|head|check`: prove the chain, and read what happened, without the console."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from hecha.edges.documents import archive
from hecha.edges.files.network_folder import load_network
from hecha.edges.files.plan_folder import plan_in_use
from hecha.edges.settings import settings
from hecha.edges.store import ledger
from hecha.edges.store.store import reading
from hecha.edges.web.story import story as tell
from hecha.edges.web.words import LANGUAGES
from hecha.kernel.errors import BadInput

app = typer.Typer(help="台账: the append-only chain of facts.", no_args_is_help=True)
Output = Annotated[str, typer.Option("-o", "--output", help="text or json")]
Database = Annotated[str, typer.Option("--database", help="database URL; default: the settings'")]


@app.command()
def verify(
    anchor: Annotated[list[str] | None, typer.Option(help="SEQ:HASH noted elsewhere; catches a rewritten tail")] = None,
    database: Database = "",
    output: Output = "text",
) -> None:
    """Check every fact and its place in the chain. Exit code 1 when it is broken."""
    with reading(database or settings().database) as connection:
        verdict = ledger.verify(connection, dict(_anchor(one) for one in anchor or []))
    sound = verdict.broken_at is None
    found = {"sound": sound, "facts": verdict.count, "head": verdict.head}
    if not sound:
        found |= {"broken_at": verdict.broken_at, "why": verdict.why}
    line = f"{verdict.count} 条事实，链完整 chain is sound; head {verdict.head}"
    if not sound:
        line = f"第 {verdict.broken_at} 条起链已断 the chain breaks at fact {verdict.broken_at}: {verdict.why}"
    typer.echo(json.dumps(found, ensure_ascii=False) if output == "json" else line)
    if not sound:
        raise typer.Exit(1)


@app.command()
def story(
    subject: Annotated[str, typer.Argument(help="an event, told in words; another id: its facts; all without it")] = "",
    after: Annotated[int, typer.Option(help="begin after this fact")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 200,
    kind: Annotated[str, typer.Option(help="only kinds that begin so, e.g. register:")] = "",
    language: Annotated[str, typer.Option(help="zh or en, for an event")] = "zh",
    database: Database = "",
    output: Output = "text",
) -> None:
    """Tell what happened, in order; an event (E…) in words, with its figures."""
    if language not in LANGUAGES:
        raise BadInput("--language", "没有这种语言 no such language", "zh, en")
    with reading(database or settings().database) as connection:
        if output == "text" and _is_event(connection, subject):
            for line in tell(connection, load_network(settings().network), plan_in_use(), subject, language):
                typer.echo(line)
            return
        facts = ledger.read(connection, after=after, subject=subject, kind=kind, limit=limit)
    if output == "json":
        typer.echo(json.dumps([_plain(one) for one in facts], ensure_ascii=False))
        return
    for one in facts:
        typer.echo(_line(one))


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="卷宗 ZIP", exists=True, dir_okay=False)],
    database: Annotated[str, typer.Option("--database", help="also look its head up in this ledger")] = "",
    output: Output = "text",
) -> None:
    """Check the whole file of an event that was kept: pieces, facts, their places. Exit code 1 when it differs."""
    with file.open("rb") as stream:
        found = archive.problems(stream)
    if database and not found:
        with reading(database) as connection, file.open("rb") as stream:
            seq, digest = archive.head_of(stream)
            verdict = ledger.verify(connection, {seq: digest})
        if verdict.broken_at is not None:
            found.append(f"台账第 {verdict.broken_at} 条: {verdict.why}")
    if output == "json":
        typer.echo(json.dumps({"sound": not found, "problems": found}, ensure_ascii=False))
    else:
        typer.echo("\n".join(found) or "卷宗完整，事实与哈希相符 the file is whole and its facts give their hashes")
    if found:
        raise typer.Exit(1)


@app.command()
def head(database: Database = "", output: Output = "text") -> None:
    """Number and hash of the last fact: note it elsewhere, and give it to `verify --anchor`."""
    with reading(database or settings().database) as connection:
        seq, digest = ledger.head(connection)
    typer.echo(json.dumps({"seq": seq, "hash": digest}) if output == "json" else f"{seq}:{digest}")


def _is_event(connection: Connection, subject: str) -> bool:
    return bool(subject) and bool(ledger.read(connection, subject=subject, kind="incident:event:", limit=1))


def _anchor(text: str) -> tuple[int, str]:
    seq, _, digest = text.partition(":")
    if not seq.isdigit() or len(digest) != len(ledger.GENESIS):
        raise BadInput("--anchor", "格式应为 序号:哈希 (SEQ:HASH)", "hecha ledger head")
    return int(seq), digest


def _line(one: ledger.Recorded) -> str:
    fact = one.fact
    when = fact.at.astimezone().isoformat(sep=" ", timespec="seconds")
    clause = f" [{fact.clause}]" if fact.clause else ""
    return f"{one.seq:>6} {when} {fact.kind} {fact.subject} {fact.by}{clause} {ledger.canonical(dict(fact.data))}"


def _plain(one: ledger.Recorded) -> dict[str, Any]:
    fact = one.fact
    shown: dict[str, Any] = {"seq": one.seq, "at": fact.at.isoformat(), "hash": one.hash, "data": dict(fact.data)}
    names = ("kind", "subject", "by", "on_behalf_of", "clause")
    return shown | {name: getattr(fact, name) for name in names}
