"""Who asks is known, also behind a proxy, and who is gone is waited for no more."""

import asyncio
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from event_loop import run
from rollcall.core.cost import MOST_COST
from rollcall.core.query import InvalidParameter, Query
from rollcall.experiments.dropout.query import DropoutQuery
from rollcall.experiments.init.experiment import InitQuery
from rollcall.experiments.registry.experiment import RegistryQuery
from rollcall.experiments.training.experiment import TrainingQuery
from rollcall.lab import Busy
from rollcall.lab.asker import Asker, who_asks
from rollcall.lab.calls import Calls
from rollcall.lab.errors import NoNode
from rollcall.web import clients
from rollcall.web.cheaper import cheaper_than
from rollcall.web.clients import EndsWithItsClient
from rollcall.web.error_pages import RETRY
from rollcall.web.proxies import Proxies
from web.course import Course
from web.described import assert_described


def scope(address: str, row: str = "", path: str = "/dropout") -> Scope:
    headers = [(b"x-forwarded-for", row.encode())] if row else []
    return {"type": "http", "path": path, "query_string": b"lesson=7.2", "headers": headers} | {
        "client": (address, 1)
    }


@pytest.mark.parametrize(
    ("address", "row", "client"),
    [
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "203.0.113.9, 192.0.2.7, 10.0.0.2", "192.0.2.7"),  # the first is made up
        ("192.0.2.7", "203.0.113.9", "192.0.2.7"),  # no proxy is believed but ours
        ("10.0.0.1", "nonsense", "nonsense"),
        ("10.0.0.1", " , ", "10.0.0.1"),
        ("2001:db8:0:1:aaaa::1", "", "2001:db8:0:1::/64"),
    ],
)
def test_a_header_is_believed_from_a_proxy_of_ours_alone(
    address: str, row: str, client: str
) -> None:
    assert Proxies.of(["10.0.0.0/8"]).client_of(scope(address, row)) == client
    assert Proxies().client_of(scope("192.0.2.7", row)) == "192.0.2.7"


def test_a_page_its_json_and_its_stream_are_one_place_of_the_lecture() -> None:
    paths = ("/dropout", "/dropout.json", "/dropout.stream")
    asked = {clients.asker_of(scope("192.0.2.7", path=path), Proxies()) for path in paths}
    assert asked == {Asker("192.0.2.7", "/dropout 7.2")}


def test_a_request_ends_when_its_client_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "GRACE", 0.0)
    seen: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(who_asks())
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            seen.append("ended")
            raise

    messages: list[Message] = [{"type": "http.request"}, {"type": "http.disconnect"}]

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        raise AssertionError

    run(EndsWithItsClient(app, Proxies())(scope("192.0.2.7"), receive, send))
    assert seen == [Asker("192.0.2.7", "/dropout 7.2"), "ended"]


def test_where_too_many_ask_the_page_asks_again_by_itself(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    course.write("net.py", "from torch import nn\nclass Net(nn.Linear):\n    pass\n")
    client = course.open()
    page = "/registry?left=net.Net&right=net.Net"

    async def busy(*_: object, **__: object) -> None:
        raise Busy

    monkeypatch.setattr("rollcall.lab.calls.Calls.call", busy)
    for address in (page, "/registry?left=net.Gone", f"{page}&seed=x"):
        response = client.get(address + "&mode=eval")
        assert response.status_code in {422, 503}
    response = client.get(page)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == response.headers["Refresh"] == str(RETRY)
    assert response.headers["Cache-Control"] == "no-store"
    assert "asks again by itself" in response.text
    fragment = client.get(page, headers={"HX-Request-Type": "partial"})
    assert fragment.status_code == 503
    assert "Refresh" not in fragment.headers
    assert f"load delay:{RETRY}s" in fragment.text
    told = client.get(page.replace("?", ".json?"))
    assert (told.status_code, told.json()["status"]) == (503, 503)
    for answer in (response, fragment, told):
        assert_described(answer)


def test_where_no_node_can_run_it_the_page_says_so_and_asks_again(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    course.write("net.py", "from torch import nn\nclass Net(nn.Linear):\n    pass\n")
    client = course.open()

    async def none(*_: object, **__: object) -> None:
        raise NoNode("no node of the cluster has cuda:0 at present", "The last one ended: no room")

    monkeypatch.setattr("rollcall.lab.calls.Calls.call", none)
    response = client.get("/registry?left=net.Net&right=net.Net")
    assert response.status_code == 503
    assert "<h1>No node of the cluster has cuda:0 at present</h1>" in response.text
    assert "The last one ended: no room" in response.text
    assert response.headers["Refresh"] == str(RETRY)


# What costs less


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (TrainingQuery(steps=500), "Run 250 steps instead"),
        (DropoutQuery(draw=2000), "Look at draw 1024 instead"),
        (DropoutQuery(rows=32), "Take 16 rows instead"),
        (InitQuery(depth=50), "Take 25 layers instead"),
        (RegistryQuery(left="a.A", right="a.B"), "Look at a.A alone"),
    ],
)
def test_what_was_too_slow_leads_to_what_takes_less(query: Query, words: str) -> None:
    for _ in range(30):
        cheaper = cheaper_than(query)
        if cheaper is None:
            return
        assert words in {cheaper.words, ""}
        words = ""
        query = cheaper.query
    raise AssertionError("it never gets cheap")


def test_what_would_take_too_long_is_refused_before_it_runs(
    app_client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    call, run_instead = Calls.call, set[int]()

    async def watched(self: Calls, work: Any, *args: Any, **options: Any) -> bytes:
        run_instead.update(each.draw for each in args if isinstance(each, DropoutQuery))
        return await call(self, work, *args, **options)

    monkeypatch.setattr(Calls, "call", watched)
    dear = DropoutQuery(rows=32, columns=64, draw=2000)
    for address in (dear.url, dear.stream_url):
        response = app_client.get(address)
        assert response.status_code == 422
        assert "takes too long for 32 x 64 numbers" in response.text
    told = app_client.get(dear.json_url).json()
    nearest = dear.replace(draw=dear.most_draws)
    assert told["nearest"] == nearest.json_url
    assert run_instead == {1}  # it shows that the names exist; the nearest takes eight seconds
    assert nearest.cost <= 8000 < nearest.at(nearest.draw + 1).cost
    assert nearest.recorded.draw == nearest.draw
    assert DropoutQuery(draw=2000).most_draws == 2000


@pytest.mark.parametrize(
    ("dear", "name"),
    [
        (TrainingQuery(x="100000,10", steps=500), "steps"),
        (DropoutQuery(x="100000,10", input="own", draw=2000), "draw"),
    ],
)
def test_a_large_input_leaves_room_for_less(dear: Query, name: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        dear.check_cost()
    assert "an input of 1,000,000 numbers" in refused.value.problem
    nearest = dear.replace(**{name: int(refused.value.accepts[0])})
    nearest.check_cost()
    assert nearest.cost <= MOST_COST
