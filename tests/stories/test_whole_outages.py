"""Whole outages, told by an official over HTTP with a clock that is moved (chapters 2 to 5).

Each asserts routes, authority, orders, measures, documents and figures; and each takes another course as soon as its
rule is taken out of the plan.
"""

from pathlib import Path

import pytest

from tests.stories.outages_of_data_and_people import DATA_AND_PEOPLE
from tests.stories.outages_of_parts import PARTS
from tests.stories.outages_of_the_system import SYSTEM
from tests.stories.story import NotByTheRule, Story
from tests.stories.town import opened

STORIES = SYSTEM + PARTS + DATA_AND_PEOPLE


def named(story: Story) -> str:
    return story.tell.__name__


@pytest.mark.parametrize("story", STORIES, ids=named)
async def test_it_goes_by_the_plan(story: Story, tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await story.tell(town)


@pytest.mark.parametrize("story", STORIES, ids=named)
async def test_without_its_rule_it_takes_another_course(story: Story, tmp_path: Path) -> None:
    async with opened(tmp_path, without=story.rule) as town:
        with pytest.raises(NotByTheRule):
            await story.tell(town)
