"""One journalled hop beside HAProxy: the same nginx upstream, the same wrk load, one core each, alternating rounds.

The upstream answers a fixed body, so its MAC covers a fixed request id: wrk sends that id each time and a fresh
idempotency key in each request. All checks are on: pass of the caller, strict decoding, check digit and date, recent
keys, MAC and id of the answer, encrypted journal with fsync before the answer, MAC of our own answer.

The machine may have two cores only, so wrk and nginx share one. A run counts when HAProxy kept its own core busy, that
is: when the load was not the limit. Beside requests/s the CPU time per request is shown, which depends less on that:
it stays telling while others use the machine.
"""

import os
import platform
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import msgspec

from benchmarks.figure import Figure
from hecha.edges.hops import mac
from hecha.edges.hops.topology import HopConfig, Limits, Route, to_toml
from hecha.edges.hops.wire import HopAnswer, HopRequest, Step
from hecha.verification.outcome import Outcome

CONNECTIONS = 64
SECONDS = 5
ROUNDS = 3
BUSY_MIN = 0.85
TICKS = os.sysconf("SC_CLK_TCK")
KEY_IN, KEY_OUT = "11" * 32, "22" * 32
REQUEST = HopRequest(
    "req-0000000000000001", "张三", "11010519491231002X", "non_interface", "account-system", "outlet-000001",
    "bank-0001", key="K" * 16,
)  # fmt: skip
ANSWER = HopAnswer(REQUEST.id, Outcome.MATCH_NO_PHOTO, [Step("relay", 1.2), Step("police", 0.4)], "", "杭州市公安局")


@dataclass(frozen=True, slots=True)
class Round:
    """What wrk saw and what the process used."""

    per_s: float
    p99_ms: float
    cpu_us: float
    busy: float


def run() -> list[Figure]:
    """Measure and print; figures for `make bench`."""
    with tempfile.TemporaryDirectory(prefix="hecha-gateway-") as folder, _bench(Path(folder)) as bench:
        rounds = {name: [] for name in bench.ports}
        for _ in range(ROUNDS):
            for name in bench.ports:
                rounds[name].append(bench.measure(name))
    middle = {name: _middle(found) for name, found in rounds.items()}
    _print(middle)
    _print_spread(rounds)
    _print_verdict(middle["haproxy"])
    return list(_figures(middle))


def _figures(middle: dict[str, Round]) -> Iterator[Figure]:
    proxy, hop, bare = middle["haproxy"], middle["hop"], middle["hop without journal"]
    ratio, p99 = hop.per_s / proxy.per_s, hop.p99_ms / proxy.p99_ms
    cpu, counts = proxy.cpu_us / hop.cpu_us, proxy.busy >= BUSY_MIN
    yield Figure("journalled hop, requests/s", ratio, "×", "≥ 0.40", "HAProxy", counts and ratio >= 0.40)
    yield Figure("journalled hop, requests per CPU second", cpu, "×", "≥ 0.35", "HAProxy", cpu >= 0.35)
    yield Figure("journalled hop, p99", p99, "×", "≤ 4", "HAProxy", counts and p99 <= 4)
    plain = bare.per_s / proxy.per_s
    yield Figure("hop without journal, requests/s", plain, "×", "no goal", "HAProxy", True)
    yield Figure("HAProxy's core in use", proxy.busy, "of 1", f"≥ {BUSY_MIN}", "", counts)


def _print(middle: dict[str, Round]) -> None:
    proxy = middle["haproxy"]
    # which interpreter: how it was built is an eighth of our time
    print(f"Python {platform.python_version()} of {sys.base_prefix}; medians of {ROUNDS} rounds of {SECONDS} s")
    print(f"{'':22}{'requests/s':>12}{'÷ HAProxy':>11}{'p99 ms':>9}{'÷ HAProxy':>11}{'CPU µs':>9}{'core in use':>13}")
    for name, found in middle.items():
        rate, late = found.per_s / proxy.per_s, found.p99_ms / proxy.p99_ms
        print(
            f"{name:22}{found.per_s:12,.0f}{rate:11.3f}{found.p99_ms:9.2f}{late:11.2f}{found.cpu_us:9.1f}"
            f"{found.busy:13.2f}"
        )


