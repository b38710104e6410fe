"""The sandbox's accounts: clerks, engineers and a telling few of those who hold posts, in real places of the network.
Never outside the sandbox.

`POSTS` says which post each of them holds; `hecha.edges.sandbox.staff` seats them there among invented colleagues.
"""

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from hecha.kernel.ids import Access, AreaCode, BankId, OutletId, UnitId
from hecha.network.model import AreaKind, Network, Outlet
from hecha.organization.principal import Principal, Role
from hecha.organization.units import HEAD_OFFICE, Units, bank_unit, branch_unit, outlet_unit

FILE = "sandbox-accounts.json"
OWN = frozenset({"clerk", "clerk2", "engineer", "county", "city", "province", "leader", "auditor"})
"""Those with a password of their own."""
POSTS: Mapping[str, tuple[str, str]] = {
    "leader": ("group/leader", "leadership"),
    "deputy": ("group/deputy", "settlement"),
    "technology": ("group/deputy", "technology"),
    "credit": ("group/deputy", "credit"),
    "settlement": ("group/member", "settlement"),
    "province": ("office/leader", "settlement"),
    "liaison": ("office/member", "settlement"),  # notes down what head office says, which is not connected
    "city-leader": ("group/leader", "leadership"),
    "city-deputy": ("group/deputy", "technology"),
    "city-settlement": ("group/deputy", "settlement"),
    "city": ("office/leader", "settlement"),
    "county-leader": ("group/leader", "leadership"),
    "county": ("office/leader", "settlement"),
    "county-settlement": ("group/member", "settlement"),
    "bank-leader": ("group/leader", "leadership"),
    "engineer": ("group/deputy", "technology"),
    "branch-leader": ("group/leader", "leadership"),
    "branch": ("group/deputy", "settlement"),
}
"""The post that an account's owner holds in the account's unit: seat and department."""


def sandbox_principals(network: Network) -> list[Principal]:
    """Who signs in at the sandbox: clerks of an interface and of a non-interface bank; those who lead, decide, draft
    and publish in that bank, its branch in a county, that county, its city and the province; an auditor.
    The same network gives the same people."""
    outlet, other = _outlet(network, Access.LOCAL), _outlet(network, Access.NONE)
    area = _county_with_branch(network, outlet.county)
    county, city, province = branch_unit(area), branch_unit(network.city_of(outlet.county)), _province(network)
    bank, branch = bank_unit(outlet.bank), Units(network).acting(bank_unit(outlet.bank, area))
    return [
        _clerk("clerk", "沙箱柜员甲", outlet),
        _clerk("clerk2", "沙箱柜员乙", other),
        Principal("engineer", "沙箱银行工程师", Role.ENGINEER, bank),
        Principal("bank-leader", "沙箱银行组长", Role.LEADER, bank),
        Principal("branch-leader", "沙箱银行支行组长", Role.LEADER, branch),
        Principal("branch", "沙箱银行支行副组长", Role.ENGINEER, branch),
        Principal("county", "沙箱县支行", Role.BRANCH, county),
        Principal("county-leader", "沙箱县组长", Role.LEADER, county),
        Principal("county-settlement", "沙箱县支付结算", Role.BRANCH, county),
        Principal("city", "沙箱市中心支行", Role.BRANCH, city),
        Principal("city-leader", "沙箱市组长", Role.LEADER, city),
        Principal("city-deputy", "沙箱市副组长", Role.LEADER, city),
        Principal("city-settlement", "沙箱市支付结算", Role.BRANCH, city),
        Principal("province", "沙箱省级分支机构", Role.BRANCH, province),
        Principal("leader", "沙箱领导小组", Role.LEADER, province),
        Principal("deputy", "沙箱省副组长", Role.LEADER, province),
        Principal("settlement", "沙箱支付结算处", Role.BRANCH, province),
        Principal("technology", "沙箱科技处", Role.BRANCH, province),
        Principal("credit", "沙箱征信管理处", Role.BRANCH, province),
        Principal("liaison", "沙箱总行联络", Role.BRANCH, province),
        Principal("auditor", "沙箱审计员", Role.AUDITOR, province),
    ]


def sandbox_accounts(network: Network, home: Path) -> list[tuple[str, str, Principal]]:
    """(login, password, principal) of each, with random passwords kept in `home/sandbox-accounts.json` (0600).

    Those who came later share one password: hashing takes a core for a tenth of a second each."""
    path, units = home / FILE, Units(network)
    kept = {row["login"]: row["password"] for row in _read(path)}
    people = sandbox_principals(network)
    shared = next((kept[login] for login in POSTS if login in kept and login not in OWN), secrets.token_urlsafe(9))
    accounts = [(who.account, kept.get(who.account) or _password(who.account, shared), who) for who in people]
    if {who.account for who in people} != set(kept):
        rows = [
            {"login": login, "password": password, "role": who.role.value, "unit": units.zh(who.unit), "sandbox": True}
            for login, password, who in accounts
        ]
        _write(path, json.dumps(rows, ensure_ascii=False, indent=1))
    return accounts


def _password(login: str, shared: str) -> str:
    return secrets.token_urlsafe(9) if login in OWN else shared


def _clerk(login: str, name: str, outlet: Outlet) -> Principal:
    return Principal(login, name, Role.CLERK, outlet_unit(outlet.id), outlet.id)


def _outlet(network: Network, access: Access) -> Outlet:
    """The middle outlet of the largest bank of a kind (any bank when there is none of that kind), counting only
    cities that have a branch of the central bank, where there are any."""
    kind = {bank.id for bank in network.banks.values() if bank.access is access} or set(network.banks)
    outlets = [outlet for outlet in network.outlets.values() if outlet.bank in kind]
    by_bank: dict[BankId, list[OutletId]] = {}
    for outlet in [one for one in outlets if _has_branch(network, one)] or outlets:
        by_bank.setdefault(outlet.bank, []).append(outlet.id)
    largest = max(by_bank.values(), key=len)
    return network.outlets[largest[len(largest) // 2]]


def _has_branch(network: Network, outlet: Outlet) -> bool:
    city = network.city_of(outlet.county)
    return network.areas[city].local_branch == branch_unit(city)


def _county_with_branch(network: Network, county: AreaCode) -> AreaCode:
    """This county if it has a branch of its own, else a sister in the same city that has one."""
    sisters = [area for area in network.areas.values() if area.parent == network.areas[county].parent]
    own = [area.code for area in sisters if area.local_branch == branch_unit(area.code)]
    return county if county in own or not own else own[0]


def _province(network: Network) -> UnitId:
    found = [area.code for area in network.areas.values() if area.kind is AreaKind.PROVINCE]
    return branch_unit(found[0]) if found else HEAD_OFFICE


def _read(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    rows: list[dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return rows


def _write(path: Path, text: str) -> None:
    """Whole or not at all, readable by the owner only."""
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)
    fresh.replace(path)
