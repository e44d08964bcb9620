"""Lecture files that are wrong, slow or fatal: each is told on its own page, all else works on."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import torch
from httpx2 import Response
from starlette.testclient import TestClient
from torch import nn

from chosen import combined, some
from core.versions import ADDMM
from rollcall.experiments import EXPERIMENTS
from rollcall.lab import Lab
from web.course import GENEROUS, NET, RUNNING, SHOWING, Course
from web.described import assert_described
from web.page import Page

LESSON = """
[[chapter]]
file = "good"
title = "Good"
[[chapter.lesson]]
left = "Net"
right = "Net"
twin = false
text = ""
{}
"""
OF_MODELS = [each for each in EXPERIMENTS.values() if each.subjects == "models"]
PATHS = [experiment.query.path for experiment in RUNNING]
PAGES = [experiment.query.path for experiment in SHOWING]
GOOD = "/registry?left=good.Net&right=good.Net"
BAD = "/registry?left=bad.Bad&right=good.Net"
TWICE = "/registry?left=bad.Bad&right=bad.Bad"


def bad(body: str) -> str:
    """A lecture file with one model whose class goes on as `body` says."""
    return f"{NET}\nclass Bad(Net):\n    def {body}\n"


@contextmanager
def opened(folders: pytest.TempPathFactory, **texts: str) -> Iterator[tuple[Course, TestClient]]:
    """A course for several tests, none of which saves a file."""
    with ExitStack() as clients:
        course = Course(folders.mktemp("shared") / "course", clients)
        for name, text in texts.items():
            course.write(f"{name}.py", text)
        yield course, course.open()


def said(answer: Response, status: int = 200) -> str:
    assert answer.status_code == status
    return Page.of(answer).text


def links_of(client: TestClient, *addresses: str) -> list[str]:
    """Each once, however many pages name it."""
    return sorted({link for address in addresses for link in Page.of(client.get(address)).links})


# The course


# Each with the line that is told.
UNLOADABLE = {
    "syntax": ("class Bad:\n    def __init__(self:\n        pass\n", 2),
    "shapes": ("import torch\n\nx = torch.zeros(2) @ torch.zeros(3)\n", 3),
    "package": ("import no_such_package\n", 1),
    "raises": ("def f():\n    raise ValueError('not today')\nf()\n", 2),
    "exits": ("import sys\nsys.exit('not today')\n", 2),
}


@pytest.fixture(scope="module")
def unloadable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    sources = {name: source for name, (source, _) in UNLOADABLE.items()}
    no_text = "# \udcff\udcfe\nx = '\x00'\n"
    with opened(tmp_path_factory, good=NET, **sources) as (course, client):
        (course.folder / "no_text.py").write_bytes(no_text.encode(errors="surrogateescape"))
        yield client


@pytest.mark.parametrize("name", UNLOADABLE)
def test_a_file_that_does_not_load(unloadable: TestClient, name: str) -> None:
    source, line = UNLOADABLE[name]
    with pytest.raises((Exception, SystemExit)) as raised:
        exec(compile(source, f"{name}.py", "exec"), {})
    message = raised.value.msg if isinstance(raised.value, SyntaxError) else str(raised.value)
    text = said(unloadable.get("/"))
    assert f"{name}.py, line {line}" in text
    assert f"{type(raised.value).__name__}: {message}" in text
    assert "Net" in said(unloadable.get(GOOD))
    # The page in use says it, and not that the model does not exist.
    for path in some(PAGES, 4, first=list(UNLOADABLE).index(name)):
        asked = BAD.replace("/registry", path).replace("bad.", f"{name}.")
        answer = unloadable.get(asked)
        text = said(answer, 422)
        assert f"{name}.py cannot be loaded" in text
        assert f"{name}.py, line {line}: {type(raised.value).__name__}: {message}" in text
        assert source.splitlines()[line - 1].strip() in text
        assert "does not exist here" not in text
        assert "good.Net" not in text  # what exists is no answer to this
        assert asked in Page.of(answer).links
        [told] = unloadable.get(asked.replace("?", ".json?")).json()["problems"]
        assert (told["file"], told["raised"]["line"]) == (f"{name}.py", line)
        assert (told["raised"]["type"], told["raised"]["message"]) == (
            type(raised.value).__name__,
            message,
        )
        assert [each["text"] for each in told["lines"] if each["number"] == line] == [
            source.splitlines()[line - 1]
        ]


def test_a_file_that_is_no_text_is_told(unloadable: TestClient) -> None:
    text = said(unloadable.get(BAD.replace("bad.", "no_text.")), 422)
    assert "no_text.py cannot be loaded" in text
    assert "SyntaxError" in text


def test_a_file_that_is_mended_is_loaded(course: Course) -> None:
    course.write("good.py", NET)
    course.write("bad.py", "x = \n")
    client = course.open()
    assert "bad.py cannot be loaded" in said(client.get(BAD), 422)
    course.write("bad.py", bad("nothing(self): pass"))
    assert "Bad" in said(client.get(BAD))


def test_every_file_that_is_asked_for_and_does_not_load_is_told(course: Course) -> None:
    course.write("good.py", NET)
    course.write("bad.py", "x = \n")
    course.write("worse.py", "\n\nimport no_such_package\n")
    course.write("unused.py", "y = \n")
    client = course.open()
    text = said(client.get("/registry?left=worse.Net&right=bad.Bad"), 422)
    assert "worse.py, line 3: ModuleNotFoundError" in text
    assert "bad.py, line 1: SyntaxError" in text
    assert "unused.py" not in text
    for half in ("left=bad.Bad", "right=bad.Bad", "right=bad.Bad&seed=3"):
        assert "bad.py, line 1: SyntaxError" in said(client.get(f"/registry?{half}"), 422)
    nearest = client.get("/registry.json?left=bad.Bad&right=good.Net&seed=-1").json()["nearest"]
    assert (
        client.get(nearest).json()["problems"][0]["file"] == "bad.py"
    )  # the choice of model is not what is wrong


def test_a_bare_path_whose_models_do_not_load_says_so(course: Course) -> None:
    course.write("good.py", NET)
    course.write("containers.py", "x = \n")
    client = course.open()
    assert "containers.py, line 1: SyntaxError" in said(client.get("/registry"), 422)
    assert client.get("/registry?left=good.Net").status_code == 307


UNREADABLE = {
    "[[chapter]]\nfile = 'good'\ntitle = \n": (
        "course.toml, line 3: TOMLDecodeError: Invalid value (at line 3"
    ),
    '[[chapter]]\nfile = "good"\nfile = "good"\n': "course.toml, line 3: TOMLDecodeError:",
}


def test_a_course_that_cannot_be_read_is_told_on_the_page_in_use(course: Course) -> None:
    course.write("good.py", NET + NET.replace("Net", "Sized").replace("(self)", "(self, size)"))
    course.write(
        "course.toml",
        '[[chapter]]\nfile = "good"\ntitle = "Good"\n[chapter.models.Sized]\nargs = [3]\n',
    )
    client = course.open()
    sized = "/registry?left=good.Sized&right=good.Net"
    assert "course.toml, line" not in said(client.get(sized))
    for at, (toml, told) in enumerate(UNREADABLE.items()):
        course.write("course.toml", toml)
        for experiment in some(OF_MODELS, 2, first=at):
            page = client.get(GOOD.replace("/registry", experiment.query.path))
            assert told in said(page)
            assert told in said(client.get(page.url, headers={"HX-Request-Type": "partial"}))
        assert told in said(client.get(sized), 422)  # whose arguments stand in it
        [problem] = client.get(sized.replace("?", ".json?")).json()["problems"]
        assert problem["file"] == "course.toml"
    course.write("course.toml", "")
    assert "course.toml, line" not in said(client.get(GOOD))


def test_a_course_that_is_no_file_is_a_problem_and_not_the_end(course: Course) -> None:
    course.write("good.py", NET)
    (course.folder / "course.toml").mkdir()
    client = course.open()
    assert "course.toml: IsADirectoryError" in said(client.get("/"))
    assert "course.toml: IsADirectoryError" in said(client.get(GOOD))


WRONG = [
    ("[[chapter]\n", "TOMLDecodeError"),
    ('[[chapter]]\nfile = "good"\ntitel = "Good"\n', "titel"),
    ('[[chapter]]\nfile = "gone"\ntitle = "Gone"\n', "gone.py"),
    (
        '[[chapter]]\nfile = "good"\ntitle = "Good"\n[[chapter.lesson]]\n'
        'left = "Net"\nright = "Gone"\ntitle = "Good and gone"\ntext = ""\n',
        "Gone",
    ),
]


def test_a_course_that_says_something_wrong(course: Course) -> None:
    course.write("good.py", NET)
    client = course.open()
    for toml, problem in WRONG:
        course.write("course.toml", toml)
        text = said(client.get("/"))
        assert "course.toml" in text
        assert problem in text
        assert client.get(GOOD).status_code == 200


WRONG_LESSONS = [
    ('page = "dropout"\nquery = { input = "randon" }', "input: "),
    ('page = "dropout"\nquery = { imput = "random" }', "imput: "),
    (
        'page = "dropout"\nquery = { p = 2, rows = 3.5 }',
        "p: input should be less than or equal to 1; rows: ",
    ),
    ('page = "registry"\nquery = { p = 0.5 }', "p: "),
    ('page = "dropout"\nquery = { mode = "eval" }', "mode is a key of the lesson itself"),
    ('page = "dropout"\nquery = { device = "cuda:77" }', "device: cuda:77"),
    ('page = "droupout"', "there is no page 'droupout'"),
]


def test_lessons_that_open_with_something_wrong(course: Course) -> None:
    course.write("good.py", NET)
    client = course.open()
    for said, problem in WRONG_LESSONS:
        course.write("course.toml", LESSON.format(f'title = "The lesson"\n{said}'))
        page = Page.of(client.get("/"))
        assert f"ValueError: lesson 'The lesson': {problem}" in page.text
        assert page.text.count("course.toml") == 1
        link = next(
            each.attributes["href"]
            for each in page.all("a")
            if "good.Net" in each.attributes.get("href", "")
        )
        assert client.get(link).status_code == 200


def test_a_lesson_opens_with_the_parameters_that_it_names(course: Course) -> None:
    course.write("good.py", NET)
    more = 'title = "The lesson"\npage = "modes"\nmode = "train"\n'
    course.write(
        "course.toml", LESSON.format(more) + '[chapter.lesson.query]\nseed = 7\neval = ["layer"]\n'
    )
    client = course.open()
    page = Page.of(client.get("/"))
    assert "course.toml" not in page.text
    link = "/modes?left=good.Net&right=good.Net&seed=7&mode=train&device=cpu&lesson=1.1&eval=layer"
    assert link in page.links
    assert client.get(link).status_code == 200


def test_an_empty_folder(course: Course) -> None:
    client = course.open()
    for path in ("/", "/api", "/catalog.json", "/healthz"):
        assert client.get(path).status_code == 200
    assert "nearest" not in said(client.get("/registry"), 422)
    assert client.get("/registry.json").json()["nearest"] is None


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A course of one model."""
    with opened(tmp_path_factory, mine=NET) as (_, client):
        yield client


