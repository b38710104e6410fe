"""A plan that was cut off or damaged on its way: never another exception than BadInput, never a plan by half."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hecha.edges.files.plan_folder import load_plan, plan_folder, read_plan_files
from hecha.kernel.errors import BadInput
from hecha.plan.load import parse_plan
from hecha.plan.model import Plan

WHOLE = (plan_folder("county-demo") / "plan.toml").read_bytes()
LAST = len(WHOLE.rstrip())


@pytest.mark.parametrize("eighth", range(8))
def test_cut_off_at_every_byte(tmp_path: Path, eighth: int) -> None:
    for length in range(eighth, LAST, 8):
        (tmp_path / "plan.toml").write_bytes(WHOLE[:length])
        with pytest.raises(BadInput):
            load_plan(str(tmp_path))


@pytest.mark.parametrize("name", sorted(read_plan_files(plan_folder("zhejiang"))))
def test_each_file_of_a_plan_cut_off(name: str) -> None:
    files = read_plan_files(plan_folder("zhejiang"))
    whole = files[name].rstrip()
    for length in range(0, len(whole), max(len(whole) // 25, 1)):
        with pytest.raises(BadInput):
            parse_plan({**files, name: whole[:length]})


@pytest.mark.parametrize("name", ["clauses.toml", "grading.toml", "plan.toml", "readings.toml"])
def test_a_file_that_is_missing(name: str) -> None:
    files = read_plan_files(plan_folder("zhejiang"))
    del files[name]
    with pytest.raises(BadInput):
        parse_plan(files)


@settings(max_examples=300, deadline=None)
@given(at=st.integers(0, LAST - 1), new=st.binary(min_size=1, max_size=4))
def test_damaged_bytes_are_bad_input_or_another_sound_plan(
    tmp_path_factory: pytest.TempPathFactory, at: int, new: bytes
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    (folder / "plan.toml").write_bytes(WHOLE[:at] + new + WHOLE[at + len(new) :])
    plan = loaded(folder)
    assert plan is None or plan.default_reading in plan.readings


def loaded(folder: Path) -> Plan | None:
    """None for what is refused, with its place."""
    try:
        return load_plan(str(folder))
    except BadInput as wrong:
        return None if wrong.where else pytest.fail("a refusal must name its place")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_bad_input(text: str) -> None:
    with pytest.raises(BadInput):
        parse_plan({"plan.toml": text, "more.toml": text + "\n# 完\n"})
