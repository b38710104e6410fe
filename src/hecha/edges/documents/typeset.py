"""Setting one PDF with typst: in this process, or (large ones) in one of its own, whose memory goes when it is done.

What comes in is JSON and a template; run as a script it reads one job from standard input and writes the PDF.
"""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from threading import Lock

import typst

TEMPLATE = Path(__file__).parent / "official.typ"
LARGE_CHARS = 50_000
"""Jobs above this are set apart: typst keeps what it has worked out, hundreds of megabytes for long tables."""
APART_SECONDS_MAX = 120
_one_at_a_time = Lock()


class NotSet(Exception):
    """No PDF came of it."""


def typeset(inputs: dict[str, str], timestamp: int) -> bytes:
    """The PDF of a job: `inputs` for the template, `timestamp` for its metadata. Raises NotSet."""
    if sum(map(len, inputs.values())) > LARGE_CHARS:
        return _apart(inputs, timestamp)
    with _one_at_a_time:
        return _here(inputs, timestamp)


def _here(inputs: dict[str, str], timestamp: int) -> bytes:
    try:
        pdf = _compiler().compile(_template(), format="pdf", sys_inputs=inputs, timestamp=timestamp)
    except typst.TypstError as error:
        raise NotSet(type(error).__name__) from error
    assert isinstance(pdf, bytes)
    return pdf


def _apart(inputs: dict[str, str], timestamp: int) -> bytes:
    """`python typeset.py`: it needs nothing of this package."""
    job = json.dumps({"inputs": inputs, "timestamp": timestamp}).encode()
    command = [sys.executable, str(Path(__file__))]
    try:
        done = subprocess.run(command, input=job, capture_output=True, timeout=APART_SECONDS_MAX, check=True)
    except subprocess.SubprocessError as error:
        raise NotSet(type(error).__name__) from error
    return done.stdout


@cache  # ok: holds the fonts and the parsed template; calls are one at a time
def _compiler() -> "typst.Compiler":
    return typst.Compiler()


@cache  # ok: a file of this package
def _template() -> bytes:
    return TEMPLATE.read_bytes()


if __name__ == "__main__":
    asked = json.loads(sys.stdin.buffer.read())
    sys.stdout.buffer.write(_here(asked["inputs"], asked["timestamp"]))
