"""A view is worked out once per change, for all of one unit."""

from dataclasses import replace
from datetime import timedelta

from hecha.edges.web.views import UNITS_MAX, Views
from hecha.flow.seen import seen
from hecha.kernel.ids import UnitId
from hecha.organization.principal import Principal, Role
from hecha.organization.sight import Sight
from tests.console import demo


def engineer(bank: str = "icbc", account: str = "one") -> Sight:
    return Sight(demo.network(), Principal(account, "某人", Role.ENGINEER, UnitId(f"bank/{bank}")))


def test_the_view_is_what_is_seen() -> None:
    picture = demo.troubled()
    assert Views(demo.network()).of(picture, engineer()) == seen(picture, demo.network(), engineer())


def test_colleagues_share_a_view_and_a_new_picture_makes_a_new_one() -> None:
    views, picture = Views(demo.network()), demo.troubled()
    first = views.of(picture, engineer())
    assert views.of(picture, engineer(account="two")) is first
    later = views.of(replace(picture, at=picture.at + timedelta(seconds=1)), engineer())
    assert later.at > first.at
    assert later.cities is first.cities
    assert views.of(demo.calm(), engineer()).outlets_not_up == {}
    assert views.of(replace(demo.calm(), advice={"x": {}}), engineer()).advice == {}


def test_no_view_goes_to_another_unit() -> None:
    views, picture = Views(demo.network()), demo.troubled()
    own = views.of(picture, engineer("icbc"))
    other = views.of(picture, engineer("abc"))
    assert set(own.banks) == {"icbc"}
    assert set(other.banks) == {"abc"}


def test_views_are_kept_within_a_limit() -> None:
    views, picture = Views(demo.network()), demo.calm()
    outlets = list(demo.network().outlets)[: UNITS_MAX + 5]
    for outlet in outlets:
        who = Principal("one", "某人", Role.CLERK, UnitId(f"outlet/{outlet}"), outlet)
        views._kept[who.unit] = (picture, picture, [])
        views.of(picture, Sight(demo.network(), who))
    assert len(views._kept) <= UNITS_MAX
