"""A save that breaks a page's models: why stands above the last result, which is grey."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from web.course import GENEROUS, NET, Course
from web.page import Page

COURSE = '[[chapter]]\nfile = "my"\ntitle = "Mine"\n[chapter.models.Sized]\nargs = [3]\n'
SIZED = NET.replace("Net", "Sized").replace("(self)", "(self, size)")
FILES = {"my.py": NET + SIZED, "other.py": NET, "course.toml": COURSE}
NETS = "/registry?left=my.Net&right=other.Net"
PLAYED = "/training?left=my.Net&right=my.Net&steps=3"
SIZES = "/registry?left=my.Sized&right=other.Net"
SHOWN = (NETS, PLAYED, SIZES)


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    """A course, whose server follows what is saved."""
    with ExitStack() as clients:
        yield Course(tmp_path_factory.mktemp("saved") / "course", clients)


@pytest.fixture(scope="module")
def client(mine: Course) -> TestClient:
    """The pages have been shown."""
    save(mine)
    client = mine.open(watch=True)
    for url in SHOWN:
        assert client.get(url).status_code == 200
    return client


def save(course: Course, **texts: str | None) -> None:
    """Every file as it was at first, but for those named; None: it is gone."""
    given = {name.replace("_", "."): text for name, text in texts.items()}
    for name, text in {**FILES, **given}.items():
        if text is None:
            (course.folder / name).unlink()
        else:
            course.write(name, text)


def is_grey(page: Page) -> bool:
    [result] = [part for part in page.all("div") if part.attributes.get("class") == "outcome"]
    return "inert" in result.attributes


def report_of(answer: Response) -> str:
    return answer.text.partition('<main id="report"')[2].partition("</main>")[0]


LOOPS = "while True:\n    pass\n"


@pytest.mark.parametrize(
    ("texts", "url", "status", "told"),
    [
        ({"my_py": "x = (\n"}, NETS, 422, "my.py cannot be loaded"),
        ({"my_py": "x = (\n"}, PLAYED, 422, "my.py, line 1: SyntaxError: '(' was never closed"),
        ({"my_py": "1 / 0\n"}, NETS, 422, "my.py, line 1: ZeroDivisionError: division by zero"),
        ({"my_py": NET.replace("Net", "NetX")}, NETS, 422, "Net is no longer in my.py"),
        ({"my_py": NET.replace("Net", "NetX")}, NETS, 422, "Go to my.NetX"),
        ({"my_py": None, "course_toml": ""}, NETS, 422, "Net is no longer in my.py"),
        ({"course_toml": "[[chapter\n"}, NETS, 422, "course.toml cannot be read"),
        ({"course_toml": "[[chapter\n"}, SIZES, 422, "course.toml, line 1: TOMLDecodeError"),
        ({"course_toml": ""}, SIZES, 422, "Sized cannot be built any more: it needs size"),
        ({"my_py": LOOPS}, NETS, 504, "No answer within 0.5 seconds"),
    ],
)
def test_why_stands_above_the_last_result(
    client: TestClient, mine: Course, texts: dict[str, str], url: str, status: int, told: str
) -> None:
    save(mine)
    before = client.get(url)
    save(mine, **texts)
    limit = 0.5 if status == 504 else GENEROUS
    with mine.limit(limit):
        answer = client.get(url)
        partial = client.get(url, headers={"HX-Request-Type": "partial"})
        twin = client.get(url.replace("?", ".json?"))
    assert answer.status_code == partial.status_code == status
    page = Page.of(answer)
    assert told in page.text
    assert told in Page.of(partial).text
    assert is_grey(page)
    assert not is_grey(Page.of(before))
    assert report_of(answer) == report_of(before)
    assert "inert" not in twin.text  # a program is not shown what is out of date
    save(mine)
    after = client.get(url)
    assert report_of(after) == report_of(before)
    assert not is_grey(Page.of(after))


def test_the_last_result_is_that_of_the_last_files_that_were_shown(
    client: TestClient, mine: Course
) -> None:
    """Who undoes a save has the files of before again, and what was made of them is kept."""
    mended = NET.replace("10, 5", "10, 6")
    assert mended != NET
    shown = []
    for text in (NET, mended, NET):
        save(mine, my_py=text + SIZED)
        shown.append(Page.of(client.get(NETS)).text)
    save(mine, my_py="1 +")
    broken = Page.of(client.get(NETS))
    save(mine)
    assert ["66 of 66" in text for text in (*shown, broken.text)] == [False, True, False, False]
    assert is_grey(broken)


def test_what_was_never_shown_is_an_error_page(client: TestClient, mine: Course) -> None:
    save(mine, my_py="x = (\n")
    for url in (NETS + "&seed=5", NETS.replace("registry", "modes")):
        answer = client.get(url)
        assert answer.status_code == 422
        assert "Mend it, and this page follows." in Page.of(answer).text
        assert "inert" not in answer.text


def test_every_page_knows_the_files_that_it_shows(client: TestClient, mine: Course) -> None:
    """So that it can tell whether they were saved since: errors and the list of lessons, too."""
    versions = set()
    for text in (FILES["my.py"], "x = (\n"):
        save(mine, my_py=text)
        pages = [client.get(url).text for url in (NETS, NETS + "&seed=6", "/", "/nowhere", "/api")]
        [version] = {page.split('<div id="page" data-version="')[1][:16] for page in pages}
        versions.add(version)
    assert len(versions) == 2


def test_nothing_is_followed_where_nobody_edits(app_client: TestClient) -> None:
    assert "data-version" not in app_client.get("/").text
    assert app_client.get("/saves").status_code == 404


LISTED = """
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(4, 2)]

    def forward(self, x):
        return self.layers[0](x)
"""


def test_who_has_mended_the_last_mistake_sees_the_model_itself(course: Course) -> None:
    """Its fixed version has gone with the mistake, and the page that is open asks for it."""
    course.write("own.py", LISTED)
    client = course.open(watch=True)
    beside = "/registry?left=own.Net&right=own.Net.fixed"
    assert client.get(beside).status_code == 200
    course.write("own.py", LISTED.replace("[nn.Linear(4, 2)]", "nn.ModuleList([nn.Linear(4, 2)])"))
    answer = client.get(beside, headers={"HX-Request-Type": "partial"})
    assert answer.status_code == 307
    assert "left=own.Net&right=own.Net&" in answer.headers["location"]
    text = Page.of(client.get(answer.headers["location"])).text
    assert "PyTorch knows them all" in text
    course.write("own.py", LISTED)  # the mistake is back, and so is its fix
    assert client.get(beside).status_code == 200