def _print_spread(rounds: dict[str, list[Round]]) -> None:
    pairs = list(zip(rounds["hop"], rounds["haproxy"], strict=True))
    for what, ratios in (
        ("requests/s", [hop.per_s / proxy.per_s for hop, proxy in pairs]),
        ("p99", [hop.p99_ms / proxy.p99_ms for hop, proxy in pairs]),
        ("requests per CPU second", [proxy.cpu_us / hop.cpu_us for hop, proxy in pairs]),
    ):
        print(f"hop ÷ HAProxy, {what}, round by round: {'  '.join(f'{ratio:.3f}' for ratio in ratios)}")


def _print_verdict(proxy: Round) -> None:
    if proxy.busy >= BUSY_MIN:
        print(f"The run counts: HAProxy kept {proxy.busy:.2f} of its core busy, so the load was not the limit.")
    else:
        found = f"HAProxy had only {proxy.busy:.2f} of its core in use, wanted ≥ {BUSY_MIN}"
        print(f"THE RUN DOES NOT COUNT: {found}. The load or a neighbour was the limit.")


def _middle(rounds: list[Round]) -> Round:
    return Round(*(median(getattr(found, name) for found in rounds) for name in Round.__dataclass_fields__))


@dataclass
class Bench:
    folder: Path
    ports: dict[str, int]
    processes: dict[str, int]

    def measure(self, name: str) -> Round:
        """One round of wrk against one of them."""
        port, pid = self.ports[name], self.processes[name]
        self._wrk(port, 1)
        before, began = _cpu_s(pid), time.perf_counter()
        report = self._wrk(port, SECONDS)
        used, passed = _cpu_s(pid) - before, time.perf_counter() - began
        return _read(name, report, used, passed)

    def _wrk(self, port: int, seconds: int) -> str:
        lua = str(self.folder / "load.lua")
        command = [
            "wrk",
            "-t1",
            f"-c{CONNECTIONS}",
            f"-d{seconds}s",
            "--latency",
            "-s",
            lua,
            f"http://127.0.0.1:{port}",
        ]
        return subprocess.run(_pinned(1, command), capture_output=True, text=True, check=True, timeout=60).stdout


def _read(name: str, report: str, used: float, passed: float) -> Round:
    if "Non-2xx" in report or "Socket errors" in report:
        raise RuntimeError(f"{name}: {report}")
    requests = int(re.search(r"(\d+) requests in", report)[1])
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", report)[1])
    value, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)\b", report).groups()
    p99 = float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
    return Round(rate, p99, used / requests * 1e6, used / passed)


