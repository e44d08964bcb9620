"""The page of an exercise as a student uses it: edit the file, and see TODO become PASS."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.looks import at_each_size, cut, off_the_first_screen, overlapping, too_small
from browser_fixtures import Tab, tab_of
from rollcall.experiments.exercise.experiment import ExerciseQuery
from rollcall.folders import MODELS
from rollcall.lectures.exercise_files import write_exercises
from serving import serving_in_a_thread

pytestmark = pytest.mark.browser

LIST = ExerciseQuery(left="repairs.YourListNet", right="containers.ModuleListNet").url
DROPOUT = ExerciseQuery(left="repairs.YourDropoutNet", right="dropout.AttentiveDropoutNet").url
TRANSPOSED = ExerciseQuery(left="wrong_layers.TransposedLinear", right="linear.MyLinear").url
DONE = ExerciseQuery(left="dropout.AttentiveDropoutNet", right="dropout.AttentiveDropoutNet").url

UNWRITTEN_INIT = """        # weight: a Parameter of shape (out, in); bias: (out,) or None
        raise NotImplementedError
"""
WRITTEN_INIT = """        self.weight = nn.Parameter(torch.randn({shape}))
        self.register_parameter("bias", None)
        if bias:
            self.bias = nn.Parameter(torch.zeros(out_features))
"""
UNWRITTEN_FORWARD = """        # y = x Wᵀ + b
        raise NotImplementedError
