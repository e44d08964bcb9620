"""What every address keeps, even a later one: same URL, same bytes; a JSON twin; working links."""

import json
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from itertools import count, cycle
from urllib.parse import parse_qsl, urlsplit

import pytest
from fastapi.routing import iter_route_contexts
from httpx2 import Response
from jinja2 import UndefinedError
from starlette.testclient import TestClient

from chosen import combined, of_each_kind, some
from rollcall.experiments import EXPERIMENTS, Experiment
from rollcall.experiments.training.experiment import TRAINING
from rollcall.folders import STATIC
from rollcall.lab.choices import Choices
from rollcall.lectures.contents import KINDS, Kind, Lesson
from rollcall.lectures.course_path import path_of
from rollcall.main import create_app
from rollcall.web.static import StaticFiles
from rollcall.web.templates import Templates
from rollcall.web.view.lesson.strip import step_query
from web.course import GENEROUS, SHOWING, cold
from web.page import Page

# The page of the findings grows while models are looked at, and no cache keeps that of the health.
APART = ("/findings", "/findings/first", "/static/{name:path}", "/healthz")


def told_by_routes() -> dict[str, set[str]]:
    """The media types of each address. To describe them all would take every test run a second."""
    told = {}
    for route in iter_route_contexts(create_app().routes):
        kind = getattr(route, "response_class", None)
        kinds = {*getattr(route, "responses", {}).get(200, {}).get("content", ())}
        kinds |= {getattr(getattr(kind, "value", kind), "media_type", None)} - {None}
        told[str(route.path)] = kinds
    return told


ANSWERS = {path: kinds for path, kinds in told_by_routes().items() if path not in APART}
PAGES = [path for path, content in ANSWERS.items() if "text/html" in content]
TWINS = [path for path, content in ANSWERS.items() if "application/json" in content]
DOCUMENTS = [*PAGES, *TWINS]
WITHOUT_MODELS = [
    path for path in DOCUMENTS if path.strip("/").partition(".")[0] not in EXPERIMENTS
]
PARTIAL = {"HX-Request-Type": "partial"}
ALL = list(EXPERIMENTS.values())

each_document = pytest.mark.parametrize("path", DOCUMENTS)
each_page = pytest.mark.parametrize("path", PAGES)
each_experiment = pytest.mark.parametrize(
    "experiment", ALL, ids=[experiment.name for experiment in ALL]
)

MODES = ("train", "eval")
SIGNS_OF_A_MISTAKE = (
    "Traceback",
    "Undefined",
    "mistake in Roll Call",
    " object at 0x",
    "None None",
)

new_seed = count(1_000_000).__next__  # an experiment that no cache has seen


def lessons(client: TestClient, kind: Kind = "models") -> list[Lesson]:
    """Those on two models, or those on two training loops."""
    choices = Choices.model_validate_json(client.get("/catalog.json").content)
    found = [lesson for chapter in choices.contents.chapters for lesson in chapter.lessons]
    return [lesson for lesson in found if lesson.left in choices.contents.offered(kind)]


def of_kind(kind: Kind) -> list[Experiment]:
    return [experiment for experiment in ALL if experiment.subjects == kind]


def ask_for(experiment: Experiment, lesson: Lesson, **parameters: object) -> str:
    return experiment.query.model_validate(
        {"left": lesson.left, "right": lesson.right, **parameters}
    ).url


def found(response: Response) -> Response:
    assert response.status_code == 200, f"{response.url}: {response.status_code}"
    return response


# The same URL gives the same bytes


@each_document
def test_bare_path(app_client: TestClient, path: str) -> None:
    found(app_client.get(path))


@each_experiment
def test_page_and_twin_are_described(experiment: Experiment) -> None:
    assert experiment.query.path in PAGES
    assert experiment.query.path + ".json" in TWINS


