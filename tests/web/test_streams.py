"""A stream is the pages of its frames, one after the other, rendered once for all who look."""

import asyncio
import gzip
import threading
import zlib
from collections.abc import AsyncGenerator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar, cast

import pytest
from cachetools import LRUCache
from fastapi.sse import format_sse_event
from starlette.requests import Request
from starlette.testclient import TestClient

from rollcall.core.query import Query
from rollcall.core.report import Report
from rollcall.experiments import EXPERIMENTS, Experiment
from rollcall.experiments.dropout.query import DropoutQuery
from rollcall.experiments.training.experiment import RECORDER, TRAINING, TrainingQuery
from rollcall.folders import MODELS, STATIC, TEMPLATES
from rollcall.lectures.loading import load
from rollcall.web import large_pages
from rollcall.web.large_pages import LargePages
from rollcall.web.shared_gzip import EncodedEvent
from rollcall.web.static import StaticFiles
from rollcall.web.streams import DONE, Streams
from rollcall.web.templates import Templates
from web.course import WRITING, Course

T = TypeVar("T")
QUERY = TrainingQuery(steps=4)


@pytest.fixture
def client(app_client: TestClient) -> TestClient:
    return app_client


class OneRecording:
    """Stands in for a lab that has run everything already, and counts."""

    version = "1"

    def __init__(self) -> None:
        self.asked: list[Query] = []
        self.increments = list(RECORDER.record(QUERY, load(MODELS)))

    def prepare(self, _: Experiment, frame: TrainingQuery) -> None:
        assert frame.replace(at=QUERY.at) == QUERY

    async def run(self, _: Experiment, frame: TrainingQuery) -> Report | None:
        self.asked.append(frame)
        await asyncio.sleep(0)  # as a real one, it lets others go on
        return RECORDER.frame(self.increments, frame)


@pytest.fixture
def streams() -> Streams:
    lab: Any = OneRecording()
    templates = Templates(TEMPLATES, StaticFiles(STATIC).urls)
    made = Streams(lab, templates, LRUCache(1 << 20, getsizeof=len), LargePages())
    made.sleep = lambda _: asyncio.sleep(0)
    return made


def awaited(work: Coroutine[Any, Any, T]) -> T:
    """Run in another thread: a browser test of this session keeps a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def asking(**headers: str) -> Request:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": named})


async def watch(streams: Streams, query: TrainingQuery = QUERY, **headers: str) -> list[bytes]:
    response = await streams.response(asking(**headers), TRAINING, query)
    return [bytes(event) async for event in response.body_iterator]  # type: ignore[arg-type]


def frames(body: bytes) -> list[str]:
    """The data of every message, put together as EventSource does."""
    events = body.decode().removesuffix("\n\n").split("\n\n")
    lines = [event.split("\n") for event in events if not event.startswith("event:")]
    return ["\n".join(line.removeprefix("data: ") for line in event) for event in lines]


def parts(frame: str) -> tuple[str, str]:
    """The report, and the narration that goes to the toolbar."""
    report, _, rest = frame.partition("\n<hx-partial")
    return report, rest[rest.index("<p ") : rest.index("</hx-partial>")].strip()


def test_each_frame_is_the_report_and_the_narration_of_its_own_page(client: TestClient) -> None:
    response = client.get(QUERY.stream_url)
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.content.endswith(DONE.plain)
    shown = frames(response.content)
    assert len(shown) == 5
    for step, frame in enumerate(shown):
        report, narration = parts(frame)
        assert f"step {step} of 4" in report
        assert report.startswith("<main")
        assert report.endswith("</main>")
        assert narration.startswith('<p class="narration" id="narration">')
        assert narration.endswith("</p>")
        plain = QUERY.showing(step).url
        for page in (
            client.get(plain).text,
            client.get(plain, headers={"HX-Request-Type": "partial"}).text,
        ):
            assert report in page
            assert narration in page
    assert "start alike, at a loss of" in shown[0]
    assert "never change" in shown[-1]


def test_the_end_is_the_page_of_the_plain_address(client: TestClient) -> None:
    last = parts(frames(client.get("/training.stream?steps=3").content)[-1])
    page = client.get("/training?steps=3").text
    assert all(part in page for part in last)


def test_two_viewers_share_one_computation(
    streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
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
    assert streams.lab.asked == list(QUERY.frames)  # type: ignore[attr-defined]


@pytest.mark.parametrize("large", [True, False])
def test_a_frame_of_a_large_report_is_made_beside_the_event_loop(
    streams: Streams, monkeypatch: pytest.MonkeyPatch, large: bool
) -> None:
    threads: set[bool] = set()
    frame = streams.templates.frame

    def noting(page: str, **context: object) -> bytes:
        threads.add(threading.current_thread().name.startswith("large-page"))
        return frame(page, **context)

    monkeypatch.setattr(streams.templates, "frame", noting)
    monkeypatch.setattr(large_pages, "LARGE", 1 if large else 10_000)
    assert awaited(watch(streams))[-1] == DONE.plain
    assert threads == {large}


def test_no_address_of_a_frame_is_made_before_it_is_sent(
    streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of 1,200 draws would keep the event loop busy for 30 ms."""
    made: list[str] = []
    address = Query._address

    def noting(query: Query, suffix: str) -> str:
        made.append(suffix)
        return address(query, suffix)

    monkeypatch.setattr(Query, "_address", noting)
    broadcast = streams._broadcast(EXPERIMENTS["dropout"], DropoutQuery())
    assert len(broadcast.frames) == 1201
    assert made == []


