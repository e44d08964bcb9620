"""A course exported by the command, and given from its files."""

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, expect
from starlette.types import Receive, Scope, Send

from browser_fixtures import WINDOW
from event_loop import run
from rollcall import cli
from rollcall.export.asking import NotAnswered, ask
from rollcall.export.folder import LIST
from rollcall.folders import MODELS
from rollcall.main import create_app
from web.course import cold
from web.page import LINKS
from web.page import Page as Parsed

COURSE = """
[[chapter]]
title = "Lists"
file = "containers"
input = [4, 10]
[[chapter.lesson]]
left = "HalfListNet"
right = "FullListNet"
title = "A plain list and a head"
text = "Look at both."
  [[chapter.lesson.step]]
  page = "training"
  text = "Both are trained."
  ask = "How many of its tensors change?"
  answers = ["none", "2", "all 8"]
  measured = "left.changed_tensors"
  [[chapter.lesson.step]]
  page = "modes"
  text = "Then eval() is called."
[[chapter.lesson]]
left = "BadListNet"
right = "ModuleListNet"
page = "device"
query = { device = "simulated" }
title = "A move"
text = "It raises."
[[chapter.lesson]]
left = "BadListNet"
right = "ModuleListNet"
page = "dropout"
title = "The last one"
text = "It ends here."
"""


