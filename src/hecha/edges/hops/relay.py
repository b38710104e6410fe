"""The relay (信息转接系统): both channels and the head-office interconnect come in, the police source lies above.

Interface mode passes its interface service (接口服务), which can fail alone: 1.4.2.2(3).
"""

from hecha.edges.hops.faults import Gates
from hecha.kernel.ids import Mode

GATES = ("relay", "interface-service", "hq-interconnect", "channel/production", "channel/backup")
INNER = {Mode.INTERFACE.value: "interface-service"}


def gates() -> Gates:
    return Gates(GATES)
