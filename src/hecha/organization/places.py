"""What the organisation needs to know of the network: which areas, banks and outlets there are.

`hecha.network.model.Network` fits it; the rooms stand side by side and do not import each other.
"""

from collections.abc import Mapping
from typing import Protocol

from hecha.kernel.ids import AreaCode, BankId, OutletId


class AreaPlace(Protocol):
    """`kind` ∈ province, city, county; `local_branch` is the unit that is 当地分支机构 for it."""

    @property
    def code(self) -> AreaCode: ...
    @property
    def zh(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def parent(self) -> AreaCode | None: ...
    @property
    def local_branch(self) -> str: ...


class BankPlace(Protocol):
    @property
    def zh(self) -> str: ...


class OutletPlace(Protocol):
    @property
    def zh(self) -> str: ...
    @property
    def bank(self) -> BankId: ...
    @property
    def county(self) -> AreaCode: ...


class Places(Protocol):
    @property
    def areas(self) -> Mapping[AreaCode, AreaPlace]: ...
    @property
    def banks(self) -> Mapping[BankId, BankPlace]: ...
    @property
    def outlets(self) -> Mapping[OutletId, OutletPlace]: ...
