"""The page of what a student may hand in: endless, leaving Python, odd, or no exercise at all."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial

import pytest
from starlette.testclient import TestClient

from rollcall.experiments.exercise.experiment import ExerciseQuery
from web.course import Course
from web.page import Page

HEAD = "import os, time\nimport torch\nfrom torch import nn\n"
SOLUTION = "class Net(nn.Linear):\n    def __init__(self): super().__init__(10, 5)\n"


def told(client: TestClient, left: str, right: str = "own.Net") -> str:
    answer = client.get(ExerciseQuery(left=left, right=right).url)
    assert answer.status_code == 200
    return Page.of(answer).text


def handed_in(course: Course, body: str, workers: int = 1) -> TestClient:
    course.write("own.py", HEAD + SOLUTION + body)
    return course.open(workers=workers)


# A layer and a model, in the one or the other method.
ENDLESS = {"YourReLU": "__init__(self)", "YourNet": "forward(self, x)"}


def test_ones_that_loop_for_ever_fail_and_their_code_is_shown(course: Course) -> None:
    """Both at once, in a worker each, for each is waited for twice: beside the other and alone."""
    models = [
        f"class {kind}(nn.Module):\n    def {name}:\n        while True: time.sleep(1)\n"
        for kind, name in ENDLESS.items()
    ]
    client = handed_in(course, "".join(models), workers=2)
    with course.limit(1.5), ThreadPoolExecutor() as threads:
        pages = list(threads.map(partial(told, client), [f"own.{kind}" for kind in ENDLESS]))
    for kind, text in zip(ENDLESS, pages, strict=True):
        assert "FAIL" in text
        assert "It was stopped after 1.5 seconds. Which loop has no end?" in text
        assert f"{kind} did not answer within 1.5 seconds." in text
        assert "while True" in text


def test_one_that_leaves_python_fails(course: Course) -> None:
    client = handed_in(course, "class YourNet(nn.Module):\n    def forward(self, x): os._exit(3)\n")
    text = told(client, "own.YourNet")
    assert "FAIL" in text
    assert "Its process ended: something in it leaves Python, or breaks it." in text


ODD = {
    "A": "pass",
    "B": "return x, x",
    "C": "return {'y': x}",
    "D": "return x.long()",
    "E": "raise OSError",
    "F": "return x.sum()",
    "G": "raise NotImplementedError('soon')",
}


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    classes = (
        f"class {name}(nn.Module):\n    def forward(self, x):\n        {body}\n"
        for name, body in ODD.items()
    )
    with ExitStack() as clients:
        course = Course(tmp_path_factory.mktemp("odd") / "course", clients)
        yield handed_in(course, "".join(classes))


@pytest.mark.parametrize("solution", ["Net", "A", "E"])
def test_whatever_forward_does_there_is_a_page(odd: TestClient, solution: str) -> None:
    for left in ODD:
        text = told(odd, f"own.{left}", f"own.{solution}")
        if solution == "E":
            assert f"{left} cannot be checked: its solution raises OSError." in text
        elif left == "G":
            assert "TODO" in text
        elif left != solution:
            assert f"{left} is not right yet" in text


def test_a_constructor_that_raises_fails_every_check_with_one_cause(course: Course) -> None:
    client = handed_in(
        course, "class YourNet(nn.Module):\n    def __init__(self): self.a = nn.ReLU()\n"
    )
    text = told(client, "own.YourNet")
    assert "FAIL" in text
    assert text.count("cannot assign module before Module.__init__() call") == 1


def test_the_file_is_what_stands_on_the_disk(course: Course) -> None:
    """Also one in another encoding, and with a name that no header can hold as it is."""
    client = handed_in(course, "")
    text = f"# -*- coding: latin-1 -*-\n# é\n{HEAD}class YourNet(nn.Module): pass\n"
    (course.folder / "größe.py").write_bytes(text.encode("latin-1"))
    query = ExerciseQuery(left="größe.YourNet", right="own.Net")
    answer = client.get(query.file_url)
    assert answer.status_code == 200
    assert answer.text == text
    assert answer.headers["Content-Type"] == "text/x-python; charset=utf-8"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename*=UTF-8''gr%C3%B6%C3%9Fe.py"
    )


def test_a_file_that_is_not_there_is_refused(app_client: TestClient) -> None:
    answer = app_client.get("/exercise.py?left=own.Nobody")
    assert answer.status_code == 422
    assert "own.Nobody" in Page.of(answer).text
    moved = app_client.get("/exercise.py?left=linear.MyLinear")
    assert moved.status_code == 200
    assert moved.text.startswith('"""')


def test_on_the_path_of_a_course_no_drawer_shows_the_solution(app_client: TestClient) -> None:
    query = ExerciseQuery(left="exercises.YourReLU", right="activations.MyReLU")
    contents = app_client.get("/catalog.json").json()["contents"]
    lessons = [lesson["left"] for chapter in contents["chapters"] for lesson in chapter["lessons"]]
    lesson = f"{lessons.index(query.left) + 1}.1"
    page = Page.of(app_client.get(query.replace(lesson=lesson, code="on").url))
    assert "Exercise: ReLU" in page.text
    assert list(page.all("aside")) == []
    assert page.text.count("torch . where") == 1  # in the solution that is folded away
    assert len([link for link in page.links if "code=on" in link and "/exercise" in link]) >= 8
