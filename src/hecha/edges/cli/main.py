"""`hecha`: one command, its verbs grouped as people use them."""

import sys

import typer

from hecha.edges.cli import fault, grade, integration, ledger, paper, plan, process, up, where
from hecha.kernel.errors import HechaError

app = typer.Typer(
    help="核查: networked identity verification for banks, and the emergency response around it.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    add_completion=False,
)
app.command("up")(up.up)
app.command("run")(process.run_role)
app.command("fault")(fault.fault)
app.command("grade")(grade.grade)
app.command("integration")(integration.integration)
app.command("where")(where.where)
app.command("paper")(paper.paper)
app.add_typer(plan.app, name="plan")
app.add_typer(ledger.app, name="ledger")


def run() -> None:
    """The entry point: an error of ours is one sentence on stderr and exit code 2."""
    try:
        app()
    except HechaError as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None
