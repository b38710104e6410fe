"""`hecha up` refuses early what cannot come up."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.whole.province import free_base_port


@pytest.mark.parametrize("step", [0, 1, 12, 22, 32])
def test_a_taken_port_is_named_with_the_way_out(tmp_path: Path, step: int) -> None:
    base = free_base_port()
    environment = {**os.environ, "HECHA_HOME": str(tmp_path), "HECHA_PORT": str(base)}
    with socket.socket() as other:
        other.bind(("127.0.0.1", base + step))
        other.listen()
        command = [sys.executable, "-m", "hecha", "up"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert str(base + step) in done.stderr
    assert "HECHA_PORT" in done.stderr
    assert not list(tmp_path.glob("run/*.pid"))
