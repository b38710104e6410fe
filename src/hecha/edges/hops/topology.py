"""Who talks to whom: the settings of one hop, and the sandbox province's six hops.

HopConfig of front-a: component front/a, listens at :9721 as `front/a`,
routes channel/production :9711 then channel/backup :9712, both end at `relay`.
"""

import tomllib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from hecha.edges.hops import keys, mac
from hecha.kernel.errors import BadInput
from hecha.network.model import Network

HOST = "127.0.0.1"
PORTS = {
    "police": 1,
    "channel/production": 11,
    "channel/backup": 12,
    "hq-interconnect": 14,
    "front/a": 21,
    "front/b": 22,
    "entrance-web": 31,
    "entrance-bank": 32,
}
"""Offsets from the base port, by listener."""


@dataclass(frozen=True, slots=True)
class Route:
    """One way up. `component` is what a try passes (`front/a`, `channel/backup`); `address` is host:port."""

    component: str
    address: str


@dataclass(frozen=True, slots=True)
class Limits:
    """Every limit of a hop. Times in milliseconds, sizes in bytes."""

    try_ms: int = 250  # without an answer or a hop acknowledgement: next route
    ack_ms: int = 100  # without an answer: acknowledge, and again after each such time
    deadline_ms: int = 10_000
    tries: int = 3
    body_bytes: int = 16_384
    answer_bytes: int = 1_048_576
    header_bytes: int = 16_384
    body_ms: int = 5_000  # a request must have come in whole
    keep_alive_s: int = 75
    in_flight: int = 1_024
    connections: int = 512  # from below
    upstream_connections: int = 512  # per route
    health_ms: int = 1_000


@dataclass(frozen=True, slots=True)
class HopConfig:
    """One process of the chain.

    `listeners`: component → host:port. `routes`: in order of preference; `national`: an entrance's way for national
    interface banks. `beyond`: what all routes lead to, when that is one component. `peer_keys`: `mac.pair(caller,
    listener)` → hex key. `tokens`: who may use an entrance (bank id or `console`) → bearer token.
    `hours`: service hours ("" = always), e.g. `1-5 08:00-18:00, 6-7 09:00-16:00`.
    """

    name: str
    role: str  # police | relay | front | entrance
    component: str
    home: str
    listeners: dict[str, str]
    routes: tuple[Route, ...] = ()
    national: tuple[Route, ...] = ()
    peers: tuple[Route, ...] = ()  # an entrance's way to the other entrance, which holds the entries of the other mode
    beyond: str = ""
    peer_keys: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    console: str = ""  # host:port to which an entrance hands deferred registrations; "" = it keeps them
    cfx_families: dict[str, str] = field(default_factory=dict)  # bank id → code family of its XML (default: a)
    journal: str = ""  # "" = this hop keeps none
    fault_token: str = ""  # "" = nothing can be broken on purpose
    control_key: str = ""  # hex; seals orders to switch over by hand; "" = nobody can
    network: str = "zhejiang"  # a name, or an absolute folder: what `load_network` takes, wherever the process starts
    hours: str = ""
    fast: bool = True  # False = the plain ASGI implementation serves /hop/verify as well
    limits: Limits = field(default_factory=Limits)

    @property
    def keys_folder(self) -> Path:
        return Path(self.home) / "keys"

    def key_to(self, listener: str) -> bytes:
        """MAC key of the pair (this hop, a listener above)."""
        return bytes.fromhex(self.peer_keys[mac.pair(self.name, listener)])

    def callers_of(self, listener: str) -> dict[str, bytes]:
        """Who may call a listener of this hop, with the key of the pair."""
        pairs = ([*name.split(">", 1), key] for name, key in self.peer_keys.items())
        return {caller: bytes.fromhex(key) for caller, at, key in pairs if at == listener}