@each_experiment
def test_no_form_sends_a_parameter_twice(app_client: TestClient, experiment: Experiment) -> None:
    """Else a hidden field would overrule the control that stands beside it."""
    page = Page.of(app_client.get(experiment.query.path, follow_redirects=True))
    sent: dict[str, list[str]] = defaultdict(list)  # by form
    form = ""
    for element in page.elements:
        if element.tag == "form":
            form = element.attributes.get("id") or f"form {len(sent)}"
        elif element.tag in ("input", "select") and "name" in element.attributes:
            sent[element.attributes.get("form", form)].append(element.attributes["name"])
    assert "toolbar" in sent
    for names in sent.values():
        repeated = {name for name in names if names.count(name) > 1}
        assert not repeated & experiment.query.model_fields.keys() - {"eval", "train"}


FORMS: tuple[tuple[str, dict[str, str]], ...] = (("", {}), ("", PARTIAL), (".json", {}))


@pytest.mark.parametrize(("experiment", "form"), combined(ALL, FORMS))
def test_eight_threads_get_the_same_bytes(
    app_client: TestClient, experiment: Experiment, form: tuple[str, dict[str, str]]
) -> None:
    suffix, headers = form
    url = f"{experiment.query.path}{suffix}?seed={new_seed()}"
    with ThreadPoolExecutor(8) as threads:  # eight at once, and one later
        asked = [threads.submit(app_client.get, url, headers=headers) for _ in range(9)]
    assert len({found(each.result()).content for each in asked}) == 1


def test_another_server_gives_the_same_bytes(app_client: TestClient) -> None:
    urls = [
        ask_for(experiment, lesson)
        for kind in KINDS
        for experiment, lesson in zip(of_kind(kind), lessons(app_client, kind), strict=False)
    ]
    with cold():
        app = create_app(workers=1, seconds=GENEROUS)
    with TestClient(app, "http://localhost") as other:
        twins = [url.replace("?", ".json?", 1) for url in urls]
        for url in [*WITHOUT_MODELS, *urls, *twins]:
            assert found(other.get(url)).content == found(app_client.get(url)).content, url


# The JSON twin


@each_experiment
def test_every_lesson_has_a_page_and_a_twin(app_client: TestClient, experiment: Experiment) -> None:
    # Every twelfth lesson here, the others on the next pages; one in train(), the next in eval().
    shown = some(lessons(app_client, experiment.subjects), 12, first=ALL.index(experiment))
    for lesson, mode in zip(shown, cycle(MODES), strict=False):
        asked = {"left": lesson.left, "right": lesson.right, "seed": 3, "mode": mode}
        if experiment is TRAINING:
            asked["steps"] = 5
        query = experiment.query.model_validate(asked)
        answer = found(app_client.get(query.json_url))
        assert answer.headers["Content-Type"] == "application/json"
        report = experiment.report.model_validate_json(answer.content)
        assert report.model_dump_json().encode() == answer.content
        assert report.model_dump()["query"] == query.model_dump()
        text = Page.of(found(app_client.get(query.url))).text
        assert [sign for sign in SIGNS_OF_A_MISTAKE if sign in text] == [], query.url
        if experiment in SHOWING:
            assert lesson.left.partition(".")[2] in text
            assert lesson.right.partition(".")[2] in text


def test_json_is_described(app_client: TestClient) -> None:
    schemas = found(app_client.get("/openapi.json")).json()
    for experiment in ALL:
        answers = schemas["paths"][experiment.query.path + ".json"]["get"]["responses"]["200"]
        assert answers["content"]["application/json"]["schema"]["$ref"].endswith(
            "/" + experiment.report.__name__
        )


# A page and its fragment


@each_page
def test_page_contains_its_fragment(app_client: TestClient, path: str) -> None:
    page, fragment = (
        found(app_client.get(path, headers=headers)).text for headers in ({}, PARTIAL)
    )
    title, inner = fragment.split("\n", 1)
    assert title.startswith("<title>")
    assert title in page
    assert inner.startswith('<div id="page">\n')
    assert inner.endswith("</div>")
    assert inner.removesuffix("</div>") in page
    assert "<html" not in fragment
    assert len(Page.of(app_client.get(path, headers=PARTIAL)).all("main")) == 1


