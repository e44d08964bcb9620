"""The dropout page as a lecturer drives it."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.looks import at_each_size, off_the_first_screen, overlapping, too_small

pytestmark = pytest.mark.browser

LARGE = "/dropout?rows=32&columns=64&input=random&rate=10"
UNHEARD = "/dropout?left=dropout_layers.ListDropout&mode=eval"
NETS = "/dropout?left=dropout.DropoutListNet&right=dropout.DropoutNet&draw=30"
ALPHA = "/dropout?left=dropout_layers.TorchAlphaDropout&input=random&rows=8&columns=8"


@pytest.fixture
def dropout(page: Page) -> Page:
    page.goto("/dropout")
    page.evaluate("window.sameDocument = true")
    return page


def draw(page: Page) -> Locator:
    return page.locator("#draw")


def mask(page: Page, side: str = "left") -> str:
    return page.locator(f"#{side}-dropped").get_attribute("d") or ""


def markers(page: Page) -> list[str | None]:
    return [each.get_attribute("transform") for each in page.locator(".marker").all()]


def center_of(page: Page, grid: Locator, row: int, column: int) -> tuple[float, float]:
    box = grid.bounding_box()
    assert box
    rows, columns = (int(grid.get_attribute(f"data-{each}") or "") for each in ("rows", "columns"))
    return box["x"] + box["width"] * (column - 0.5) / columns, box["y"] + box["height"] * (
        row - 0.5
    ) / rows


def test_a_bare_path_shows_what_scaling_is_for(dropout: Page) -> None:
    expect(dropout.locator("#left .count strong")).to_have_text(re.compile(r"^1\.00 → 0\.\d\d$"))
    expect(dropout.locator("#right .count strong")).to_have_text(
        re.compile(r"^1\.00 → [01]\.\d\d$")
    )
    expect(dropout.locator("#left .scale")).to_have_text(re.compile(r"× 1\.00\s+not 2\.00"))
    expect(dropout.locator("#right .scale")).to_have_text(re.compile(r"× 2\.00\s+1/\(1 − p\)"))
    expect(dropout.locator(".narration")).to_contain_text(
        "NaiveDropout does not scale what it keeps"
    )
    assert mask(dropout, "left") == mask(dropout, "right")
    expect(dropout.locator(".shared")).to_have_count(1)


def test_next_and_previous_are_one_step_and_back_is_too(dropout: Page) -> None:
    first = mask(dropout)
    dropout.locator("#next").click()
    expect(draw(dropout)).to_have_text("draw 2")
    second = mask(dropout)
    assert second != first
    dropout.locator("#next").click()
    expect(draw(dropout)).to_have_text("draw 3")
    dropout.locator("#previous").click()
    expect(draw(dropout)).to_have_text("draw 2")
    assert mask(dropout) == second
    dropout.go_back()
    expect(draw(dropout)).to_have_text("draw 3")
    dropout.go_back()
    dropout.go_back()
    expect(draw(dropout)).to_have_text("draw 1")
    assert mask(dropout) == first
    assert dropout.evaluate("window.sameDocument === true")


def test_play_grows_and_pause_stays_at_the_frame_that_is_shown(page: Page) -> None:
    page.goto("/dropout?rate=10&draw=3")
    points = page.locator(".means .series-1 polyline:not(.each)")
    assert len((points.get_attribute("points") or "").split()) == 3
    page.locator("#play").click()
    expect(draw(page)).to_have_text(re.compile(r"draw ([6-9]|\d\d)"))
    expect(page.locator("#pause")).to_be_focused()
    assert len((points.get_attribute("points") or "").split()) >= 6
    page.locator("#pause").click()
    expect(page).to_have_url(re.compile(r"draw=([6-9]|\d\d+)&"))
    expect(page.locator("#play")).to_be_visible()
    shown = re.search(r"draw=(\d+)", page.url)
    assert shown
    expect(draw(page)).to_have_text(f"draw {shown[1]}")
    seen = mask(page)
    page.reload()
    assert mask(page) == seen


def test_a_play_ends_with_its_last_draw(page: Page) -> None:
    # One of two draws: 2,000 of both cost seconds.
    page.goto("/dropout?left=containers.BadListNet&rate=10&draw=1998")
    page.locator("#play").click()
    expect(draw(page)).to_have_text("draw 2,000")
    expect(page).to_have_url(re.compile("draw=2000"))
    expect(page.locator("#next")).to_have_count(0)


def test_pointing_follows_a_cell_through_all_grids(page: Page) -> None:
    page.goto("/dropout?draw=7")
    output = page.locator("#right .cells").nth(1)
    page.mouse.move(*center_of(page, output, 3, 5))
    expect(page.locator("#left .where")).to_have_text("row 3, column 5")
    expect(page.locator("#right .where")).to_have_text("row 3, column 5")
    assert markers(page) == ["translate(4 2)"] * 5
    kept = page.locator("#right output").inner_text().startswith("1 × 1 ×")
    expect(page.locator("#right output")).to_have_text("1 × 1 × 2 = 2" if kept else "1 × 0 × 2 = 0")
    expect(page.locator("#left output")).to_have_text("1 × 1 × 1 = 1" if kept else "1 × 0 × 1 = 0")
    page.mouse.move(640, 10)
    expect(page.locator("#left .where")).to_have_text("row 1, column 1")
    assert markers(page) == ["translate(0 0)"] * 5


def test_pointing_says_what_the_address_of_the_cell_says(page: Page) -> None:
    """The script shows what the server would have written for that cell."""
    page.goto("/dropout?draw=2&input=random&rows=8&columns=16")
    pointed = {}
    for row, column in ((1, 1), (8, 16), (4, 9), (6, 2)):
        page.mouse.move(*center_of(page, page.locator("#left .cells").first, row, column))
        expect(page.locator("#left .where")).to_have_text(f"row {row}, column {column}")
        pointed[row, column] = page.locator(".equation").all_inner_texts()
    for (row, column), texts in pointed.items():
        page.goto(f"/dropout?draw=2&input=random&rows=8&columns=16&cell={row},{column}")
        assert page.locator(".equation").all_inner_texts() == texts


def test_arrow_keys_go_from_cell_to_cell(dropout: Page) -> None:
    product = dropout.locator("#left .product")
    product.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "ArrowUp"):
        product.press(key)
    expect(dropout.locator("#right .where")).to_have_text("row 1, column 2")
    assert markers(dropout) == ["translate(1 0)"] * 5
    for _ in range(12):
        product.press("ArrowRight")
    expect(dropout.locator("#left .where")).to_have_text("row 1, column 10")
    dropout.locator("#next").focus()
    expect(dropout.locator("#left .where")).to_have_text("row 1, column 1")


def test_a_cell_is_followed_while_frames_come_in(page: Page) -> None:
    page.goto("/dropout?rate=10")
    page.locator("#play").click()
    page.mouse.move(*center_of(page, page.locator("#left .cells").first, 4, 6))
    expect(draw(page)).to_have_text(re.compile(r"draw ([8-9]|\d\d)"))
    expect(page.locator("#left .where")).to_have_text("row 4, column 6")
    # In one task of the browser, so that no frame comes between the two readings.
    mark, equation, fates, inputs, equations = page.evaluate(
        """() => { const data = document.querySelector("#left .product").dataset;
          return [document.querySelector("#left .marker").getAttribute("transform"),
            document.querySelector("#left output").textContent,
            data.fates, data.inputs, data.equations]; }"""
    )
    assert mark == "translate(5 3)"
    at = 3 * 10 + 5
    assert (
        equation == equations.split("|")[int(inputs.split()[at])].split(";")[int(fates.split()[at])]
    )


def test_the_slider_tells_its_value_and_changes_the_page(dropout: Page) -> None:
    slider = dropout.locator("#p")
    slider.fill("0.2")
    expect(dropout.locator("output[for='p']")).to_have_text("0.2")
    expect(dropout.locator("#right .factor")).to_have_text("× 1.25")
    expect(dropout).to_have_url(re.compile(r"p=0\.2&"))
    dropout.locator("#input").select_option("picture")
    expect(dropout).to_have_url(re.compile("input=picture"))
    dropout.locator("#rows").fill("12")
    dropout.locator("#rows").press("Enter")
    expect(dropout.locator("#left .cells").first).to_have_attribute("data-rows", "12")
    dropout.locator("#mode-eval").click()
    expect(dropout.locator("#left .count strong")).to_have_text("unchanged")


def test_eval_that_is_not_heard_says_why(page: Page) -> None:
    page.goto(UNHEARD)
    expect(page.locator("#left .count strong")).to_have_text("still drops")
    expect(page.locator(".narration")).to_contain_text(
        "layers[0] is unregistered, so eval() did not reach it"
    )
    expect(page.locator("#right .count strong")).to_have_text("unchanged")
    expect(page.locator("#right .product")).to_contain_text("No mask was drawn.")
    expect(page.locator("#right .cells")).to_have_count(1)
    page.goto("/dropout?left=dropout_layers.ForgetfulDropout&mode=eval")
    expect(page.locator(".narration")).to_contain_text(
        re.compile(r"F\.dropout in line \d+ ran with training=True")
    )


def test_a_net_shows_each_of_its_dropouts(page: Page) -> None:
    page.goto(NETS)
    expect(page.locator("#left .place")).to_contain_text("dropouts[0]")
    expect(page.locator("#left .place")).to_contain_text("its own p = 0.2")
    expect(page.locator("#left .given")).to_contain_text("4×10")
    page.get_by_role("link", name="1 of 2, next").click()
    expect(page.locator("#left .place")).to_contain_text("dropouts[1]")
    expect(page.locator("#left .given")).to_contain_text("4×20")
    page.goto("/dropout?left=containers.BadListNet&right=activations.MyReLU")
    expect(page.locator("#left .count strong")).to_have_text("no dropout")
    expect(page.locator("#left .detail")).to_contain_text("calls Linear")
    expect(page.locator(".narration")).to_contain_text(
        "BadListNet has no dropout. MyReLU has no dropout."
    )


def test_the_right_column_stands_at_the_right_edge(page: Page) -> None:
    page.goto("/dropout?left=dropout.DropoutListNet&right=dropout.DropoutModuleListNet")
    place = page.locator("#right .place > :last-child").bounding_box()
    detail = page.locator("#right .detail").last.bounding_box()
    assert place
    assert detail
    assert place["x"] + place["width"] == pytest.approx(detail["x"] + detail["width"], abs=1)


def test_forward_leads_to_the_mask(page: Page) -> None:
    page.goto("/forward?left=dropout.DropoutListNet&right=dropout.MyDropout&seed=3")
    zeros = page.locator("#right tr.call td").nth(2).inner_text()
    page.locator("#left tr[data-path='dropouts[1]']").get_by_role("link", name="mask").click()
    expect(page.locator("#left .place")).to_contain_text("dropouts[1]")
    expect(page).to_have_url(re.compile(r"/dropout\?.*seed=3.*draw=1&call=2"))
    share = re.search(r"([\d.]+) %", page.locator("#right .told").inner_text())
    assert share
    assert zeros == f"{round(float(share[1]))} %"


PARTS = (
    ".settings > *, .narration, .count, .detail, .player > *, figure, .operator,"
    ".equation, .bars, .means"
)
CUT_IN_PICTURES = """() => [...document.querySelectorAll(".chart text, .bars text")].filter((e) => {
  const own = e.getBoundingClientRect(), box = e.closest("svg").getBoundingClientRect();
  return own.right > box.right + 1 || own.left < box.left - 1
    || own.bottom > box.bottom + 1 || own.top < box.top - 1;
}).map((e) => e.textContent)"""


# A net's picture is higher than that of a layer.
STORY = ("#left .count", "#right .product", ".shared", ".means", ".player", "#left .equation")


@pytest.mark.parametrize(
    ("address", "first"),
    [
        ("/dropout", STORY),
        ("/dropout?draw=1000", STORY),
        (LARGE, STORY),
        (UNHEARD, STORY),
        (NETS, ()),
        (ALPHA, ()),
    ],
)
def test_all_can_be_read_and_the_story_stands_on_the_first_screen(
    page: Page, address: str, first: tuple[str, ...]
) -> None:
    for size in at_each_size(page, address):
        assert overlapping(page, PARTS) == [], size
        assert page.evaluate(CUT_IN_PICTURES) == [], size
        if size == (1280, 720):
            assert off_the_first_screen(page, *first) == []
            assert too_small(page, least=15.9) == []


def test_it_works_without_javascript(scriptless: Page) -> None:
    page = scriptless
    page.goto("/dropout")
    page.locator("#next").click()
    expect(draw(page)).to_have_text("draw 2")
    page.locator("#cell").fill("3,4")
    page.locator("#columns").fill("12")
    page.get_by_role("button", name="Show").click()
    expect(draw(page)).to_have_text("draw 2")
    expect(page.locator("#left .where")).to_have_text("row 3, column 4")
    assert markers(page) == ["translate(3 2)"] * 5
    expect(page.locator(".player noscript span")).to_have_text("Play needs JavaScript.")
    page.locator("#play").click()  # what cannot be played is not jumped over
    expect(draw(page)).to_have_text("draw 2")
    page.locator("#next").click()
    expect(draw(page)).to_have_text("draw 3")