def load_config(path: Path) -> HopConfig:
    """Read a hop's TOML settings. Raises BadInput naming the file and the wrong key."""
    try:
        given = tomllib.loads(path.read_text())
        unknown = set(given) - set(HopConfig.__dataclass_fields__)
        if unknown:
            raise BadInput(str(path), f"没有这个设置 unknown setting {sorted(unknown)[0]}")
        return msgspec.convert(given, HopConfig)
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadInput(str(path), str(error)) from error


def to_toml(config: HopConfig) -> str:
    """The settings as TOML, readable by `load_config`."""
    values = asdict(config)
    plain = [f"{name} = {_toml(value)}" for name, value in values.items()]
    return "\n".join(plain) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(key)} = {_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return msgspec.json.encode(value).decode()


def sandbox_topology(home: Path, base_port: int, network: Network) -> dict[str, HopConfig]:
    """The six hops of one sandbox province on this machine, keys made on first use in `home/keys`."""
    return _Sandbox(home, base_port, network).hops()


class _Sandbox:
    def __init__(self, home: Path, base_port: int, network: Network) -> None:
        self.home, self.base_port, self.network = home, base_port, network
        self.root = keys.root_secret(home)

    def hops(self) -> dict[str, HopConfig]:
        return {
            "police": self._hop("police", "police", "police", ["police"]),
            "relay": self._hop(
                "relay", "relay", "relay", ["channel/production", "channel/backup", "hq-interconnect"], ["police"]
            ),
            **{f"front-{x}": self._front(x) for x in "ab"},
            **{name: self._entrance(name) for name in ("entrance-web", "entrance-bank")},
        }

    def _front(self, letter: str) -> HopConfig:
        channels = ["channel/production", "channel/backup"]
        return self._hop(f"front-{letter}", "front", f"front/{letter}", [f"front/{letter}"], channels, beyond="relay")

    def _entrance(self, name: str) -> HopConfig:
        national = ["hq-interconnect"] if name == "entrance-bank" else []
        tokens = {who: keys.derived(self.root, f"institution:{who}") for who in [*self.network.banks, "console"]}
        other = "entrance-bank" if name == "entrance-web" else "entrance-web"
        return self._hop(
            name,
            "entrance",
            name,
            [name],
            ["front/a", "front/b"],
            national,
            peers=(Route(other, self._address(other)),),
            console=f"{HOST}:{self.base_port}",
            tokens=tokens,
        )

    def _hop(
        self,
        name: str,
        role: str,
        component: str,
        listeners: list[str],
        routes: list[str] | None = None,
        national: list[str] | None = None,
        **more: Any,
    ) -> HopConfig:
        up, nation = routes or [], national or []
        return HopConfig(
            name=name,
            role=role,
            component=component,
            home=str(self.home),
            listeners={at: self._address(at) for at in listeners},
            routes=tuple(Route(at, self._address(at)) for at in up),
            national=tuple(Route(at, self._address(at)) for at in nation),
            peer_keys=self._pair_keys(
                name, up + nation + [peer.component for peer in more.get("peers", ())], listeners
            ),
            journal="" if role == "police" else str(self.home / f"journal-{name}.db"),
            fault_token=keys.derived(self.root, "fault"),
            control_key=keys.derived(self.root, f"control:{name}"),
            network=self.network.name,
            **more,
        )

    def _address(self, listener: str) -> str:
        return f"{HOST}:{self.base_port + PORTS[listener]}"

    def _pair_keys(self, name: str, up: list[str], listeners: list[str]) -> dict[str, str]:
        pairs = [mac.pair(name, at) for at in up] + [mac.pair(who, at) for at in listeners for who in _CALLERS[at]]
        return {name: keys.derived(self.root, f"pair:{name}") for name in pairs}


_CALLERS = {
    "police": ["relay"],
    "channel/production": ["front-a", "front-b"],
    "channel/backup": ["front-a", "front-b"],
    "hq-interconnect": ["entrance-bank"],
    "front/a": ["entrance-web", "entrance-bank"],
    "front/b": ["entrance-web", "entrance-bank"],
    "entrance-web": ["entrance-bank"],
    "entrance-bank": ["entrance-web"],
}
