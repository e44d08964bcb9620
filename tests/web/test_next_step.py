"""A lecture does not wait: while a step is shown, the next one is made."""

import asyncio
from collections.abc import Callable

from event_loop import run
from lectures.course import COURSE
from rollcall.core.pair_query import PairQuery
from rollcall.core.query import Query
from rollcall.core.report import Report
from rollcall.experiments import EXPERIMENTS, Experiment
from rollcall.lab.choices import Choices
from rollcall.lab.lab import Made
from rollcall.lectures.course_path import path_of
from rollcall.web.view.lesson.strip import step_query
from web.answering import OneReport, request, responder_of

STEPS = [step_query(stop) for stop in path_of(COURSE.contents)]


class AskedLab(OneReport):
    """Remembers what it was asked for."""

    def __init__(self) -> None:
        self._choices = Choices(contents=COURSE.contents, devices=("cpu",))
        self.asked: list[str] = []

    async def make(
        self, experiment: Experiment, query: PairQuery, work: Callable[[Report, Query], bytes]
    ) -> Made:
        assert isinstance(query, experiment.query)
        self.asked.append(query.url)
        return Made(b"", True)


def asked_for(*queries: PairQuery, suffix: str = "") -> list[str]:
    """What a lab runs while these pages are opened one after the other."""

    async def open_all() -> list[str]:
        lab = AskedLab()
        responder = responder_of(lab)
        for query in queries:
            experiment = EXPERIMENTS[query.path.strip("/")]
            await responder.experiment(request(query.path + suffix), experiment, query)
            others = asyncio.all_tasks() - {asyncio.current_task()}
            await asyncio.gather(*others)
        return lab.asked

    return run(open_all())


def test_the_next_step_is_made_and_no_more() -> None:
    first, second, *_ = (step.url for step in STEPS)
    assert asked_for(STEPS[0]) == [first, second]


def test_what_was_made_is_not_made_again() -> None:
    asked = asked_for(STEPS[0].replace(answer="0"), STEPS[0], *STEPS[:4])
    assert sorted(set(asked)) == sorted(
        {STEPS[0].replace(answer="0").url, *(s.url for s in STEPS[:5])}
    )
    assert asked.count(STEPS[4].url) == 1


def test_nothing_follows_the_last_step_and_no_json() -> None:
    assert asked_for(STEPS[-1]) == [STEPS[-1].url]
    assert asked_for(STEPS[0], suffix=".json") == [STEPS[0].url]
    assert asked_for(STEPS[0].replace(lesson="")) == [STEPS[0].replace(lesson="").url]
