"""A page is made once for all who wait for it, and its template is there before it."""

import asyncio
import threading
from typing import Any

import pytest
from jinja2 import Environment

from event_loop import run
from rollcall import main
from rollcall.core.pair_query import PairQuery
from rollcall.core.report import Report
from rollcall.experiments import Experiment
from rollcall.folders import TEMPLATES
from rollcall.lab import Lab, LabError
from rollcall.lab.choices import Choices
from rollcall.lectures.contents import Problem
from rollcall.web.bodies import templates_of
from rollcall.web.large_pages import n_records
from rollcall.web.pages import Responder
from web.answering import OneReport, page, responder_of
from web.view.counted import LEFT, RIGHT, registry_report


class Counting(OneReport):
    """Counts how often its report is asked for."""

    runs = 0

    async def run(self, experiment: Experiment, query: PairQuery) -> Report:
        self.runs += 1
        return await super().run(experiment, query)


def counting(size: int) -> tuple[Responder, Counting, PairQuery]:
    """A responder about models of so many modules."""
    report = registry_report(size)
    lab = Counting(report, (LEFT, RIGHT))
    return responder_of(lab), lab, report.query


class SilentLab(Lab):
    """A lab without workers."""

    async def warm_up(self) -> list[Problem]:
        return []

    async def choices(self) -> Choices:
        raise LabError


def test_no_page_waits_for_its_template_to_be_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: dict[str, int] = {}
    compile_template = Environment.compile

    def noted(self: Environment, source: Any, name: str, *rest: Any) -> Any:
        compiled[name] = threading.get_ident()
        return compile_template(self, source, name, *rest)

    templates_of.cache_clear()  # an application of another test has compiled them
    monkeypatch.setattr(Environment, "compile", noted)
    monkeypatch.setattr(main, "Lab", SilentLab)

    async def start() -> int:
        app = main.create_app()
        async with app.router.lifespan_context(app):
            return threading.get_ident()

    loop = run(start())
    in_the_folder = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html")}
    assert compiled.keys() == in_the_folder
    assert loop not in compiled.values()


@pytest.mark.parametrize("size", [10, 1000])
def test_those_who_wait_for_one_page_share_it(size: int) -> None:
    asked, lab, query = counting(size)

    async def many() -> list[str]:
        return await asyncio.gather(*(page(asked, query) for _ in range(8)))

    assert len(set(run(many()))) == 1
    assert lab.runs == 1


def test_who_leaves_does_not_take_the_page_from_the_others() -> None:
    asked, lab, query = counting(10)

    async def one_leaves() -> str:
        first = asyncio.create_task(page(asked, query))
        second = asyncio.create_task(page(asked, query))
        await asyncio.sleep(0)
        first.cancel()
        return await second

    assert "<html" in run(one_leaves())
    assert lab.runs == 1


class Refuses(OneReport):
    """A lab that cannot run anything."""

    runs = 0

    async def run(self, experiment: Experiment, query: PairQuery) -> Report:
        self.runs += 1
        await asyncio.sleep(0)
        raise RuntimeError("no luck")


def test_an_error_is_for_all_who_wait_and_is_not_kept() -> None:
    report = registry_report(10)
    lab = Refuses(report, (LEFT, RIGHT))
    asked, query = responder_of(lab), report.query

    async def many() -> list[str | BaseException]:
        waiting = (page(asked, query) for _ in range(3))
        return await asyncio.gather(*waiting, return_exceptions=True)

    for runs in (1, 2):
        assert [type(each) for each in run(many())] == [RuntimeError] * 3
        assert lab.runs == runs


def test_records_are_counted_wherever_they_stand() -> None:
    assert n_records(registry_report(10)) == 2 * (4 * 10 + 0)