def _cpu_s(pid: int) -> float:
    """User and system time of a process, all threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _pinned(core: int, command: list[str]) -> list[str]:
    """The measured process has the first core, wrk and nginx the second."""
    cores = sorted(os.sched_getaffinity(0))
    return ["taskset", "-c", str(cores[min(core, len(cores) - 1)]), *command]


@contextmanager
def _bench(folder: Path) -> Iterator[Bench]:
    up, proxy, hop, bare = (_free_port() for _ in range(4))
    _write_load(folder)
    commands = {
        "nginx": _pinned(1, [_tool("nginx"), "-p", str(folder), "-c", str(_write_nginx(folder, up))]),
        "haproxy": _pinned(0, [_tool("haproxy"), "-f", str(_write_haproxy(folder, proxy, up))]),
        "hop": _pinned(0, _hop(folder, "hop", hop, up, journal=True)),
        "hop without journal": _pinned(0, _hop(folder, "bare", bare, up, journal=False)),
    }
    started = {name: subprocess.Popen(command, stderr=subprocess.DEVNULL) for name, command in commands.items()}
    try:
        ports = {"haproxy": proxy, "hop": hop, "hop without journal": bare}
        for port in (up, *ports.values()):
            _wait_for(port)
        _look_at_one(ports["hop"])
        yield Bench(folder, ports, {name: process.pid for name, process in started.items()})
    finally:
        for process in started.values():
            process.send_signal(signal.SIGTERM)
        for process in started.values():
            process.wait(20)


def _hop(folder: Path, name: str, port: int, up: int, journal: bool) -> list[str]:
    listener = "front/a"
    config = HopConfig(
        name, "front", listener, str(folder), {listener: f"127.0.0.1:{port}"},
        (Route("relay", f"127.0.0.1:{up}"),),
        peer_keys={mac.pair("load", listener): KEY_IN, mac.pair(name, "relay"): KEY_OUT},
        journal=str(folder / f"journal-{name}.db") if journal else "",
        limits=replace(Limits(), health_ms=3_600_000),  # nginx answers no pings
    )  # fmt: skip
    file = folder / f"{name}.toml"
    file.write_text(to_toml(config))
    return [sys.executable, "-m", "hecha.edges.hops.process", str(file)]


def _write_load(folder: Path) -> None:
    """wrk's script: whole requests, a fresh key each."""
    body = msgspec.json.encode(REQUEST).decode()
    before, after = body.split("K" * 16)
    caller = mac.caller_pass(bytes.fromhex(KEY_IN), "load").decode()
    head = (
        f"POST /hop/verify HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"x-hecha-hop: {caller}\r\nContent-Length: {len(body.encode())}\r\n\r\n"
    )
    start = int(time.monotonic() * 1000) % 0xFFFFFF
    (folder / "load.lua").write_text(
        f"local head = {_lua(head + before)}\nlocal tail = {_lua(after)}\nlocal n = 0\n"
        f"local run = string.format('%08x', ({start} + os.time() * 1000) % 0xffffffff)\n"
        "request = function() n = n + 1; return head .. run .. string.format('%08x', n) .. tail end\n"
    )


def _lua(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("\r", "\\r").replace("\n", "\\n").replace("'", "\\'") + "'"


def _write_nginx(folder: Path, port: int) -> Path:
    body = msgspec.json.encode(ANSWER)
    sealed = mac.sign(bytes.fromhex(KEY_OUT), REQUEST.id.encode(), body).decode()
    (folder / "logs").mkdir()
    file = folder / "nginx.conf"
    file.write_text(f"""
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log /dev/null crit;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 100000000; keepalive_timeout 75s; default_type application/json;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port} backlog=2048;
    location / {{ add_header x-hecha-mac {sealed}; return 200 '{body.decode()}'; }} }}
}}
""")
    return file


def _write_haproxy(folder: Path, port: int, up: int) -> Path:
    file = folder / "haproxy.cfg"
    file.write_text(f"""
global
  nbthread 1
  maxconn 4096
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  http-reuse always
frontend in
  bind 127.0.0.1:{port}
  default_backend up
backend up
  server nginx 127.0.0.1:{up}
""")
    return file


def _look_at_one(port: int) -> None:
    """The hop really verifies: an authentic match under the id that was asked."""
    caller = mac.caller_pass(bytes.fromhex(KEY_IN), "load").decode()
    url, body = f"http://127.0.0.1:{port}/hop/verify", msgspec.json.encode(REQUEST)
    with urllib.request.urlopen(urllib.request.Request(url, body, {"x-hecha-hop": caller}), timeout=5) as reply:
        sent, sealed = reply.read(), reply.headers["x-hecha-mac"].encode()
    answer = msgspec.json.decode(sent, type=HopAnswer)
    if not mac.valid(bytes.fromhex(KEY_IN), REQUEST.id.encode(), sent, sealed) or answer.outcome != ANSWER.outcome:
        raise RuntimeError(f"the hop does not verify: {answer.path}")


def _tool(name: str) -> str:
    found = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin")
    if found is None:
        raise RuntimeError(f"{name} is not installed: benchmarks/prepare.sh")
    return found


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"nothing listens at {port}")


if __name__ == "__main__":
    for figure in run():
        print(f"{figure.name}: {figure.value:.2f} {figure.unit} {figure.goal} {figure.ratio_to} {figure.met}")