def test_what_is_compressed_once_is_a_gzip_stream_for_each(
    streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = awaited(watch(streams))
    compressed: list[bytes] = []
    of = EncodedEvent.of

    def counting(plain: bytes) -> EncodedEvent:
        compressed.append(plain)
        return of(plain)

    monkeypatch.setattr(EncodedEvent, "of", counting)

    async def both() -> list[list[bytes]]:
        return await asyncio.gather(
            *[watch(streams, query, accept_encoding="gzip") for query in (QUERY, QUERY.showing(2))]
        )

    whole, from_two = awaited(both())
    assert compressed == []
    assert gzip.decompress(b"".join(whole)) == b"".join(plain)
    assert gzip.decompress(b"".join(from_two)) == b"".join(plain[2:])
    assert sum(map(len, whole)) < sum(map(len, plain)) / 3
    reader = zlib.decompressobj(16 + zlib.MAX_WBITS)
    assert [reader.decompress(piece) for piece in whole] == [
        *plain,
        b"",
    ]  # each can be shown when it arrives


def test_both_ways_of_sending_a_stream_are_told_apart(client: TestClient) -> None:
    zipped, plain = (
        client.get(QUERY.stream_url, headers={"Accept-Encoding": e}) for e in ("gzip", "identity")
    )
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert zipped.content == plain.content


def test_a_viewer_who_leaves_ends_the_stream(streams: Streams) -> None:
    async def leave(**headers: str) -> list[bytes]:
        response = await streams.response(asking(**headers), TRAINING, QUERY)
        events = cast(AsyncGenerator[bytes, None], response.body_iterator)
        seen = [await anext(events)]
        assert len(streams._broadcasts) == 1
        await events.aclose()
        return seen + [event async for event in events]

    for encoding in ("gzip", "identity"):
        assert len(awaited(leave(accept_encoding=encoding))) == 1
        assert len(streams.events) == 1
        assert len(streams._broadcasts) == 0


def test_a_save_ends_a_play(streams: Streams) -> None:
    """What is made after it would be frames of other files."""

    async def save_after_the_first() -> list[bytes]:
        response = await streams.response(asking(), TRAINING, QUERY)
        events = cast(AsyncGenerator[bytes, None], response.body_iterator)
        first = await anext(events)
        cast(Any, streams.lab).version = "2"
        return [first, *[event async for event in events]]

    _, last = awaited(save_after_the_first())
    assert last.startswith(b"event: broken\ndata: The play stopped: a lecture file was saved.")


def test_who_is_slow_holds_up_nobody(streams: Streams) -> None:
    async def beside() -> list[bytes]:
        response = await streams.response(asking(), TRAINING, QUERY)
        slow = cast(AsyncGenerator[bytes, None], response.body_iterator)
        first = await anext(slow)
        quick = await watch(streams)
        assert quick[0] == first
        assert [event async for event in slow] == quick[1:]
        return quick

    assert awaited(beside())[-1] == DONE.plain


def test_html_survives_the_way_through_an_event() -> None:
    html = "<p>\n\n  data: 1\n</p>"
    assert frames(format_sse_event(data_str=html)) == [html]


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
class Quick(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer, self.calls = nn.Linear(10, 2), 0
    def forward(self, x):
        self.calls += 1
        return self.layer(x)
class Hanging(Quick):
    def __init__(self):
        super().__init__()
        with open({trace!r}, "a") as file:
            file.write("built\\n")
    def forward(self, x):
        if self.calls > 11:
            time.sleep(600)
        return super().forward(x)
"""


def test_over_the_time_limit_fewer_steps_are_offered(course: Course, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    course.write("slow.py", HANGING.replace("{trace!r}", repr(str(trace))))
    client = course.open(limits=WRITING)
    quick = TrainingQuery(left="slow.Quick", right="slow.Quick", steps=20)
    assert client.get(quick.url).status_code == 200  # torch's first time takes as long as it takes
    query = TrainingQuery(left="slow.Hanging", right="slow.Hanging", steps=20)
    with course.limit(2.5):
        response = client.get(query.url)
        assert response.status_code == 504
        assert "Run 10 steps instead" in response.text
        fewer = client.get(query.json_url).json()["cheaper"]
    assert fewer == query.replace(steps=10).json_url
    assert client.get(fewer).status_code == 200
    with course.limit(2.5):
        shown = client.get(query.stream_url, headers={"Accept-Encoding": "gzip"}).content
    last_word = (
        "event: broken\ndata: The play stopped: the models did not answer within 2.5 seconds.\n\n"
    )
    assert shown.endswith(last_word.encode())
    # And not 11: whether the training ends there is not known.
    assert "step 10 of 20" in frames(shown)[-1]
    runs = trace.read_text()
    assert all(part in client.get(query.showing(5).url).text for part in parts(frames(shown)[5]))
    assert client.get(query.url).status_code == 504
    assert trace.read_text() == runs


def test_a_play_of_loops_ends_where_they_do(client: TestClient) -> None:
    """Nobody knows beforehand where that is; the second viewer gets the same events."""
    first, again = (client.get("/loops.stream?at=38").text for _ in range(2))
    assert [f"batch {n}" in first for n in (37, 38, 39)] == [False, True, True]
    assert first.count("batch 40 of 40<") == first.count("event: done") == 1
    assert first.endswith("event: done\ndata: \n\n")
    assert first == again
