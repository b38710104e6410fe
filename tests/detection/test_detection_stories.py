"""Stories of detection: what happens at the chain, what the board then shows, and from which minute on."""

from datetime import timedelta
from pathlib import Path

from hecha.flow.picture import State
from hecha.kernel.ids import Mode, OutletId
from tests.detection.town import opened

INTERFACE, NON_INTERFACE = Mode.INTERFACE, Mode.NON_INTERFACE


async def test_all_is_well_after_the_first_sweep(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        assert town.loop.picture.outlets_not_up == {}
        assert {one.state for one in town.loop.picture.components.values()} == {State.UP}
        assert town.component("front/a").in_use
        assert not town.component("front/b").in_use
        assert town.grade() is None
        assert town.loop.picture.faults == ()


async def test_before_anything_is_seen_all_is_unknown(tmp_path: Path) -> None:
    async with opened(tmp_path, known=False) as town:
        picture = town.loop.picture
        assert picture.cities["3301"].state is State.UNKNOWN
        assert picture.cities["3301"].modes[NON_INTERFACE].unknown == 5
        assert picture.outlets_not_up[OutletId("y1")] == {NON_INTERFACE: State.UNKNOWN}  # and no interface mode at all


async def test_both_fronts_lost_for_nine_hours(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        lost = town.clock()
        town.breaks("front/a", "front/b")
        for _ in range(5):
            await town.passes(seconds=1, turn_s=1)
        # within five seconds it is on the board, as a watched fault with a countdown and a report route
        assert town.component("front/a").state is State.DOWN
        assert town.loop.picture.cities["3301"].modes[NON_INTERFACE].down == 5
        fault = town.fault("front/a")
        assert not fault.is_event
        assert fault.outlets_down == {INTERFACE: 3, NON_INTERFACE: 8}
        assert fault.countdown[0].at - lost.replace(second=0) == timedelta(minutes=481)
        assert fault.countdown[0].level == 2
        assert {leg["clause"] for leg in fault.reports} == {"3.2.3(1)"}
        assert town.facts("watch:warning:raised") == ["watch:warning:raised"]
        # interface banks with a head-office connection go on
        assert town.state("x1", INTERFACE) is State.UP
        assert town.state("x1", NON_INTERFACE) is State.DOWN
        # after thirty minutes the owner owes an estimate
        await town.passes(minutes=29)
        assert not town.component("front/a").estimate_owed
        await town.passes(minutes=2)
        assert town.component("front/a").estimate_owed
        assert town.component("front/a").owner == "pbc/33"
        # at 480 minutes it is no event yet, at 481 it is
        await town.passes(seconds=(lost + timedelta(minutes=480) - town.clock()).total_seconds())
        assert town.grade() is None
        await town.passes(minutes=1)
        assert town.grade() == 2
        assert town.loop.picture.advice["zhejiang"]["decisive"] == ["1.4.2.2(2)"]
        assert town.fault("front/a").is_event
        assert town.facts("watch:warning:became_event") == ["watch:warning:became_event"]


async def test_one_front_lost_is_a_warning_and_hits_nobody(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks("front/a")
        await town.passes(minutes=1)
        assert town.component("front/a").state is State.DOWN
        assert town.component("front/b").in_use
        assert town.loop.picture.outlets_not_up == {}
        assert town.fault("front/a").outlets_down == {INTERFACE: 0, NON_INTERFACE: 0}
        assert town.fault("front/a").countdown == ()
        await town.passes(hours=9, turn_s=60)
        assert town.grade() is None


async def test_an_idle_standby_is_tested_too(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks("channel/backup")
        await town.passes(minutes=1, turn_s=10)
        assert town.component("channel/backup").state is State.DOWN
        assert town.component("channel/production").in_use


async def test_flapping_does_not_stop_the_clock(tmp_path: Path) -> None:
    """Down 25 minutes, back 25 minutes, and so on: one outage, and an event as soon as it is down beyond 8 hours."""
    async with opened(tmp_path) as town:
        lost = town.clock()
        levels = []
        for _ in range(10):
            town.breaks("front/a", "front/b")
            await town.passes(minutes=25)
            levels.append(town.grade())
            town.mends("front/a", "front/b")
            await town.passes(minutes=25)
            if town.clock() - lost < timedelta(hours=8):
                assert town.state("y1", NON_INTERFACE) is State.IMPAIRED
                assert town.fault("front/a").returned is not None
        assert levels == [None] * 9 + [None]  # 25 minutes into the tenth: 475 minutes
        town.breaks("front/a", "front/b")
        await town.passes(minutes=2)
        assert town.grade() == 2
        assert len(town.facts("watch:warning:raised")) == 1


async def test_restored_means_normal_for_thirty_minutes(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks("front/a", "front/b")
        await town.passes(hours=7, minutes=50, turn_s=60)
        town.mends("front/a", "front/b")
        await town.passes(minutes=29)
        assert town.loop.picture.faults  # 8 h 19 min after the begin, and no event: it lasted less
        assert town.grade() is None
        await town.passes(minutes=3)
        assert town.loop.picture.faults == ()
        assert town.loop.picture.outlets_not_up == {}
        assert town.facts("watch:warning:ended") == ["watch:warning:ended"]


async def test_rolling_outages_join(tmp_path: Path) -> None:
    """Fronts out 0-5 h, the city's line out 4-10 h: for the city's outlets one outage of 10 hours."""
    async with opened(tmp_path) as town:
        town.breaks("front/a", "front/b")
        await town.passes(hours=4, turn_s=60)
        town.breaks("city/3301/line")
        await town.passes(hours=1, turn_s=60)
        town.mends("front/a", "front/b")
        await town.passes(hours=3, turn_s=60)
        assert town.state("y2", NON_INTERFACE) is State.UP
        assert town.state("y1", NON_INTERFACE) is State.DOWN
        await town.passes(minutes=5)
        # 8 h after the fronts failed, only 4 h after the line did
        assert town.grade() == 4
        assert "1.4.2.4(2)" in town.loop.picture.advice["zhejiang"]["clauses"]
        assert not town.fault("city/3301/line").is_event  # by itself it would be none yet


async def test_one_county_line(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks("county/330102/line")
        await town.passes(minutes=6)
        picture = town.loop.picture
        assert picture.counties["330102"].state is State.DOWN
        assert picture.counties["330102"].no_mode == 2
        assert picture.counties["330101"].state is State.UP
        assert town.component("county/330102/line").owner == "pbc/3301"
        assert town.fault("county/330102/line").outlets_down == {INTERFACE: 2, NON_INTERFACE: 2}


async def test_a_quiet_outlet_is_lost_within_two_probe_intervals(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks("outlet/y2/terminal")
        await town.passes(minutes=10, turn_s=5)
        assert town.state("y2", NON_INTERFACE) is State.DOWN
        assert town.loop.picture.counties["330201"].modes[NON_INTERFACE].down == 1
        fault = town.fault("outlet/y2/terminal")
        assert fault.outlets_down == {INTERFACE: 0, NON_INTERFACE: 1}
        assert [(leg["clause"], leg["from"], leg["to_unit"]) for leg in fault.reports] == [
            ("3.2.3(3)", "bank", "pbc/3302")
        ]


async def test_a_bank_core(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks("bank/X/core")
        await town.passes(minutes=1, turn_s=1)
        assert town.component("bank/X/core").owner == "bank/X"
        assert town.loop.picture.banks["X"].modes[INTERFACE].down == 3
        assert town.loop.picture.banks["X"].modes[NON_INTERFACE].down == 0
        assert town.loop.picture.banks["Z"].state is State.UP


async def test_a_local_interface_bank_is_reported_up_to_the_province(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks("bank/Z/core")
        await town.passes(hours=8, minutes=5, turn_s=60)
        assert town.grade() == 3
        legs = town.loop.picture.advice["zhejiang"]["reports"]
        assert any(leg["clause"] == "4.1.2.1" and leg["to"] == "province" for leg in legs) or any(
            leg["to"] == "province" for leg in legs
        )


async def test_silence_is_unknown_and_no_recovery(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks("county/330102/line")
        await town.passes(minutes=6)
        town.chain.silent = True
        await town.passes(minutes=11)
        assert town.component("relay").state is State.UNKNOWN
        assert town.state("y2", NON_INTERFACE) is State.UNKNOWN
        assert town.state("x2", NON_INTERFACE) is State.DOWN  # not seen to work again
        assert town.grade() is None
        await town.passes(hours=8, turn_s=60)
        assert town.grade() is not None  # its clock ran on
        assert town.loop.picture.if_unknown_were_down["unknown"] > 0


async def test_closing_time_is_no_outage(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.chain.closed = True
        await town.passes(hours=12)
        assert town.loop.picture.faults == ()
        assert town.grade() is None
        assert town.state("y1", NON_INTERFACE) is State.UNKNOWN


async def test_grade_if_unknown_were_down_stands_beside(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.chain.silent = True
        await town.passes(hours=9, turn_s=60)
        assert town.grade() is None
        beside = town.loop.picture.if_unknown_were_down
        assert beside["grade"]["level"] == 2
        assert beside["unknown"] == 14


async def test_a_dead_relay_is_suspected_behind_its_doors(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.breaks("channel/production", "channel/backup", "hq-interconnect")
        await town.passes(seconds=30, turn_s=5)
        assert town.fault("channel/production").suspected == ("relay",)


async def test_a_mode_that_fails_more_than_half_is_unusable(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        for number in range(60):
            town.chain.broken = {"outlet/z3/line"} if number % 5 in (0, 1, 3) else set()
            town.chain.asked("z3", NON_INTERFACE)
            town.chain.broken = set()
            await town.passes(seconds=10, turn_s=10)
        assert town.state("z3", NON_INTERFACE) is State.DOWN


async def test_a_mode_that_fails_less_than_half_is_impaired_and_does_not_count(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        for number in range(60):
            town.chain.broken = {"outlet/z3/line"} if number % 5 in (0, 3) else set()
            town.chain.asked("z3", NON_INTERFACE)
            town.chain.broken = set()
            await town.passes(seconds=10, turn_s=10)
            assert town.state("z3", NON_INTERFACE) is not State.DOWN
        assert town.state("z3", NON_INTERFACE) is State.IMPAIRED
        assert town.loop.picture.advice["zhejiang"]["affected"]["non_interface"] == 0


async def test_a_line_that_carries_pings_but_spoils_answers(tmp_path: Path) -> None:
    """Probes that pass do not outvote requests that fail, neither when it is lost nor when it seems to be back."""
    async with opened(tmp_path) as town:
        town.chain.spoiled = {"county/330102/line"}
        for _ in range(4):
            town.chain.asked("x2", INTERFACE)
            town.chain.asked("z2", INTERFACE)
            await town.passes(seconds=2, turn_s=1)
        assert town.component("county/330102/line").state is State.DOWN
        await town.passes(minutes=5)
        assert town.state("x2", INTERFACE) is State.DOWN
        town.chain.spoiled = set()
        for _ in range(4):
            town.chain.asked("x2", INTERFACE)
            await town.passes(seconds=2, turn_s=1)
        assert town.component("county/330102/line").state is State.UP
        assert town.state("x2", INTERFACE) is State.IMPAIRED  # back, not yet for thirty minutes


async def test_requests_alone_tell_of_a_loss(tmp_path: Path) -> None:
    """Probes are five minutes apart; a busy counter is known to be lost after its third failed request."""
    async with opened(tmp_path) as town:
        town.breaks("outlet/x1/line")
        for _ in range(3):
            town.chain.asked("x1", INTERFACE)
            await town.passes(seconds=2, turn_s=1)
        assert town.state("x1", INTERFACE) is State.DOWN