def test_a_course_of_ones_own_has_links_that_work(mine: TestClient) -> None:
    pages = [f"{path}?left=mine.Net&right=mine.Net" for path in PAGES]
    for link in links_of(mine, "/", *pages):
        assert mine.get(link, follow_redirects=True).status_code == 200, link


PAIR = NET + NET.replace("Net", "Twin") + NET.replace("Net", "Other")
LESSONS = """
[[chapter]]
file = "mine"
title = "Mine"
[[chapter.lesson]]
left = "Net"
right = "Twin"
title = "A pair"
text = ""
"""


@pytest.fixture(scope="module")
def paired(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A course with a lesson about a pair, a third model, and another file."""
    with ExitStack() as clients:
        course = Course(tmp_path_factory.mktemp("paired") / "course", clients)
        course.write("mine.py", PAIR)
        course.write("another.py", NET)
        course.write("course.toml", LESSONS)
        yield course.open()


@pytest.mark.parametrize(
    ("path", "suffix"),
    combined([each.query.path for each in OF_MODELS], ["", ".json"]),
)
def test_an_address_that_leaves_models_out_leads_to_those_of_this_course(
    paired: TestClient, path: str, suffix: str
) -> None:
    for asked, pair in (
        ("", ("mine.Net", "mine.Twin")),
        ("?seed=3&mode=eval", ("mine.Net", "mine.Twin")),
        ("?left=mine.Net&seed=3", ("mine.Net", "mine.Twin")),
        ("?left=mine.Twin", ("mine.Twin", "mine.Net")),
        ("?left=mine.Other", ("mine.Other", "mine.Other")),
        ("?left=another.Net", ("another.Net", "another.Net")),
        ("?right=mine.Twin", ("mine.Net", "mine.Twin")),
        ("?right=mine.Net", ("mine.Twin", "mine.Net")),
        ("?right=mine.Other&mode=eval", ("mine.Other", "mine.Other")),
    ):
        answer = paired.get(path + suffix + asked)
        assert answer.status_code == 307, asked
        leads = answer.headers["Location"]
        assert leads.startswith(f"{path}{suffix}?left={pair[0]}&right={pair[1]}&"), asked
        for kept in ("seed=3", "mode=eval"):
            if kept in asked:
                assert f"&{kept}&" in leads
    assert paired.get(leads).status_code == 200


def test_a_course_without_lessons_opens_with_its_first_model(mine: TestClient) -> None:
    for path in PAGES:
        leads = mine.get(path).headers["Location"]
        assert leads.startswith(f"{path}?left=mine.Net&right=mine.Net&")


def test_what_is_asked_for_and_missing_is_refused_and_nothing_else(paired: TestClient) -> None:
    for asked, wrong, nearest in (
        ("left=mine.Nett", "left", "left=mine.Net&right=mine.Twin&"),
        ("right=mine.Twinn", "right", "left=mine.Net&right=mine.Twin&"),
        ("left=mine.Other&seed=-1", "seed", "left=mine.Other&right=mine.Other&"),
        ("right=mine.Net&seed=-1", "seed", "left=mine.Twin&right=mine.Net&"),
    ):
        told = paired.get(f"/registry.json?{asked}").json()
        assert [each["parameter"] for each in told["parameters"]] == [wrong]
        assert told["nearest"].startswith(f"/registry.json?{nearest}")
        assert paired.get(told["nearest"]).status_code == 200


def test_an_address_of_the_built_in_course_keeps_its_meaning(app_client: TestClient) -> None:
    answer = app_client.get("/registry.json?left=dropout.MyDropout")
    assert answer.status_code == 200
    assert answer.json()["right"]["card"]["name"] == "containers.ModuleListNet"


def test_a_stream_that_leaves_models_out_plays_those_of_this_course(paired: TestClient) -> None:
    leads = paired.get("/training.stream?left=mine.Other&steps=2").headers["Location"]
    assert leads.startswith("/training.stream?left=mine.Other&right=mine.Other&")
    assert "event: done" in paired.get(leads).text


def test_the_tabs_of_an_error_page_lead_to_models_of_this_course(mine: TestClient) -> None:
    for link in links_of(mine, "/nope", "/registry?seed=-1", "/registry?left=mine.Nope"):
        assert mine.get(link, follow_redirects=True).status_code == 200, link


def test_a_twin_that_only_adds_a_line(course: Course) -> None:
    course.write(
        "good.py", NET + NET.replace("Net", "Twin").replace("return", "x = x + 0\n        return")
    )
    lesson = 'left = "Net"\nright = "Twin"\ntitle = "One line more"\ntext = ""\n'
    course.write(
        "course.toml", f'[[chapter]]\nfile = "good"\ntitle = "Good"\n[[chapter.lesson]]\n{lesson}'
    )
    client = course.open()
    for pair in ("left=good.Net&right=good.Twin", "left=good.Twin&right=good.Net"):
        assert "x = x + 0" in said(client.get(f"/registry?{pair}"))


def test_a_saved_change_is_on_the_next_page(course: Course) -> None:
    course.write("good.py", NET)
    client = course.open()
    before = client.get(GOOD)
    catalog = client.get("/").text
    assert "in_features=10, out_features=5" in before.text
    course.write("good.py", NET.replace("nn.Linear(10, 5)", "nn.Linear(10, 7)"))
    after = client.get(GOOD, headers={"If-None-Match": before.headers["ETag"]})
    assert "in_features=10, out_features=7" in said(after)
    assert client.get("/").text == catalog
    course.write("more.py", NET)
    assert "more.py" in said(client.get("/"))
    course.write("good.py", "this is no Python")
    assert "good.py, line 1: SyntaxError" in said(client.get("/"))
    assert client.get(GOOD).status_code == 422
    course.write("good.py", NET)
    (course.folder / "more.py").unlink()
    assert client.get(GOOD).content == before.content


# A model


OWN = "class Own(Exception):\n    def __init__(self, one, two):\n        super().__init__('mine')\n"
METHODS = ("__repr__(self)", "extra_repr(self)", "train(self, mode=True)", "forward(self, x)")


@pytest.fixture(scope="module")
def raising(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A course of models that raise; each file has one that cannot be run or built."""
    owns = [
        bad(f"{method}:\n        raise Own(1, 2)").replace("Bad", f"Bad{i}")
        for i, method in enumerate(METHODS)
    ]
    with opened(
        tmp_path_factory,
        good=NET,
        unbuilt=bad("__init__(self):\n        raise RuntimeError('no weights today')"),
        unfit=bad("forward(self, x):\n        return nn.Linear(7, 5)(x)"),
        own=OWN + "".join(owns),
    ) as (_, client):
        yield client


def test_what_cannot_be_built(raising: TestClient) -> None:
    asked = BAD.replace("bad.", "unbuilt.")
    for path in PATHS:
        text = said(raising.get(asked.replace("/registry", path)))
        assert "RuntimeError: no weights today" in text
    assert "55 of 55" in said(raising.get(asked))


def test_a_forward_that_does_not_fit_is_told_in_pytorchs_words(raising: TestClient) -> None:
    asked = BAD.replace("bad.", "unfit.")
    with pytest.raises(RuntimeError) as raised:
        nn.Linear(7, 5)(torch.zeros(4, 10))
    assert f"RuntimeError: {raised.value}" in said(raising.get(asked))
    for path in PATHS:  # a model that was moved to another type before is told so
        text = said(raising.get(asked.replace("/registry", path)))
        assert re.search(rf"RuntimeError: {ADDMM}mat1 and mat2 .* \(line 1\d\)", text), path


def test_exceptions_that_only_the_lecture_file_knows(raising: TestClient) -> None:
    # They cannot be unpickled in the server.
    for i, method in enumerate(METHODS):
        asked = BAD.replace("bad.Bad", f"own.Bad{i}")
        assert "Own: mine" in said(raising.get(asked)), method
        for path in some(PATHS, 2, first=i):
            answer = raising.get(asked.replace("/registry", path))
            assert answer.status_code == 200, (path, method)
    assert raising.get(GOOD).status_code == 200


DEATHS = {
    "Exits": ("os._exit(3)", "exit code 3"),
    "Kills": ("os.kill(os.getpid(), 9)", "exit code -9"),
    "Aborts": ("os.abort()", "exit code -6"),
    "Leaves": ("raise GeneratorExit", "exit code 1"),
}


WAITS = {"Loops": "while True: pass", "Waits": "threading.Event().wait()"}


@pytest.fixture(scope="module")
def fatal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Course, TestClient]]:
    """A course of models that end their process, each in another way, or never answer."""
    bodies = {name: death for name, (death, _) in DEATHS.items()} | WAITS
    models = [
        f"\nclass {name}(Net):\n    def forward(self, x):\n        {body}\n"
        for name, body in bodies.items()
    ]
    with opened(tmp_path_factory, good=NET, bad=NET + "".join(models)) as both:
        yield both


