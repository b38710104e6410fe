"""Settings of hops, keys of pairs, and MACs that hold for one pair only."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hecha.edges.files.network_folder import load_network
from hecha.edges.hops import keys, mac
from hecha.edges.hops.topology import HopConfig, load_config, sandbox_topology, to_toml
from hecha.edges.settings import data_root
from hecha.kernel.errors import BadInput
from hecha.network.model import Network

EMPTY = Network("inline", "空", "2026-01-01", {}, {}, {}, {})


@pytest.fixture
def hops(tmp_path: Path) -> dict[str, HopConfig]:
    return sandbox_topology(tmp_path, 9700, EMPTY)


def test_the_sandbox_has_its_hops_at_their_ports(hops: dict[str, HopConfig]) -> None:
    assert hops["relay"].listeners == {
        "channel/production": "127.0.0.1:9711",
        "channel/backup": "127.0.0.1:9712",
        "hq-interconnect": "127.0.0.1:9714",
    }
    assert [route.component for route in hops["front-a"].routes] == ["channel/production", "channel/backup"]
    assert [route.component for route in hops["entrance-bank"].national] == ["hq-interconnect"]


def test_both_ends_of_a_pair_hold_the_same_key_and_no_two_pairs_share_one(hops: dict[str, HopConfig]) -> None:
    for hop in hops.values():
        for route in (*hop.routes, *hop.national):
            (above,) = (other for other in hops.values() if route.component in other.listeners)
            assert above.callers_of(route.component)[hop.name] == hop.key_to(route.component)
    every = {name: key for hop in hops.values() for name, key in hop.peer_keys.items()}
    assert len(set(every.values())) == len(every)


@pytest.mark.parametrize("given_as", ["zhejiang@2007", "own", "own@2007"])
def test_a_hop_finds_its_network_again_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given_as: str
) -> None:
    """`hecha run` gives each hop its settings as a file and starts it wherever it likes."""
    shutil.copytree(data_root() / "networks" / "zhejiang", tmp_path / "own")
    monkeypatch.chdir(tmp_path)
    network = load_network(given_as)
    hop = sandbox_topology(tmp_path, 9700, network)["entrance-web"]
    (tmp_path / "hop.toml").write_text(to_toml(hop))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    again = load_network(load_config(tmp_path / "hop.toml").network)
    assert (again.name, again.revision) == (network.name, network.revision)
    assert again.outlets.keys() == network.outlets.keys()


def test_keys_stay_the_same_from_start_to_start_and_nobody_else_may_read_them(tmp_path: Path) -> None:
    assert sandbox_topology(tmp_path, 9700, EMPTY) == sandbox_topology(tmp_path, 9700, EMPTY)
    assert (tmp_path / "keys/root.key").stat().st_mode & 0o077 == 0


def test_settings_survive_toml(hops: dict[str, HopConfig], tmp_path: Path) -> None:
    for name, hop in hops.items():
        file = tmp_path / f"{name}.toml"
        file.write_text(to_toml(hop))
        assert load_config(file) == hop


@pytest.mark.parametrize(
    ("text", "named"),
    [("colour = 1", "colour"), ("name = 3", "name"), ("name = ", "Invalid value"), ("name = 'x'", "role")],
)
def test_wrong_settings_are_refused_by_name(tmp_path: Path, text: str, named: str) -> None:
    file = tmp_path / "hop.toml"
    file.write_text(text)
    with pytest.raises(BadInput, match=named) as caught:
        load_config(file)
    assert str(file) in str(caught.value)


def test_an_answer_from_another_channel_is_not_authentic(hops: dict[str, HopConfig]) -> None:
    front, body = hops["front-a"], b'{"id":"r1"}'
    sealed = mac.sign(front.key_to("channel/backup"), b"r1", body)
    assert mac.valid(front.key_to("channel/backup"), b"r1", body, sealed)
    assert not mac.valid(front.key_to("channel/production"), b"r1", body, sealed)
    assert not mac.valid(hops["front-b"].key_to("channel/backup"), b"r1", body, sealed)


@given(st.binary(min_size=1, max_size=80), st.binary(max_size=40), st.binary(max_size=300))
def test_the_mac_is_hmac_sha256_and_any_change_is_seen(key: bytes, request_id: bytes, body: bytes) -> None:
    from hmac import digest

    sealed = mac.sign(key, request_id, body)
    assert sealed == digest(key, request_id + b"\n" + body, "sha256").hex().encode()
    assert not mac.valid(key, request_id, body + b" ", sealed)
    assert not mac.valid(key, request_id + b"x", body, sealed)
    assert not mac.valid(key, request_id, body, b"")


def test_a_month_key_once_dropped_is_gone(tmp_path: Path) -> None:
    first = keys.month_key(tmp_path, "relay", "2026-03")
    assert keys.known_month_key(tmp_path, "relay", "2026-03") == first
    keys.drop_month_key(tmp_path, "relay", "2026-03")
    assert keys.known_month_key(tmp_path, "relay", "2026-03") is None
    assert keys.month_key(tmp_path, "relay", "2026-03") != first
