"""A change of the plan as a new version (5.4(4)): handed in as a ZIP of its edited folder, proved, compared, filed.

change = proposal(content, live)          Raises BadInput naming file and line, Refused for another plan
make_live("zhejiang", digest)             after the fact of its activation; the console's next start takes it
"""

import io
from collections.abc import Iterator
from typing import Any
from zipfile import BadZipFile, ZipFile

from hecha.edges.files.plan_folder import FILE_BYTES_MAX, activate, filed, kept_folder
from hecha.kernel.errors import BadInput, Refused
from hecha.plan.changes import changes
from hecha.plan.model import Plan

FILES_MAX = 40
SAID_MAX = 500
ZIPPED = "把办法的文件夹压成 ZIP zip the plan's folder"


def proposal(content: bytes, live: Plan) -> dict[str, Any]:
    """What `evaluation_asking.proposed` takes: versions, digest, verdict of the check, differences in words."""
    plan, report, digest = filed(dict(_files(content)))
    if plan.id != live.id:
        raise Refused("5.4(4)", f"交来的是“{plan.id}”，现行的是“{live.id}”", "请修改现行的办法 edit the live one")
    said = [one.zh for one in changes(live, plan)]
    if len(said) > SAID_MAX:
        said = [*said[:SAID_MAX], f"另有 {len(said) - SAID_MAX} 处差别"]
    return {
        "plan": plan.id,
        "version_before": live.version,
        "version": plan.version,
        "digest": digest,
        "admissible": report.admissible,
        "differences": tuple(said),
    }


def make_live(plan: str, digest: str) -> None:
    """Raises NotThere when its files are gone or were changed, Refused when it is not admissible."""
    activate(str(kept_folder(plan, digest)))


def report_of(plan: str, digest: str) -> bytes:
    """The check report as it was kept, JSON."""
    return (kept_folder(plan, digest) / "report.json").read_bytes()


def _files(content: bytes) -> Iterator[tuple[str, str]]:
    """The TOML files of the archive by their bare names, bounded."""
    try:
        with ZipFile(io.BytesIO(content)) as source:
            found = [one for one in source.infolist() if one.filename.endswith(".toml")]
            names = [one.filename.rpartition("/")[2] for one in found]
            if not 0 < len(found) <= FILES_MAX or len(set(names)) != len(names):
                raise BadInput("file", f"应有 1 至 {FILES_MAX} 个 .toml 文件，不重名 TOML files", ZIPPED)
            if sum(one.file_size for one in found) > FILE_BYTES_MAX:
                raise BadInput("file", f"解压后不能超过 {FILE_BYTES_MAX} 字节 too large")
            for one, name in zip(found, names, strict=True):
                yield name, source.read(one).decode("utf-8-sig")
    except (BadZipFile, UnicodeDecodeError, RuntimeError, NotImplementedError) as error:
        raise BadInput("file", "不是可读的 ZIP，或其中不是 UTF-8 文字 not a ZIP of UTF-8 text", ZIPPED) from error