@pytest.fixture(scope="module")
def dying(fatal: tuple[Course, TestClient]) -> TestClient:
    return fatal[1]


@pytest.mark.parametrize("name", DEATHS)
def test_a_model_that_ends_its_process(dying: TestClient, name: str) -> None:
    answer = dying.get(TWICE.replace("Bad", name))
    assert_described(answer)
    text = said(answer, 502)
    assert "The worker process died" in text
    assert DEATHS[name][1] in text
    assert dying.get(GOOD).status_code == 200


def test_a_model_that_ends_its_process_ends_it_on_every_page(dying: TestClient) -> None:
    for path in PATHS:
        asked = TWICE.replace("/registry", f"{path}.json").replace("Bad", "Exits")
        assert dying.get(asked).json()["status"] == 502, path
    assert dying.get(GOOD).status_code == 200


@pytest.mark.parametrize("name", WAITS)
def test_a_model_that_never_answers(fatal: tuple[Course, TestClient], name: str) -> None:
    course, client = fatal
    asked = TWICE.replace("Bad", name)
    with course.limit(0.5):
        page, told = client.get(asked), client.get(asked.replace("?", ".json?"))
    assert "No answer within 0.5 seconds" in said(page, 504)
    assert told.json()["status"] == 504
    assert_described(page)
    assert_described(told)
    assert client.get(GOOD).status_code == 200


