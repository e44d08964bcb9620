"""A stream is the pages of its frames, one after the other, rendered once for all who look."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, cast

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from rollcall.core.catalog import load
from rollcall.experiments.training import TRAINING, TrainingQuery, TrainingReport, training
from rollcall.folders import MODELS, STATIC, TEMPLATES
from rollcall.lab.byte_cache import ByteCache
from rollcall.main import create_app
from rollcall.web.static import StaticFiles
from rollcall.web.streams import DONE, Streams, encoded
from rollcall.web.templates import Templates

T = TypeVar("T")
QUERY = TrainingQuery(steps=4)


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(workers=1), base_url="http://localhost") as client:
        yield client


class OneReport:
    """Stands in for the lab, and counts."""

    version = "1"

    def __init__(self) -> None:
        self.asked: list[object] = []
        self.report: TrainingReport = training(QUERY, load(MODELS))

    async def run(self, _: object, query: object) -> TrainingReport:
        self.asked.append(query)
        return self.report


@pytest.fixture
def streams(monkeypatch: pytest.MonkeyPatch) -> Streams:
    made = Streams(OneReport(), Templates(TEMPLATES, StaticFiles(STATIC)), ByteCache(1 << 20))  # type: ignore[arg-type]
    made.sleep = lambda _: asyncio.sleep(0)
    return made


def awaited(work: Coroutine[Any, Any, T]) -> T:
    """Run in a thread of its own: a browser test of the same session keeps a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


async def watch(streams: Streams, query: TrainingQuery = QUERY) -> list[bytes]:
    response = await streams.response(Request({"type": "http"}), TRAINING, query)
    return [bytes(event) async for event in response.body_iterator]  # type: ignore[arg-type]


def frames(body: bytes) -> list[str]:
    """The data of every message, put together as EventSource does."""
    events = body.decode().removesuffix("\n\n").split("\n\n")
    lines = [event.split("\n") for event in events if not event.startswith("event:")]
    return ["\n".join(line.removeprefix("data: ") for line in event) for event in lines]


def test_each_frame_is_the_report_of_its_own_page(client: TestClient) -> None:
    response = client.get(QUERY.stream_url)
    assert response.headers["content-type"].startswith("text/event-stream")
    assert "gzip" not in response.headers.get("content-encoding", "")
    assert response.content.endswith(DONE)
    shown = frames(response.content)
    assert len(shown) == 5
    for step, frame in enumerate(shown):
        assert f"step {step} of 4" in frame
        assert frame.startswith("<main")
        assert frame.endswith("</main>")
        plain = QUERY.showing(step).url
        assert frame in client.get(plain).text
        assert frame in client.get(plain, headers={"HX-Request-Type": "partial"}).text


def test_the_end_is_the_page_of_the_plain_address(client: TestClient) -> None:
    assert frames(client.get("/training.stream?steps=3").content)[-1] in client.get("/training?steps=3").text


def test_two_viewers_share_one_computation(streams: Streams, monkeypatch: pytest.MonkeyPatch) -> None:
    rendered: list[object] = []
    frame = streams.templates.frame

    def counting(page: str, **context: object) -> bytes:
        rendered.append(context["query"])
        return frame(page, **context)

    monkeypatch.setattr(streams.templates, "frame", counting)

    async def both() -> tuple[list[bytes], list[bytes]]:
        return await asyncio.gather(watch(streams), watch(streams))

    first, second = awaited(both())
    assert first == second
    assert rendered == list(QUERY.frames)
    assert awaited(watch(streams, QUERY.showing(2))) == first[2:]
    assert len(rendered) == len(QUERY.frames)
    assert set(streams.lab.asked) == {QUERY}  # type: ignore[attr-defined]


def test_a_viewer_who_leaves_ends_the_stream(streams: Streams) -> None:
    async def leave() -> list[bytes]:
        response = await streams.response(Request({"type": "http"}), TRAINING, QUERY)
        events = cast(AsyncGenerator[bytes], response.body_iterator)
        seen = [await anext(events)]
        await events.aclose()
        return seen + [event async for event in events]

    assert len(awaited(leave())) == 1
    assert len(streams.frames._values) == 1


def test_html_survives_the_way_through_an_event() -> None:
    html = "<p>\n\n  data: 1\n</p>"
    assert frames(encoded(html.encode())) == [html]


def test_a_stream_that_cannot_be_is_refused_with_a_page(client: TestClient) -> None:
    for query in ("steps=501", "left=containers.Nobody", "device=cuda:63"):
        response = client.get(f"/training.stream?{query}")
        assert response.status_code == 422
        assert "This experiment cannot be run as asked" in response.text
        assert 'href="/training?' in response.text


def test_an_experiment_that_cannot_be_played_has_no_stream(client: TestClient) -> None:
    assert client.get("/registry.stream").status_code == 404


def test_json_and_page_of_a_silly_learning_rate(client: TestClient) -> None:
    silly = "/training{}?lr=10&optimizer=sgd&steps=60"
    assert client.get(silly.format(".json")).json()["right"]["losses"][-1] == "NaN"
    page = client.get(silly.format("")).text
    assert 'class="break"' in page
    assert "FullListNet’s loss is inf after step 5" in page


HANGING = """
import time
from torch import nn
class Hanging(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer, self.calls = nn.Linear(10, 2), 0
    def forward(self, x):
        self.calls += 1
        if self.calls > 40:
            time.sleep(60)
        return self.layer(x)
"""


def test_over_the_time_limit_fewer_steps_are_offered(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("hanging")
    (folder / "slow.py").write_text(HANGING)
    with TestClient(create_app(folder, workers=1, seconds=2), base_url="http://localhost") as client:
        query = TrainingQuery(left="slow.Hanging", right="slow.Hanging", steps=50)
        response = client.get(query.url)
        assert response.status_code == 504
        assert "Run 25 steps instead" in response.text
        fewer = client.get(query.json_url).json()["fewer_steps"]
        assert fewer == query.but(steps=25).json_url
        assert client.get(fewer).status_code == 200
        assert client.get(query.stream_url).status_code == 504
