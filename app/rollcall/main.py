"""The application, put together."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache, partial
from pathlib import Path

from cachetools import LRUCache
from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware

from rollcall.folders import MODELS, STATIC, TEMPLATES
from rollcall.lab import Busy, Lab, LabError
from rollcall.lab.choices import Choices
from rollcall.lab.engine import Engine
from rollcall.lab.limits import NO_LIMITS, Limits
from rollcall.lectures.saved_files import watched_folders
from rollcall.lectures.targets import Targets
from rollcall.web.bodies import templates_of
from rollcall.web.cached_response import CachedResponse
from rollcall.web.clients import EndsWithItsClient
from rollcall.web.error_pages import add_error_pages
from rollcall.web.middleware import HeadAsGet, SecurityHeaders, security_headers
from rollcall.web.openapi.document import document
from rollcall.web.openapi.route import openapi_route
from rollcall.web.pages import BodyKey, Responder
from rollcall.web.proxies import Proxies
from rollcall.web.routes import routes, saves_route
from rollcall.web.saves import Saves, followed
from rollcall.web.static import StaticFiles
from rollcall.web.streams import Streams

LOOPBACK = ("localhost", "127.0.0.1", "[::1]", "::1")
CACHE_MB = 256


def create_app(  # noqa: PLR0913  # each is an option of the command line
    what: Targets | Path = MODELS,
    *,
    workers: int = 2,
    seconds: float = 10.0,
    limits: Limits = NO_LIMITS,
    engine: Engine | None = None,
    cache: int = CACHE_MB,
    hosts: Sequence[str] = LOOPBACK,
    embed_origins: Sequence[str] = (),
    watch: bool = False,
    shared_cache: int = 0,
    proxies: Proxies = Proxies(),  # noqa: B008  # it is frozen
    on_ready: Callable[[Choices | None], None] = lambda found: None,
) -> FastAPI:
    """The web application over the lecture files that are served.

    Args:
        what: the targets, or a folder of lecture files.
        workers: processes that run models.
        seconds: time limit of one experiment.
        cache: MB of pages, answers of models and frames of plays that are kept.
        hosts: names by which a browser may address the server; another Host is refused.
        embed_origins: whose pages may show ours in a frame, such as https://slides.example.
        shared_cache: seconds for which a cache before us may answer with a page; 0: it asks.
        watch: open pages follow what is saved; not for files that nobody edits.
        limits: what each worker may take of the machine.
        engine: runs the models in the place of workers on this machine.
        proxies: who may say for whom it asks; turns are fair between clients.
        on_ready: called when the lab is warm, before the first request is answered, with the models
            that it found; with None where no lecture file could be read, as every page tells.
    """
    targets = Targets.of(what)
    quarter = cache * (1 << 20) // 4  # each of three is bounded for itself
    lab = Lab(
        targets,
        workers=workers,
        seconds=seconds,
        limits=limits,
        cache_bytes=quarter,
        engine=engine,
    )
    saves = Saves(lambda: lab.version, lambda: watched_folders(targets))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        try:
            # Beside each other: the lab works in other processes.
            compiled = asyncio.to_thread(templates.compile_all)
            cold, _compiled = await asyncio.gather(lab.warm_up(), compiled)
            try:
                found = await lab.choices()
                failing = await lab.failing_factories(found.contents)
                found = found.with_problems([*cold, *failing])
            except (LabError, Busy, OSError):
                found = None
            on_ready(found)
            async with followed(saves, watch):
                yield
        finally:
            lab.close()

    app = FastAPI(
        title="Roll Call",
        summary="Who answers when PyTorch calls: what is registered in two models, side by side.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,  # a route of ours names the models, too
        lifespan=lifespan,
    )
    static = StaticFiles(STATIC)
    templates = templates_of(TEMPLATES, static.urls)
    pages: LRUCache[BodyKey, CachedResponse] = LRUCache(2 * quarter, getsizeof=len)
    responder = Responder(lab, templates, pages, watched=watch, shared_cache=shared_cache)
    app.include_router(static.routes())
    streams = Streams(lab, templates, LRUCache(quarter, getsizeof=len), responder.large)
    app.include_router(routes(responder, streams))
    if watch:
        app.state.saves = saves
        app.include_router(saves_route(saves))
    app.openapi = lru_cache(partial(document, app))  # type: ignore[method-assign]  # as FastAPI's docs do
    app.include_router(openapi_route(responder, app.openapi))
    headers = security_headers(embed_origins)
    add_error_pages(app, responder, headers)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)
    app.add_middleware(SecurityHeaders, headers=headers)
    app.add_middleware(EndsWithItsClient, proxies=proxies)
    app.add_middleware(HeadAsGet)
    return app