@pytest.mark.parametrize("end", ["threading.Event().wait()", "os._exit(3)", "raise ValueError"])
def test_a_first_lesson_that_fails_does_not_keep_the_server_from_starting(
    course: Course, end: str
) -> None:
    course.write("good.py", NET)
    course.write("bad.py", bad(f"forward(self, x):\n        {end}"))
    lesson = 'left = "Bad"\nright = "Net"\ntitle = "The first"\ntext = ""\n'
    course.write(
        "course.toml", f'[[chapter]]\nfile = "bad"\ntitle = "Bad"\n[[chapter.lesson]]\n{lesson}'
    )
    client = course.open(seconds=0.5, warm=True)
    with course.limit(GENEROUS):
        assert "The first" in said(client.get("/"))
        assert client.get(GOOD).status_code == 200


# Roll Call itself


def test_a_mistake_of_ours_is_a_page(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    course.write("good.py", NET)
    client = course.open()

    async def fail(self: Lab) -> None:
        raise LookupError("something unforeseen")

    with monkeypatch.context() as patch:
        patch.setattr(Lab, "choices", fail)
        text = said(client.get("/"), 500)
        assert client.get(GOOD, headers={"HX-Request-Type": "partial"}).text.startswith(
            "<title>This is a mistake"
        )
        assert client.get("/catalog.json").json()["detail"] == "LookupError: something unforeseen"
    assert "This is a mistake in Roll Call, not in your model" in text
    assert "LookupError: something unforeseen" in text
    assert "Traceback" not in text
    assert str(Path(__file__).parents[2]) not in text
    assert client.get("/").status_code == 200
