"""A responder whose lab has one report, for tests that care about pages and not about models."""

import asyncio
from collections.abc import Callable
from typing import cast

from cachetools import LRUCache
from starlette.requests import Request

from rollcall.core.pair_query import PairQuery
from rollcall.core.query import Query
from rollcall.core.report import Report
from rollcall.experiments import EXPERIMENTS, Experiment
from rollcall.folders import STATIC, TEMPLATES
from rollcall.lab import Lab
from rollcall.lab.choices import Choices
from rollcall.lab.lab import Made
from rollcall.lectures.contents import Chapter, Contents, ModelCard
from rollcall.web.bodies import templates_of
from rollcall.web.pages import Responder
from rollcall.web.static import StaticFiles

TEMPLATES_OF_THE_APP = templates_of(TEMPLATES, StaticFiles(STATIC).urls)


class OneReport:
    """Stands for a lab that has run everything already."""

    version = "1"

    def __init__(self, report: Report, cards: tuple[ModelCard, ...]) -> None:
        self._report = report
        chapter = Chapter(file="net", title="Net", lessons=(), models=cards)
        contents = Contents(chapters=(chapter,), problems=())
        self._choices = Choices(contents=contents, devices=("cpu",))

    async def run(self, experiment: Experiment, query: PairQuery) -> Report:
        await asyncio.sleep(0)  # as a real one, it lets others go on
        return self._report

    async def make(
        self, experiment: Experiment, query: PairQuery, work: Callable[[Report, Query], bytes]
    ) -> Made:
        return Made(work(await self.run(experiment, query), query), True)

    async def choices(self) -> Choices:
        return self._choices


def responder(report: Report, *cards: ModelCard) -> Responder:
    return responder_of(OneReport(report, cards))


def responder_of(lab: OneReport) -> Responder:
    return Responder(cast(Lab, lab), TEMPLATES_OF_THE_APP, LRUCache(1 << 26, getsizeof=len))


def request(path: str) -> Request:
    """A browser's, for a whole page."""
    return Request({"type": "http", "method": "GET", "path": path, "headers": []})


async def page(asked: Responder, query: PairQuery) -> str:
    """The HTML of an experiment's page."""
    experiment = EXPERIMENTS[query.path.strip("/")]
    response = await asked.experiment(request(query.path), experiment, query)
    assert response.status_code == 200
    return bytes(response.body).decode()
