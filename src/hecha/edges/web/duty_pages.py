"""What duties are called, and on which page each is done. A room that owes something new adds a line here."""

from collections.abc import Mapping

from hecha.edges.web.words import N_
from hecha.kernel.duties import Duty

DUTIES: Mapping[str, str] = {
    "incident.confirm_recovery": N_("确认恢复"),
    "incident.consider_lowering": N_("测量显示较轻：研究是否降级或撤销"),
}
"""Word of a duty → what it says."""

PAGES: Mapping[str, str] = {
    "incident.": "/incidents/{incident}",
}
"""Begin of a duty's word → its page; the longest that fits is taken."""


def page_of(duty: Duty) -> str:
    """The page on which a duty is done; the incident's where there is no other."""
    fitting = [begin for begin in PAGES if duty.what.startswith(begin)]
    if not fitting:
        return f"/incidents/{duty.incident}" if duty.incident else "/duties"
    return PAGES[max(fitting, key=len)].format(incident=duty.incident, subject=duty.subject)
