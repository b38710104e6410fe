"""A network from a folder: what is accepted, and every mistake named by file and line with a way out."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hecha.edges.files.network_folder import load_network
from hecha.edges.files.network_outlets import spread
from hecha.kernel.errors import BadInput
from hecha.kernel.ids import Access, Mode

AREAS = """code,zh,kind,parent,short,branch
A,甲省,province,,甲,pbc/A
A1,一市,city,A,一,pbc/A1
A11,东县,county,A1,东,
A12,西县,county,A1,西,pbc/A12
"""
BANKS = "id,zh,category,access\nx,某银行,state,national\ny,乡村银行,rural,none\n"
OUTLETS = "id,zh,bank,county\no1,某东支行,x,A11\no2,乡村西支行,y,A12\n"
CARDS = "authority,city\n东县公安局,A1\n"
PATHS = """[[path]]
mode = "non_interface"
access = ["national", "local", "none"]
expression = "outlet/{outlet}/line & (a | b)"
"""
TOML = """[revisions]
present = "2020-12-31"
1999 = "1999-12-31"
[province]
code = "44"
zh = "某省"
[cities]
4401 = { zh = "一市", branch = true }
[counties]
440101 = { zh = "东县", weight = 3 }
440102 = { zh = "西县", until = 2010 }
440103 = { zh = "西区", since = 2010, was = "440102" }
"""
GOOD = {"areas.csv": AREAS, "banks.csv": BANKS, "outlets.csv": OUTLETS, "card_authorities.csv": CARDS}


def folder(tmp_path: Path, **changes: str | bytes | None) -> str:
    """A good folder with some files changed (`areas_csv`) or left out (None)."""
    files: dict[str, str | bytes | None] = {**GOOD}
    files.update({name.replace("__", "."): content for name, content in changes.items()})
    for name, content in files.items():
        if content is not None:
            data = content if isinstance(content, bytes) else content.encode()
            (tmp_path / name).write_bytes(data)
    return str(tmp_path)


def test_a_folder_of_plain_files(tmp_path):
    network = load_network(folder(tmp_path))
    assert (network.name, network.zh) == (str(tmp_path), "甲省")
    assert [area.short for area in network.areas.values()] == ["甲", "一", "东", "西"]
    assert network.areas["A12"].local_branch == "pbc/A12"
    assert network.banks["y"].access is Access.NONE
    assert network.outlets["o2"].county == "A12"
    assert network.card_authorities == {"东县公安局": "A1"}
    assert (Access.NATIONAL, Mode.INTERFACE) in network.paths


def test_own_paths_and_no_cards(tmp_path):
    network = load_network(folder(tmp_path, paths__toml=PATHS, card_authorities__csv=None))
    assert set(network.paths) == {(access, Mode.NON_INTERFACE) for access in Access}
    assert network.card_authorities == {}


def test_a_byte_order_mark_comments_blank_lines_and_crlf_do_no_harm(tmp_path):
    text = "\ufeff# 说明\r\n\r\nid,zh,category,access\r\nx,某银行,state,national\r\n\r\ny,乡村银行,rural,none\r\n"
    assert set(load_network(folder(tmp_path, banks__csv=text)).banks) == {"x", "y"}


def test_areas_in_any_order(tmp_path):
    header, *rows = AREAS.splitlines()
    text = "\n".join([header, *reversed(rows)])
    assert len(load_network(folder(tmp_path, areas__csv=text)).areas) == 4


def test_revisions_and_generated_outlets(tmp_path):
    banks = (
        "id,zh,category,access,short,home,outlets\nx,某银行,state,national,某行,,10\ny,西银行,rural,none,,440103,4\n"
    )
    name = folder(
        tmp_path, areas__csv=None, areas__toml=TOML, outlets__csv=None, banks__csv=banks, card_authorities__csv=None
    )
    now, old = load_network(name), load_network(f"{name}@1999")
    assert (now.revision, old.revision) == ("2020-12-31", "1999-12-31")
    assert (load_network(now.name), load_network(old.name)) == (now, old)
    assert ("440103" in now.areas, "440103" in old.areas) == (True, False)
    assert {o.county for o in old.outlets.values() if o.bank == "y"} == {"440102"}  # where the district came from
    assert len(now.outlets) == len(old.outlets) == 14
    assert sum(o.county == "440101" and o.bank == "x" for o in now.outlets.values()) == 8
    assert now.outlets["x-0001"].zh == "某行东县支行"
    assert now.outlets["y-0001"].zh == "西银行营业部"


MISTAKES = {
    "unknown bank": ({"outlets__csv": OUTLETS.replace(",x,", ",z,")}, "outlets.csv:2", "'z'"),
    "nearly a bank": ({"outlets__csv": OUTLETS.replace("y,A12", "yy,A12")}, "outlets.csv:3", "y"),
    "unknown county": ({"outlets__csv": OUTLETS.replace("A11", "B11")}, "outlets.csv:2", "A11"),
    "duplicate outlet": ({"outlets__csv": OUTLETS.replace("o2", "o1")}, "outlets.csv:3", "重复"),
    "slash in an outlet": ({"outlets__csv": OUTLETS.replace("o2", "o/2")}, "outlets.csv:3", "'/'"),
    "brace in a bank": ({"banks__csv": BANKS.replace("\ny", "\n{y}")}, "banks.csv:3", "'{'"),
    "duplicate bank": ({"banks__csv": BANKS.replace("\ny,", "\nx,")}, "banks.csv:3", "重复"),
    "bank without a name": ({"banks__csv": BANKS.replace("乡村银行", "")}, "banks.csv:3", "zh"),
    "wrong class": ({"banks__csv": BANKS.replace("rural", "rurral")}, "banks.csv:3", "rural"),
    "wrong access": ({"banks__csv": BANKS.replace("national", "nation")}, "banks.csv:2", "national"),
    "county without its city": ({"areas__csv": AREAS.replace("county,A1,西", "county,A2,西")}, "areas.csv:5", "A1"),
    "county below a province": ({"areas__csv": AREAS.replace("county,A1,西", "county,A,西")}, "areas.csv:5", "A1"),
    "city without its province": ({"areas__csv": AREAS.replace("city,A,", "city,B,")}, "areas.csv:3", "A"),
    "duplicate area": ({"areas__csv": AREAS.replace("A12", "A11")}, "areas.csv:5", "重复"),
    "wrong kind": ({"areas__csv": AREAS.replace("county,A1,东", "town,A1,东")}, "areas.csv:4", "county"),
    "city without a county": ({"areas__csv": AREAS + "A2,二市,city,A,二,\n"}, "", "A2"),
    "empty file": ({"banks__csv": ""}, "banks.csv:1", "空"),
    "only blanks": ({"banks__csv": "\n \n"}, "banks.csv:1", "空"),
    "only a header": ({"banks__csv": "id,zh,category,access\n"}, "banks.csv:1", "表头"),
    "wrong header": ({"banks__csv": BANKS.replace("access", "acess")}, "banks.csv:1", "id,zh,category,access"),
    "column missing": ({"outlets__csv": "id,zh,bank\no1,某,x\n"}, "outlets.csv:1", "county"),
    "column twice": ({"outlets__csv": "id,zh,bank,bank\n"}, "outlets.csv:1", "bank"),
    "a comma too many": ({"outlets__csv": OUTLETS.replace("某东", "某,东")}, "outlets.csv:2", "5"),
    "open quote": ({"outlets__csv": OUTLETS.replace("某东支行", '"某东支行')}, "outlets.csv:3", "引号"),
    "GBK": ({"banks__csv": BANKS.encode("gbk")}, "banks.csv:2", "GBK"),
    "UTF-16": ({"banks__csv": BANKS.encode("utf-16")}, "banks.csv:1", "UTF-16"),
    "no text at all": ({"banks__csv": b"id,zh\n\xff\xff\xff"}, "banks.csv:2", "UTF-8"),
    "card of an unknown city": ({"card_authorities__csv": CARDS.replace("A1", "A3")}, "card_authorities.csv:2", "A1"),
    "card twice": ({"card_authorities__csv": CARDS + "东县公安局,A1\n"}, "card_authorities.csv:3", "重复"),
    "no banks": ({"banks__csv": None}, "", "banks.csv"),
    "no areas": ({"areas__csv": None}, "", "areas"),
    "no outlet": ({"outlets__csv": None}, "banks.csv", "outlets"),
    "bad expression": ({"paths__toml": PATHS.replace("(a | b)", "(a | b")}, "paths.toml:4", ""),
    "unknown placeholder": ({"paths__toml": PATHS.replace("{outlet}", "{village}")}, "paths.toml:4", "village"),
    "unknown mode": ({"paths__toml": PATHS.replace('"non_interface"', '"interfase"')}, "paths.toml:1", "interface"),
    "unknown access": ({"paths__toml": PATHS.replace('"local"', '"lokal"')}, "paths.toml:1", "local"),
    "path twice": ({"paths__toml": PATHS + PATHS}, "paths.toml:5", "重复"),
    "unknown key of a path": ({"paths__toml": PATHS + 'modus = "x"\n'}, "paths.toml:1", "modus"),
    "no path": ({"paths__toml": "# nothing\n"}, "paths.toml:1", "[[path]]"),
    "broken TOML": ({"paths__toml": PATHS + "x = \n"}, "paths.toml:5", "TOML"),
}


@pytest.mark.parametrize(("changes", "where", "says"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_named_by_file_and_line_with_a_way_out(tmp_path, changes, where, says):
    with pytest.raises(BadInput) as refused:
        load_network(folder(tmp_path, **changes))
    assert refused.value.where == (where or str(tmp_path))
    assert says in str(refused.value)
    assert refused.value.suggestion


TOML_MISTAKES = {
    "unknown key": (TOML.replace("weight = 3", "wieght = 3"), 10, "weight"),
    "negative weight": (TOML.replace("weight = 3", "weight = -3"), 10, "-3"),
    "county without its city": (TOML.replace("440101", "440201"), 10, "4402"),
    "branch is no flag": (TOML.replace("branch = true", 'branch = "yes"'), 8, "true"),
    "no table": (TOML.replace('{ zh = "东县", weight = 3 }', '"东县"'), 10, "440101"),
    "no present revision": (TOML.replace("present", "past"), 1, "present"),
    "unknown origin": (
        TOML.replace('was = "440102"', 'was = "440109"').replace("since = 2010", "until = 1990"),
        12,
        "440",
    ),
    "same code twice": (TOML + '440101 = { zh = "东县" }\n', 13, "TOML"),
}


@pytest.mark.parametrize(("text", "line", "says"), TOML_MISTAKES.values(), ids=TOML_MISTAKES.keys())
def test_mistakes_in_the_table_of_areas(tmp_path, text, line, says):
    with pytest.raises(BadInput) as refused:
        load_network(folder(tmp_path, areas__csv=None, areas__toml=text))
    assert refused.value.where == f"areas.toml:{line}"
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("column", "cell", "says"), [("home", "449999", "449999"), ("outlets", "many", "many"), ("outlets", "-1", "-1")]
)
def test_wrong_figures_for_generated_outlets(tmp_path, column, cell, says):
    banks = f"id,zh,category,access,{column}\nx,某银行,state,national,{cell}\n"
    with pytest.raises(BadInput, match=says) as refused:
        load_network(folder(tmp_path, outlets__csv=None, banks__csv=banks))
    assert refused.value.where == "banks.csv:2"


def test_more_outlets_than_the_limit_are_refused(tmp_path):
    banks = "id,zh,category,access,outlets\nx,某银行,state,national,400001\n"
    with pytest.raises(BadInput, match="400000"):
        load_network(folder(tmp_path, outlets__csv=None, banks__csv=banks))


@pytest.mark.parametrize(
    ("name", "suggestion"), [("zhejang", "zhejiang"), ("no/such/folder", "zhejiang"), ("zhejiang@2008", "2007")]
)
def test_an_unknown_network_or_revision(name, suggestion):
    with pytest.raises(BadInput) as refused:
        load_network(name)
    assert suggestion in refused.value.suggestion


def test_a_csv_of_areas_has_one_revision(tmp_path):
    with pytest.raises(BadInput, match="2007"):
        load_network(folder(tmp_path) + "@2007")


@given(st.integers(0, 10_000), st.lists(st.integers(0, 500), min_size=1, max_size=30))
def test_spreading_adds_up_and_stays_within_one_of_the_share(count, weights):
    shares = spread(count, weights)
    assert sum(shares) == count
    total = sum(weights)
    if total:
        assert all(abs(share - count * weight / total) < 1 for share, weight in zip(shares, weights, strict=True))
