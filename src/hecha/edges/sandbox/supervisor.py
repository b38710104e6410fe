"""Keeps the sandbox's processes alive: each is a real process, restarted when it dies unless it is held down.

Files in `home`: `run/<name>.pid` (the process), `run/<name>.held` (a fault holds it down: it stays dead until
the file is gone), `log/<name>.log`.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

RESTART_PAUSE_S = 0.5
RESTART_PAUSE_MAX_S = 10.0
STEADY_AFTER_S = 20.0
STOP_GRACE_S = 5.0
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def _die_with_parent() -> None:
    """In the child: if the supervisor is killed, no orphan keeps the ports."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """One supervised process. `pause_s` grows while it keeps dying soon after its start."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause_s: float = RESTART_PAUSE_S
    due: float = 0.0


@dataclass
class Supervisor:
    """`commands`: name → arguments of `program`."""

    home: Path
    commands: Mapping[str, list[str]]
    environment: Mapping[str, str] = field(default_factory=dict)
    program: tuple[str, ...] = (sys.executable, "-m", "hecha")
    children: dict[str, Child] = field(default_factory=dict)

    def start(self) -> None:
        for folder in ("run", "log"):
            (self.home / folder).mkdir(parents=True, exist_ok=True)
        for stale in (self.home / "run").glob("*.held"):
            stale.unlink()
        for name, arguments in self.commands.items():
            child = Child(name, [*self.program, *arguments])
            self.children[name] = child
            self._spawn(child)

    def watch(self, stop: threading.Event, tick_s: float = 0.1) -> None:
        """Until `stop`: restart what died and is not held."""
        while not stop.wait(tick_s):
            for child in self.children.values():
                self._tend(child)

    def stop(self) -> None:
        """SIGTERM to all (frozen ones are thawed first), then SIGKILL to those that stay."""
        running = [child.process for child in self.children.values() if child.process]
        for process in running:
            _signal(process.pid, signal.SIGTERM)
            _signal(process.pid, signal.SIGCONT)
        deadline = monotonic() + STOP_GRACE_S
        for process in running:
            try:
                process.wait(max(0.1, deadline - monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(STOP_GRACE_S)
        for name in self.children:
            pid_file(self.home, name).unlink(missing_ok=True)

    def _tend(self, child: Child) -> None:
        if child.process is not None:
            if child.process.poll() is None:
                return
            self._mourn(child)
        if not held_file(self.home, child.name).exists() and monotonic() >= child.due:
            self._spawn(child)

    def _mourn(self, child: Child) -> None:
        child.process = None
        pid_file(self.home, child.name).unlink(missing_ok=True)
        steady = monotonic() - child.started > STEADY_AFTER_S
        child.pause_s = RESTART_PAUSE_S if steady else min(child.pause_s * 2, RESTART_PAUSE_MAX_S)
        child.due = monotonic() + (RESTART_PAUSE_S if steady else child.pause_s)

    def _spawn(self, child: Child) -> None:
        with (self.home / "log" / f"{child.name}.log").open("ab") as log:
            child.process = subprocess.Popen(
                child.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **self.environment},
                preexec_fn=_die_with_parent,
            )
        child.started = monotonic()
        pid_file(self.home, child.name).write_text(str(child.process.pid))


def pid_file(home: Path, name: str) -> Path:
    return home / "run" / f"{name}.pid"


def held_file(home: Path, name: str) -> Path:
    return home / "run" / f"{name}.held"


def kill_and_hold(home: Path, name: str) -> None:
    """`--down` for a whole process: it is killed at once and not started again until `release`."""
    held_file(home, name).touch()
    _signal(_pid(home, name), signal.SIGKILL)


def freeze(home: Path, name: str) -> None:
    """`--freeze`: the process keeps its sockets and answers nothing."""
    _signal(_pid(home, name), signal.SIGSTOP)


def release(home: Path, name: str) -> None:
    """`--up`: thaw it and let it be started again."""
    held_file(home, name).unlink(missing_ok=True)
    _signal(_pid(home, name), signal.SIGCONT)


def _pid(home: Path, name: str) -> int | None:
    try:
        return int(pid_file(home, name).read_text())
    except (FileNotFoundError, ValueError):
        return None


def _signal(pid: int | None, number: signal.Signals) -> None:
    if pid is None:
        return
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