@pytest.mark.parametrize("headers", [{"HX-Request": "true"}, {"HX-Request-Type": "full"}])
def test_whole_page_unless_htmx_asks_for_a_part(
    app_client: TestClient, headers: dict[str, str]
) -> None:
    assert (
        app_client.get("/registry", headers=headers).content == app_client.get("/registry").content
    )


def test_error_page_contains_its_fragment(app_client: TestClient) -> None:
    page, fragment = (
        app_client.get("/registry?seed=x", headers=headers).text for headers in ({}, PARTIAL)
    )
    assert fragment.split("\n", 1)[1].removesuffix("</div>") in page


# HTTP


@each_document
@pytest.mark.parametrize("headers", [{}, PARTIAL])
def test_known_bytes_are_not_sent_again(
    app_client: TestClient, path: str, headers: dict[str, str]
) -> None:
    first = found(app_client.get(path, headers=headers))
    again = app_client.get(path, headers={**headers, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Vary"] == first.headers["Vary"]
    assert (
        found(app_client.get(path, headers={**headers, "If-None-Match": '"other"'})).content
        == first.content
    )


@each_page
def test_page_and_fragment_are_told_apart(app_client: TestClient, path: str) -> None:
    page, fragment = (found(app_client.get(path, headers=headers)) for headers in ({}, PARTIAL))
    assert page.headers["ETag"] != fragment.headers["ETag"]
    for answer in (
        page,
        fragment,
        app_client.get(path, headers={"If-None-Match": page.headers["ETag"]}),
    ):
        assert answer.headers["Vary"].split(", ") == ["Accept-Encoding", "HX-Request-Type"]
        assert answer.headers["Cache-Control"] == "no-cache"


@each_document
def test_gzip_and_identity_carry_the_same(app_client: TestClient, path: str) -> None:
    zipped, plain = (
        found(app_client.get(path, headers={"Accept-Encoding": e})) for e in ("gzip", "identity")
    )
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    length, whole = (int(each.headers["Content-Length"]) for each in (zipped, plain))
    assert length < max(whole, 50)  # a word alone grows by what gzip says of itself
    assert zipped.content == plain.content


@each_document
def test_only_get_and_head_are_answered(app_client: TestClient, path: str) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = app_client.request(method, path)
        assert answer.status_code == 405
        assert answer.headers["Allow"] == "GET, HEAD"
        told = Page.of(answer).text if path in PAGES else answer.json()["title"]
        assert "Method Not Allowed" in told


@pytest.mark.parametrize(
    "path", [*DOCUMENTS, "/healthz", "/static/app.css", "/nope", "/nope.json", "/registry?seed=x"]
)
@pytest.mark.parametrize("headers", [{}, PARTIAL])
def test_head_is_get_without_the_body(
    app_client: TestClient, path: str, headers: dict[str, str]
) -> None:
    get, head = (app_client.request(method, path, headers=headers) for method in ("GET", "HEAD"))
    assert get.content
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers == get.headers


@pytest.mark.parametrize(
    "path", ["/nope", "/registry/nope", "/docs", "/registry.html", "/static/nope.css"]
)
def test_unknown_path(app_client: TestClient, path: str) -> None:
    answer = app_client.get(path)
    assert answer.status_code == 404
    assert f"Nothing answers at {path}." in Page.of(answer).text
    assert app_client.get("/nope.json").json()["status"] == 404


# The whole site


def test_every_link_leads_somewhere(app_client: TestClient) -> None:
    seen, level = set(PAGES), PAGES
    for breadth in (300, 30, 15):  # of the kinds that the bare pages name; then some, from all over
        named = sorted(set().union(*(links_of(followed(app_client, url)) for url in level)) - seen)
        kinds = of_each_kind(named, kind_of_link)
        level = some(kinds[:: len(kinds) // breadth + 1], 2)
        seen |= set(named)
    for url in level:
        followed(app_client, url)
    contents = Choices.model_validate_json(app_client.get("/catalog.json").content).contents
    assert {step_query(stop).url for stop in path_of(contents)} <= seen


def kind_of_link(url: str) -> tuple[str, ...]:
    """The page that it leads to, and the parameters that are not as they are by themselves."""
    path, query = urlsplit(url).path, urlsplit(url).query
    experiment = EXPERIMENTS.get(path.strip("/").partition(".")[0])
    said = parse_qsl(query)
    if experiment is not None:
        usual = experiment.query.model_fields
        said = [(name, value) for name, value in said if str(usual[name].default) != value]
    return path, *sorted({name for name, _ in said})


def followed(client: TestClient, url: str) -> Response:
    """The answer to a link; of a stream, which may play for minutes, only its head."""
    streams = "text/event-stream" in ANSWERS.get(urlsplit(url).path, ())
    return found(client.head(url) if streams else client.get(url))


def links_of(answer: Response) -> set[str]:
    """The addresses that a page names, none of which may lead to another host."""
    if not answer.headers["Content-Type"].startswith("text/html"):
        return set()
    links = {urlsplit(link) for link in Page.of(answer).links}
    assert [link for link in links if link.scheme or link.netloc] == [], answer.url
    assert [link for link in links if link.path and not link.path.startswith("/")] == [], answer.url
    return {link.geturl() for link in links if link.path}


@each_page
def test_anchors_on_the_page_exist(app_client: TestClient, path: str) -> None:
    page = Page.of(app_client.get(path))
    names = [element.attributes["id"] for element in page.elements if "id" in element.attributes]
    assert len(names) == len(set(names))
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(names)


@each_experiment
def test_form_without_javascript_leads_back_to_the_page(
    app_client: TestClient, experiment: Experiment
) -> None:
    lesson = lessons(app_client, experiment.subjects)[-1]
    url = ask_for(experiment, lesson, seed=5, mode="eval")
    page = found(app_client.get(url))
    assert found(app_client.get(Page.of(page).form)).content == page.content


# The description of the API


def test_what_the_routes_say_is_described() -> None:
    described = create_app().openapi()["paths"]
    apart = {path.replace(":path", "") for path in APART}
    answered = {
        path: methods["get"]["responses"]["200"]
        for path, methods in described.items()
        if path not in apart
    }
    assert {path: {*answer["content"]} for path, answer in answered.items()} == ANSWERS


def test_api_page_names_every_parameter(app_client: TestClient) -> None:
    text = Page.of(app_client.get("/api")).text
    for path, methods in app_client.get("/openapi.json").json()["paths"].items():
        assert list(methods) == ["get"]
        if path in ("/findings/first", "/static/{name}"):  # they lead on, or to no page
            continue
        assert f"GET {path}" in text
        for parameter in methods["get"].get("parameters", ()):
            if parameter["in"] == "query":
                assert parameter["name"] in text
                assert parameter["description"] in text
    assert "a value" not in text  # what `accepts` says of a schema that it does not know


def test_healthz(app_client: TestClient) -> None:
    assert json.loads(found(app_client.get("/healthz")).content) == {"status": "ok"}


@pytest.mark.parametrize(
    "path", ["/healthz", "/nope", "/nope.json", "/registry?seed=x", "/registry.json?seed=x"]
)
def test_no_cache_keeps_health_or_an_error(app_client: TestClient, path: str) -> None:
    assert app_client.get(path).headers["Cache-Control"] == "no-store"


def test_templates_refuse_what_is_undefined(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("templates")
    (folder / "wrong").mkdir()
    (folder / "wrong/page.html").write_text("{{ nothing }}")
    with pytest.raises(UndefinedError):
        Templates(folder, StaticFiles(STATIC).urls).render("wrong", partial=False)
