"""Names of things. Each is a plain string with its own type, so that mypy keeps them apart."""

from enum import StrEnum
from typing import NewType

AreaCode = NewType("AreaCode", str)
"""GB/T 2260: two digits a province, four a city, six a county (or a name in an inline network)."""
BankId = NewType("BankId", str)
OutletId = NewType("OutletId", str)
ComponentId = NewType("ComponentId", str)
"""`relay`, `front/a`, `bank/<id>/core`, `city/<code>/line`, `outlet/<id>/terminal`, …"""
ClauseId = NewType("ClauseId", str)
"""As the regulation numbers it: `1.4.2.2(2)`."""
UnitId = NewType("UnitId", str)
"""A unit that people belong to: `pbc/33`, `pbc/3303`, `bank/<id>`, `outlet/<id>`, `head_office`."""


class Mode(StrEnum):
    """How an outlet verifies (核查方式)."""

    INTERFACE = "interface"  # 接口方式
    NON_INTERFACE = "non_interface"  # 非接口方式


class Access(StrEnum):
    """How a bank may enter (接口行类别): nationally, through the province, or by the web only."""

    NATIONAL = "national"
    LOCAL = "local"
    NONE = "none"


class Nature(StrEnum):
    """The nature of an event (性质), clause 4.1.1(2)."""

    HARDWARE = "hardware"
    SOFTWARE = "software"
    NETWORK = "network"
    POWER = "power"
    ENVIRONMENT = "environment"
    DATA_QUALITY = "data_quality"
    ACCIDENT = "accident"
    DISASTER = "disaster"
    PUBLIC_HEALTH = "public_health"
    SOCIAL_SECURITY = "social_security"
    OTHER = "other"
