"""The province's network, plan and units, read once."""

import pytest

from hecha.edges.files.network_folder import load_network
from hecha.edges.files.plan_folder import load_plan
from hecha.organization.units import Units
from hecha.plan.model import Plan


@pytest.fixture(scope="session")
def plan() -> Plan:
    return load_plan("zhejiang")


@pytest.fixture(scope="session")
def units() -> Units:
    return Units(load_network("zhejiang"))
