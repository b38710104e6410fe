"""The whole product as its users meet it: `hecha up` as a child, the console over HTTP, faults by the command line."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx

HIGH_PORTS = range(21_000, 29_000, 60)
START_S = 90


def free_base_port() -> int:
    """A base with the sandbox's 40 ports free behind it."""
    offset = os.getpid() % len(HIGH_PORTS)
    for base in [*HIGH_PORTS[offset:], *HIGH_PORTS[:offset]]:
        if all(_is_free(base + step) for step in (0, 1, 11, 12, 14, 21, 22, 31, 32)):
            return base
    raise RuntimeError("no free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


class Province:
    """A running sandbox province."""

    def __init__(self, home: Path, *, clerks: bool = False) -> None:
        self.home, self.base_port = home, free_base_port()
        self.environment = {**os.environ, "HECHA_HOME": str(home), "HECHA_PORT": str(self.base_port)}
        command = [sys.executable, "-m", "hecha", "up", *([] if clerks else ["--quiet"])]
        self.output = (home / "up.out").open("w+")
        self.process = subprocess.Popen(command, env=self.environment, stdout=self.output, stderr=subprocess.STDOUT)
        self.wait(self.is_up, START_S)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.base_port}"

    def is_up(self) -> bool:
        if self.process.poll() is not None:
            raise RuntimeError((self.home / "up.out").read_text())
        try:
            ready = httpx.get(f"{self.url}/readyz", timeout=2).status_code == 200
            return ready and (self.home / "sandbox-accounts.json").exists()
        except httpx.TransportError:
            return False

    def wait(self, question: Callable[[], bool], within_s: float = 30) -> None:
        """Until it is so; fails loudly with the logs when it never is."""
        deadline = monotonic() + within_s
        while not question():
            if monotonic() > deadline:
                logs = {log.name: log.read_text()[-2000:] for log in (self.home / "log").glob("*.log")}
                raise AssertionError(f"it never came true: {json.dumps(logs, indent=1)}")
            sleep(0.1)

    def sign_in(self, login: str) -> "Person":
        accounts = json.loads((self.home / "sandbox-accounts.json").read_text())
        password = next(one["password"] for one in accounts if one["login"] == login)
        return Person(self.url, login, password)

    def hecha(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The command line beside the running province."""
        command = [sys.executable, "-m", "hecha", *words]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=60)

    def fault(self, component: str, *how: str) -> None:
        done = self.hecha("fault", component, *how)
        assert done.returncode == 0, done.stderr

    def close(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        finally:
            self.process.kill()
            self.output.close()


class Person:
    """Somebody signed in: a browser without a screen."""

    def __init__(self, url: str, login: str, password: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=20, follow_redirects=True)
        form = self.http.get("/sign-in").text
        done = self.http.post("/sign-in", data={"login": login, "password": password, "csrf": _csrf(form)})
        assert done.status_code == 200, done.text
        self.csrf = _csrf(done.text)

    def verify(self, citizen: Any, key: str, **more: Any) -> dict[str, Any]:
        """Through the API with the session."""
        body = {
            "subject": {"name": citizen.name, "number": citizen.number},
            "business": {"type": "01", "reference": key},
            "outlet": more.pop("outlet", ""),
            **more,
        }
        return self.post("/api/v1/verifications", body, key).json()

    def post(self, path: str, body: dict[str, Any], key: str) -> httpx.Response:
        headers = {"idempotency-key": key, "x-csrf-token": self.csrf}
        return self.http.post(path, json=body, headers=headers)

    def situation(self) -> dict[str, Any]:
        return self.http.get("/api/v1/situation").json()


def _csrf(page: str) -> str:
    found = re.search(r'name="csrf"[^>]*value="([^"]+)"', page)
    return found.group(1) if found else ""