"""
WRITTEN_FORWARD = """        y = x @ self.weight.T
        return y if self.bias is None else y + self.bias
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The exercises as a student has them."""
    folder = tmp_path_factory.mktemp("student") / "my_exercises"
    write_exercises(MODELS, folder)
    return folder


@pytest.fixture(scope="module")
def student_tab(folder: Path, browser: Browser) -> Iterator[Tab]:
    with serving_in_a_thread(folder, watch=True) as url, tab_of(browser, url) as tab:
        yield tab


@pytest.fixture
def student(student_tab: Tab, expected_complaints: list[str]) -> Iterator[Page]:
    yield from student_tab.lend(expected_complaints)


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert text.count(old) >= 1
    file.write_text(text.replace(old, new, 1), "utf-8")


def expect_state(page: Page, word: str, count: str) -> None:
    expect(page.locator("#left .count strong")).to_have_text(word)
    expect(page.locator("#left .count")).to_contain_text(count)


def test_a_layer_from_todo_by_fail_to_pass(student: Page, folder: Path) -> None:
    file = folder / "exercises.py"
    student.goto("/")
    student.get_by_role("link", name="Exercise: Linear").click()
    expect_state(student, "TODO", "0 of 12 checks pass against nn.Linear")
    expect(student.locator("#next")).to_contain_text("Begin in line 11.")
    expect(student.locator("#task .line.todo")).to_contain_text("raise NotImplementedError")

    edit(file, UNWRITTEN_INIT, WRITTEN_INIT.format(shape="in_features, out_features"))
    expect_state(student, "FAIL", "1 of 12 checks pass")
    expect(student.locator("#next")).to_contain_text("(out_features, in_features)")
    expect(student.locator("#left [data-check=weight]")).to_contain_text("is (10, 5), not (5, 10)")

    edit(file, "in_features, out_features))\n", "out_features, in_features))\n")
    expect_state(student, "TODO", "3 of 12 checks pass")
    expect(student.locator("#next")).to_contain_text("Begin in line 17. Return the formula")

    edit(file, UNWRITTEN_FORWARD, "        return x @ self.weigth.T + self.bias\n")
    expect_state(student, "FAIL", "3 of 12 checks pass")
    expect(student.locator("#next")).to_contain_text("no attribute 'weigth' (line 16)")
    expect(student.locator("#task .line.hides")).to_contain_text("self.weigth.T")

    edit(file, "        return x @ self.weigth.T + self.bias\n", WRITTEN_FORWARD)
    expect_state(student, "PASS", "12 of 12 checks pass")
    expect(student.locator("#next")).to_have_count(0)
    expect(student.locator("#left .check.pass")).to_have_count(12)


def test_a_list_is_repaired(student: Page, folder: Path) -> None:
    file = folder / "repairs.py"
    student.goto(LIST)
    expect_state(student, "TODO", "3 of 9 checks pass")
    expect(student.locator("#left .count")).to_contain_text("TODO in line 11")
    expect(student.locator("#next")).to_contain_text("layers is a plain list.")

    edit(file, "        # TODO: let the optimizer find both layers\n", "")
    expect_state(student, "FAIL", "3 of 9 checks pass")

    edit(file, "[nn.Linear(10, 20), nn.Linear(20, 5)]", "nn.ModuleList([nn.Linear(10, 20)])")
    edit(file, "first, second = self.layers", "(first,) = self.layers")
    expect(student.locator("#next")).to_contain_text(
        "NameError: name 'second' is not defined (line 15)"
    )

    edit(file, "([nn.Linear(10, 20)])", "([nn.Linear(10, 20), nn.Linear(20, 5)])")
    edit(file, "(first,) = self.layers", "first, second = self.layers")
    expect_state(student, "PASS", "9 of 9 checks pass")


def test_a_file_that_python_cannot_read_says_where(student: Page, folder: Path) -> None:
    file = folder / "exercises.py"
    written = file.read_text("utf-8")
    student.goto("/exercise?left=exercises.YourReLU&right=activations.MyReLU")
    expect_state(student, "TODO", "0 of 7 checks pass")
    file.write_text(written.replace("class YourTanh(nn.Module):", "class YourTanh(nn.Module)"))
    expect(student.locator("#trouble")).to_contain_text("exercises.py cannot be loaded")
    expect(student.locator("#trouble .line.hides")).to_contain_text("class YourTanh(nn.Module)")
    expect(student.locator(".outcome[inert]")).to_contain_text("0 of 7 checks pass")
    file.write_text(written)
    expect(student.locator("#trouble")).to_have_count(0)
    expect_state(student, "TODO", "0 of 7 checks pass")


def test_the_solution_is_folded_away(page: Page) -> None:
    page.goto(LIST)
    solution = page.locator("#right")
    expect(solution.locator("pre")).not_to_be_visible()
    solution.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(solution.locator("pre")).to_be_visible()
    expect(solution.locator("pre")).to_contain_text("nn.ModuleList()")
    expect(solution.locator(".count")).to_contain_text("9 of 9 checks pass")


def test_the_file_is_downloaded(page: Page) -> None:
    page.goto(LIST)
    with page.expect_download() as started:
        page.get_by_role("link", name="Download repairs.py").click()
    download = started.value
    assert download.suggested_filename == "repairs.py"
    assert download.path().read_bytes() == (MODELS / "repairs.py").read_bytes()


def test_from_one_exercise_to_the_next(page: Page) -> None:
    page.goto("/exercise")
    page.evaluate("window.sameDocument = true")
    page.get_by_role("group", name="Exercises").get_by_role("link", name="Tanh").click()
    expect(page.locator("#left .headline h2")).to_have_text("YourTanh")
    expect(page.locator(".all [aria-current]")).to_have_text("Tanh")
    expect(page.locator("#right summary")).to_contain_text("MyTanh")
    page.go_back()
    expect(page.locator("#left .headline h2")).to_have_text("YourLinear")
    assert page.evaluate("window.sameDocument === true")


def test_the_line_that_draws_is_marked(page: Page) -> None:
    page.goto(DROPOUT)
    expect(page.locator("#task .line.hides")).to_contain_text("F.dropout(x, 0.5)")
    expect(page.locator("#next")).to_contain_text("F.dropout in line 38 does not know of eval().")


STORY = ("#left .count", "#next", "#task pre >> nth=0", ".file a")


@pytest.mark.parametrize(
    ("url", "first"),
    [("/exercise", STORY), (LIST, STORY), (DROPOUT, STORY), (TRANSPOSED, ()), (DONE, ())],
)
def test_all_can_be_read_and_state_hint_checks_and_code_stand_on_the_first_screen(
    page: Page, url: str, first: tuple[str, ...]
) -> None:
    for size in at_each_size(page, url):
        if first and size == (1280, 720):
            last = page.locator("#left .check").last.get_attribute("data-check")
            assert off_the_first_screen(page, *first, f"#left [data-check={last}]") == []
        page.locator("#right summary").click()
        assert cut(page, ".check, .check > *, .count, .next, .narration, .file, .all") == []
        assert overlapping(page, "#left h1, #left .count p, .next, #left .checks") == []
        if size[0] >= 1280:
            assert too_small(page) == []