def export(*arguments: str) -> None:
    """The command, in a thread: that of the tests may be Playwright's, which has a loop."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(cli.main, ["export", *arguments]).result()


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("course")
    (folder / "containers.py").write_bytes((MODELS / "containers.py").read_bytes())
    (folder / "course.toml").write_text(COURSE)
    return folder


@pytest.fixture(scope="module")
def exported(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "site"
    export("--models", str(models), str(folder))
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def pages(folder: Path) -> Iterator[tuple[str, Parsed]]:
    for path in sorted(folder.glob("*.html")):
        parsed = Parsed()
        parsed.feed(path.read_text("utf-8"))
        yield path.name, parsed


def test_every_step_is_there_with_its_answers_code_and_switches(exported: Path) -> None:
    names = {path.name for path in exported.glob("*.html")}
    first = {f"1.1{each}.html" for each in ("", "-code", "-eval", "-swapped")}
    answers = {f"1.1-answer-{each}.html" for each in ("0", "0-code", "1", "2", "3")}
    assert first | answers <= names
    assert {"index.html", "1.2.html", "1.2-eval.html", "2.1.html", "3.1.html"} <= names


def test_every_link_leads_to_a_file_that_is_there(exported: Path) -> None:
    for name, page in pages(exported):
        ids = {each.attributes.get("id") for each in page.elements}
        for link in page.links:
            file, _, place = link.partition("#")
            assert not file or (exported / file).is_file(), (name, link)
            assert file or place in ids, (name, link)


def test_every_file_is_reached_from_the_lessons(exported: Path) -> None:
    by_name = dict(pages(exported))
    reached: set[str] = set()
    waiting = ["index.html"]
    while waiting:
        name = waiting.pop()
        if name in reached:
            continue
        reached.add(name)
        if name in by_name:
            waiting += [each.partition("#")[0] for each in by_name[name].links if each[0] != "#"]
    assert set(contents(exported)) - reached == {LIST}


def test_nothing_is_left_that_would_ask_a_server(exported: Path) -> None:
    for name, page in pages(exported):
        for element in page.elements:
            given = element.attributes
            assert not any(each.startswith("hx-") for each in given), (name, element)
            assert not {"action", "formaction", "data-stream"} & given.keys(), (name, element)
            if element.tag in ("input", "select", "button", "textarea"):
                assert "name" not in given, (name, element)
            for each in LINKS:
                assert not given.get(each, "").startswith(("/", "http")), (name, element)


def test_a_covered_page_does_not_give_away_its_answer(exported: Path) -> None:
    by_name = dict(pages(exported))
    assert "never change" not in by_name["1.1.html"].text
    assert "never change" in by_name["1.1-answer-0.html"].text


def test_each_page_says_what_was_left_out(exported: Path) -> None:
    for name, page in pages(exported):
        assert "rollcall serve" in page.text, name
        assert "a moment ago" not in page.text, name


def test_a_static_file_is_named_by_its_content(exported: Path) -> None:
    names = [each for each in contents(exported) if each.startswith("static/")]
    assert all(re.fullmatch(r"static/[\w/]+\.[0-9a-f]{12}\.\w+", each) for each in names)
    assert not [each for each in names if "htmx" in each or "play" in each]


def test_a_second_export_gives_the_same_bytes(
    models: Path, exported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(exported)
    capsys.readouterr()
    export("--models", str(models), str(exported))
    assert contents(exported) == before
    size = sum(len(body) for name, body in before.items() if name != LIST) / 1e6
    assert f"wrote {len(before) - 1} files, {size:.1f} MB" in capsys.readouterr().out


@pytest.mark.parametrize(("folder", "said"), [("", "is not empty"), ("mine", "is a file")])
def test_a_folder_of_somebody_is_refused_at_once(
    tmp_path: Path, folder: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(SystemExit) as raised:
        export(str(tmp_path / folder))
    assert raised.value.code == 2
    assert said in capsys.readouterr().err
    assert (tmp_path / "mine").read_text() == "mine"


def test_a_course_without_lessons(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "course").mkdir()
    with pytest.raises(SystemExit):
        export("--models", str(tmp_path / "course"), str(tmp_path / "site"))
    assert "has no lesson to export" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_a_page_that_answers_with_an_error(models: Path) -> None:
    async def asked() -> None:
        with cold():
            app = create_app(models, workers=1)
        async with app.router.lifespan_context(app):
            assert b"Who answers" in await ask(app, "/")
            with pytest.raises(NotAnswered, match=r"/registry\?seed=x answered with 422"):
                await ask(app, "/registry?seed=x")

    run(asked())


def test_a_slow_page_is_waited_for() -> None:
    """The server looks whether its client is still there, for as long as a page takes."""

    async def slow(_scope: Scope, receive: Receive, send: Send) -> None:
        assert (await receive())["type"] == "http.request"
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(receive(), 0.01)
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": b"there"})

    assert run(ask(slow, "/registry")) == b"there"


@pytest.fixture
def plain_page(browser: Browser) -> Iterator[Page]:
    """A page of a browser without any server."""
    page = browser.new_page(viewport=WINDOW)
    yield page
    page.close()


@pytest.mark.browser
def test_the_lecture_is_given_from_its_files_by_keys(plain_page: Page, exported: Path) -> None:
    complaints: list[str] = []

    def note_failure(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the next page came first, as before an icon
            complaints.append(request.url)

    plain_page.on("pageerror", lambda error: complaints.append(str(error)))
    plain_page.on("requestfailed", note_failure)
    question = plain_page.get_by_role("region", name="Question")
    strip = plain_page.locator(".strip")
    plain_page.goto((exported / "index.html").as_uri())

    def press(key: str, where: Locator, leads_to: str) -> None:
        plain_page.keyboard.press(key)
        expect(where).to_contain_text(leads_to)
        plain_page.wait_for_load_state()  # then its own keys are heard

    press("PageDown", question, "How many of its tensors change?")
    press("1", question, "No.")
    plain_page.go_back()
    press("Space", question, "right:")
    press("c", plain_page.locator("#code"), "class HalfListNet")
    press("Space", strip, "Then eval() is called.")
    press("PageDown", strip, "It raises.")
    press("PageDown", strip, "It ends here.")
    press("PageUp", strip, "It raises.")
    press("PageUp", strip, "Then eval() is called.")
    plain_page.locator("#mode-eval").click()
    expect(plain_page.locator("#mode-eval")).to_have_attribute("aria-current", "true")
    plain_page.wait_for_load_state()
    press("g", plain_page.locator(".lessons"), "The last one")
    assert complaints == []


@pytest.mark.browser
def test_a_line_opens_the_file_with_the_code_there(plain_page: Page, exported: Path) -> None:
    plain_page.goto((exported / "2.1.html").as_uri())
    plain_page.locator("#left .at-line").click()
    expect(plain_page).to_have_url(re.compile("/2.1-code.html#left-L28$"))
    line = plain_page.locator("#left-L28.pointed")
    expect(line).to_be_in_viewport()
    expect(line).to_contain_text("F.relu(self.layers[0](x))")
