"""From a query to bytes: the cache, else the lab and a template."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple
from urllib.parse import quote

from cachetools import LRUCache
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from rollcall.core.pair_query import PairQuery
from rollcall.core.query import Query
from rollcall.experiments import EXPERIMENTS, Experiment
from rollcall.lab import Lab
from rollcall.lab.asker import Urgency, as_urgent_as, asking
from rollcall.lab.shared_calls import SharedCalls
from rollcall.web.bodies import PageBody, json_body, tab_body
from rollcall.web.cached_response import CachedResponse, lifetime
from rollcall.web.large_pages import LargePages
from rollcall.web.last_good import LastGood
from rollcall.web.pairing import meant_pair, names_a_fix, opening, openings
from rollcall.web.representation import AS_JSON, Form, address, representation_of
from rollcall.web.tabs import tabs
from rollcall.web.templates import Templates
from rollcall.web.view.lesson.strip import next_stop, step_query
from rollcall.web.view.trouble import Trouble, course_not_read

HTML = "text/html; charset=utf-8"
JSON = "application/json"
LARGE = 500_000  # bytes, which take 20 ms to compress: the event loop does not wait for more
VARY = "Accept-Encoding, HX-Request-Type"


class BodyKey(NamedTuple):
    """What makes an answer the same."""

    url: str
    form: Form
    version: str  # of the lecture files


@dataclass
class Responder:
    """Answers every request for a page, and remembers the answers."""

    lab: Lab
    templates: Templates
    bodies: LRUCache[BodyKey, CachedResponse]  # measured by len()
    large: LargePages = field(default_factory=LargePages)
    watched: bool = False  # open pages follow what is saved, and so know their version
    shared_cache: int = 0  # seconds for which a cache before us may answer in our place
    good: LastGood = field(init=False)
    _under_way: SharedCalls[CachedResponse] = field(default_factory=SharedCalls)
    _ahead: set["asyncio.Task[CachedResponse]"] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.good = LastGood(self.lab, self.templates)

    async def experiment(self, request: Request, experiment: Experiment, query: Query) -> Response:
        """The page, fragment or JSON of one experiment."""
        request.state.version = self.lab.version
        key = BodyKey(query.url, representation_of(request), request.state.version)
        body = self.bodies.get(key)
        if body is None:
            before = await self._before_the_course_broke(request, experiment, query)
            if before is not None:
                return before
            body = await self._once(key, experiment, query)
        else:
            self.good.was_shown_again(query, key.version)
        if isinstance(query, PairQuery) and query.lesson and key.form not in AS_JSON:
            await self._begin_next(query)
        every_model_answered = key in self.bodies
        kept = lifetime(self.shared_cache, is_final=every_model_answered)
        return body.response(request, vary=VARY, cache_control=kept)

    async def elsewhere(
        self, request: Request, experiment: Experiment, query: Query
    ) -> Response | None:
        """A way to the page of the models that are meant, where the address names others."""
        if not self.lab.targets.own and not names_a_fix(query):
            return None
        contents = (await self.lab.choices()).contents
        meant = meant_pair(contents, experiment, query)
        if meant is query:
            return None
        return self.redirect(address(request, meant))

    async def _before_the_course_broke(
        self, request: Request, experiment: Experiment, query: Query
    ) -> Response | None:
        problem = (await self.lab.choices()).contents.course_problem_of(_models_of(query))
        if problem is None:
            return None
        trouble = course_not_read(problem)
        return await self.last_good(request, experiment, query, trouble, 422)

    async def _once(self, key: BodyKey, experiment: Experiment, query: Query) -> CachedResponse:
        """Three hundred students who follow one link cost one page."""
        make = partial(self._keep, key, experiment, query)
        return await self._under_way.answer(key, make)

    async def _begin_next(self, query: PairQuery) -> None:
        """Begin the next step of a lecture: whoever presses its key does not wait for it."""
        stop = next_stop(query, (await self.lab.choices()).contents)
        if stop is None:
            return
        following = step_query(stop, query)
        key = BodyKey(following.url, "fragment", self.lab.version)
        if key in self.bodies or key in self._under_way:
            return
        with asking(as_urgent_as(Urgency.AHEAD)):
            task = asyncio.create_task(self._once(key, EXPERIMENTS[stop.step.page], following))
        self._ahead.add(task)  # asyncio itself holds no task
        task.add_done_callback(self._forget)

    async def _keep(self, key: BodyKey, experiment: Experiment, query: Query) -> CachedResponse:
        body, complete = await self._experiment(experiment, query, key)
        if not complete:
            return body
        with suppress(ValueError):  # larger than the whole cache
            self.bodies[key] = body
        return body

    def _forget(self, task: "asyncio.Task[CachedResponse]") -> None:
        self._ahead.discard(task)
        if not task.cancelled():
            task.exception()  # tells asyncio that it was seen, for when nobody waits any more

    async def _experiment(
        self, experiment: Experiment, query: Query, key: BodyKey
    ) -> tuple[CachedResponse, bool]:
        """The answer, and whether another try would bring no more."""
        if key.form in AS_JSON:
            work = json_body
            if key.form == "tab":
                work = tab_body
            made = await self.lab.make(experiment, query, work)
            return await _compressed(made.content, JSON), made.complete
        choices = await self.lab.choices()
        body = PageBody(
            self.templates.folder,
            self.templates.static,
            experiment.name,
            key.form == "fragment",
            choices,
            self._told(key.version),
        )
        made = await self.lab.make(experiment, query, body)
        if made.complete and not choices.contents.course_problem_of(_models_of(query)):
            self.good.remember(query, key.version)
        return await _compressed(made.content, HTML), made.complete

    async def last_good(
        self, request: Request, experiment: Experiment, query: Query, trouble: Trouble, status: int
    ) -> Response | None:
        """What a page showed before a save, below what is told of it; None where that is unknown.

        Only a page has a place to tell it.
        """
        form = representation_of(request)
        if form in AS_JSON or request.url.path != query.path:
            return None
        html = await self.good.page(
            experiment,
            query,
            trouble,
            partial=form == "fragment",
            version=self._followed(request),
        )
        if html is None:
            return None
        return (await _compressed(html, HTML)).response(request, status=status, vary=VARY)

    async def file(self, experiment: Experiment, query: Query) -> Response:
        """The file that a report brings along, to be kept by the browser."""
        assert experiment.download
        report = await self.lab.run(experiment, query)
        file = experiment.download(report)
        disposition = f"attachment; filename*=UTF-8''{quote(file.name)}"
        return Response(
            file.text, media_type="text/x-python", headers={"Content-Disposition": disposition}
        )

    async def page(
        self, request: Request, name: str, *, is_final: bool = True, **context: object
    ) -> Response:
        """A page that is no experiment; a final one says the same until a file is saved."""
        first = next(iter(EXPERIMENTS.values()))
        request.state.version = self.lab.version
        choices = await self.lab.choices()
        context |= {
            "choices": choices,
            "experiment": first,
            "experiments": EXPERIMENTS,
            "tabs": tabs(opening(choices.contents), openings=openings(choices.contents)),
        }
        kept = lifetime(self.shared_cache, is_final=is_final)
        return await self.plain(request, name, 200, kept, **context)

    def json(self, request: Request, content: bytes, *, is_final: bool = True) -> Response:
        """The JSON of such a page."""
        kept = lifetime(self.shared_cache, is_final=is_final)
        return CachedResponse.of(content, JSON).response(request, cache_control=kept)

    def redirect(self, url: str, status: int = 307) -> Response:
        """A way to where the answer is, for whoever asks."""
        headers = {"Cache-Control": lifetime(self.shared_cache)}
        return RedirectResponse(url, status, headers)

    async def plain(
        self, request: Request, name: str, status: int, kept: str = "no-cache", **context: object
    ) -> Response:
        """A page that needs nothing from the lab."""
        version = self._followed(request)
        context = {"tabs": tabs({}), "status": status, "version": version, **context}
        html = self.templates.render(
            name, partial=representation_of(request) == "fragment", **context
        )
        body = CachedResponse.of(html, HTML)
        return body.response(request, status=status, cache_control=kept, vary=VARY)

    def _followed(self, request: Request) -> str:
        """The state of the files for which a page was asked; empty where no page follows them."""
        return self._told(getattr(request.state, "version", None) or self.lab.version)

    def _told(self, version: str) -> str:
        if self.watched:
            return version
        return ""


def _models_of(query: Query) -> tuple[str, ...]:
    if isinstance(query, PairQuery):
        return query.left, query.right
    return ()


async def _compressed(content: bytes, media_type: str) -> CachedResponse:
    if len(content) > LARGE:
        return await asyncio.to_thread(CachedResponse.of, content, media_type)
    return CachedResponse.of(content, media_type)
