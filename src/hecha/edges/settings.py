"""Settings: where things lie and how to reach them. Each can be given as an environment variable."""

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """What one process is told.

    | field | variable | default |
    |---|---|---|
    | home | HECHA_HOME | ./var |
    | plan | HECHA_PLAN | zhejiang |
    | also_plans | HECHA_ALSO_PLANS | none: plans that run beside it on the same event, by comma |
    | network | HECHA_NETWORK | zhejiang |
    | database | HECHA_DATABASE | embedded SQLite in home |
    | host | HECHA_HOST | 127.0.0.1 |
    | base_port | HECHA_PORT | 9700 (the console; the sandbox chain uses the 40 after it) |
    """

    home: Path
    plan: str
    also_plans: tuple[str, ...]
    network: str
    database: str
    host: str
    base_port: int


@cache  # ok: settings do not change while a process lives
def settings() -> Settings:
    """Read once from the environment."""
    home = Path(os.environ.get("HECHA_HOME", "var")).absolute()
    return Settings(
        home=home,
        plan=os.environ.get("HECHA_PLAN", "zhejiang"),
        also_plans=tuple(filter(None, os.environ.get("HECHA_ALSO_PLANS", "").split(","))),
        network=os.environ.get("HECHA_NETWORK", "zhejiang"),
        database=os.environ.get("HECHA_DATABASE", f"sqlite:///{home / 'hecha.db'}"),
        host=os.environ.get("HECHA_HOST", "127.0.0.1"),
        base_port=int(os.environ.get("HECHA_PORT", "9700")),
    )


@cache  # ok: the installation does not move
def data_root() -> Path:
    """The folder that holds `plans/` and `networks/`: inside the wheel, or the source tree."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "data"
    return inside if inside.is_dir() else package.parent.parent
