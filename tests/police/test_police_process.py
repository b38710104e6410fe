"""The police source as a real process: it starts from its settings, serves, and ends on SIGTERM."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hecha.edges.hops import mac
from hecha.edges.hops.topology import HopConfig, to_toml
from tests.police.conftest import KEY, TOKEN, Desk

START_S_MAX = 60

pytestmark = pytest.mark.chain


def settings_of(home: Path, port: int, network: str = "zhejiang") -> Path:
    config = HopConfig(
        name="police",
        role="police",
        component="police",
        home=str(home),
        listeners={"police": f"127.0.0.1:{port}"},
        peer_keys={mac.pair("relay", "police"): KEY.hex()},
        fault_token=TOKEN,
        network=network,
    )
    (home / "police.toml").write_text(to_toml(config))
    return home / "police.toml"


def start(settings: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "hecha", "run", "police", "--config", str(settings)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def serves(port: int, process: "subprocess.Popen[bytes]") -> bool:
    until = time.monotonic() + START_S_MAX
    while time.monotonic() < until and process.poll() is None:
        try:
            return Desk(port).get("/healthz").status == 200
        except OSError:
            time.sleep(0.05)  # until the process has bound its port
    return False


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_it_serves_until_sigterm(tmp_path, people):
    port = free_port()
    process = start(settings_of(tmp_path, port))
    try:
        assert serves(port, process)
        citizen = next(people.sample(1))
        answer = Desk(port).about(citizen)
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=30)
    finally:
        process.kill()
    assert answer["outcome"] == "match_photo"
    assert process.returncode in (0, -signal.SIGTERM)
    assert citizen.name.encode() not in output
    assert citizen.number.encode() not in output
    assert b"Traceback" not in output


@pytest.mark.parametrize("mistake", ["port taken", "no such network"])
def test_what_keeps_it_from_starting_is_said_in_one_sentence(tmp_path, mistake):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1] if mistake == "port taken" else free_port()
        process = start(settings_of(tmp_path, port, "zhejiang" if mistake == "port taken" else "zhejang"))
        try:
            output, _ = process.communicate(timeout=START_S_MAX)
        finally:
            process.kill()
    assert process.returncode not in (0, None)
    assert (str(port) if mistake == "port taken" else "zhejiang") in output.decode()
    assert b"Traceback" not in output
