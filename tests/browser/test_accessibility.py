"""axe finds nothing on any page, in any theme: no violation, and no best practice left out."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from chosen import combined, of_each_kind

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[1] / "vendor" / "axe.min.js"
ALL = "{resultTypes: ['violations'], preload: false}"
# A section for each address or chapter, and all alike: some show what there is in all.
SHORTENED = """() => [...document.querySelectorAll("main section")].slice(6)
  .forEach((section) => section.remove())"""
COLOURS = ALL.replace("}", ", runOnly: ['color-contrast', 'link-in-text-block']}")
PAGES = {
    "lessons": "/",
    "a bad pair": "/registry",
    "a question": "/registry?left=containers.HalfListNet&right=containers.FullListNet&lesson=1.3",
    "an answer, and the code": "/registry?left=containers.HalfListNet&right=containers.FullListNet"
    "&lesson=1.3&answer=1&code=on",
    "a page without some parts": "/dropout?hide=tabs,seed,controls",
    "a bad pair in eval": "/registry?mode=eval",
    "a good pair": "/registry?left=containers.SequentialNet&right=containers.ModuleListNet",
    "nothing to register": "/registry?left=activations.MyReLU&right=parameters.PlainPartNet",
    "an exam": "/exam?seed=7",
    "an exam with answers": "/exam?seed=7&question=2&answer=14",
    "a fixed version": "/registry?left=wrong_layers.TensorLinear"
    "&right=wrong_layers.TensorLinear.fixed",
    "modes": "/modes",
    "statistics that change": "/modes?left=dropout.BatchNormListNet&right=dropout.MyDropout",
    "forward": "/forward",
    "a forward that stops": "/forward?x=4,11&right=activations.MyReLU",
    "dropout": "/dropout?draw=7",
    "dropout in eval": "/dropout?left=dropout_layers.ListDropout&mode=eval&input=picture"
    "&rows=32&columns=64",
    "dropout of nets": "/dropout?left=dropout.DropoutListNet&right=containers.BadListNet&draw=30",
    "pre-flight": "/preflight",
    "layers": "/layers",
    "two loops": "/loops?left=loop_modes.validates_in_train&right=loop_modes.validates_in_eval",
    "activations and an exercise": "/layers?left=activations.NaiveSigmoid"
    "&right=exercises.YourTanh&reach=200",
    "a layer that does not fit": "/layers?left=wrong_layers.TransposedLinear"
    "&right=containers.BadListNet",
    "an exercise": "/exercise",
    "a model to repair": "/exercise?left=repairs.YourListNet&right=containers.ModuleListNet",
    "an exercise that is done": "/exercise?left=linear.MyLinear&right=linear.MyLinear",
    "assignments": "/assign?slot=parameter",
    "inits": "/init",
    "an init that overflows": "/init?init_left=randn&init_right=zeros&depth=50&width=256"
    "&activation=identity",
    "device": "/device",
    "a simulated device": "/device?device=simulated&left=parameters.DemoModule",
    "saving": "/saving",
    "saving a good pair": "/saving?left=containers.SequentialNet&right=containers.ModuleListNet",
    "findings": "/findings",
    "the API": "/api",
    "a training": "/training",
    "a line": "/step?at=3",
    "variables": "/step?at=6",
    "a step of an optimizer": "/step?at=9",
    "a training that breaks": "/training?left=containers.BadListNet&lr=10&optimizer=sgd&steps=100",
    "a refusal": "/registry?left=containers.Nobody",
    "no page": "/nowhere",
}

# Neighbours in the table are of one page, as a rule: together they show it in every theme.
THEMES = (("light", "dark"), ("contrast", "light"), ("dark", "contrast"))


# One state of each page, that with the longest query: it has most on it.
LONGEST_FIRST = sorted(PAGES, key=lambda name: -len(PAGES[name]))
CHOSEN = of_each_kind(LONGEST_FIRST, lambda name: PAGES[name].partition("?")[0])


@pytest.mark.parametrize(("name", "themes"), combined(CHOSEN, THEMES))
def test_axe_finds_nothing(page: Page, name: str, themes: tuple[str, ...]) -> None:
    page.goto(PAGES[name])
    if PAGES[name] in ("/", "/api"):
        page.evaluate(SHORTENED)
    page.evaluate(AXE.read_text())
    first, *others = themes
    assert found_by_axe(page, first, f"axe.run({ALL})") == []
    # Only colours change with the theme.
    for theme in others:
        assert found_by_axe(page, theme, f"axe.run({COLOURS})") == []


def found_by_axe(page: Page, theme: str, run: str) -> list[str]:
    """What axe finds in a theme."""
    page.get_by_label("Colours").select_option(theme)
    expect(page.locator(":root")).to_have_attribute("data-theme", theme)
    found = page.evaluate(f"{run}.then((results) => results.violations)")
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]


def test_axe_finds_what_is_wrong(page: Page) -> None:
    page.goto("/nowhere")
    page.evaluate(AXE.read_text())
    page.locator("h1").evaluate("e => { e.style.color = '#222' }")
    assert found_by_axe(page, "light", f"axe.run({ALL})") == []
    assert "color-contrast" in found_by_axe(page, "dark", f"axe.run({COLOURS})")[0]


def test_the_system_decides_unless_the_switch_does(page: Page) -> None:
    def paper() -> str:
        return str(page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor"))

    page.emulate_media(color_scheme="dark")
    page.goto("/")
    dark = paper()
    page.get_by_label("Colours").select_option("light")
    light = paper()
    assert light != dark
    page.get_by_role("link", name="Layers in a plain list").click()
    expect(page.locator("#left .count")).to_be_visible()
    assert paper() == light
    page.reload()
    assert paper() == light
    expect(page.get_by_label("Colours")).to_have_value("light")
    page.get_by_label("Colours").select_option("auto")
    assert paper() == dark
    page.emulate_media(color_scheme="light", contrast="more")
    assert paper() == "rgb(255, 255, 255)"


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_the_letter_of_a_kind_can_be_read(page: Page, theme: str) -> None:
    """axe passes over it, because its word is spoken in its place."""
    page.goto("/registry")
    page.get_by_label("Colours").select_option(theme)
    letters, grounds = (
        page.locator("#right .chip .kind").first.evaluate(
            """(element, property) =>
                getComputedStyle(element)[property].match(/\\d+/g).map(Number)""",
            property,
        )
        for property in ("color", "backgroundColor")
    )
    bright, dark = sorted((luminance(letters), luminance(grounds)), reverse=True)
    assert (bright + 0.05) / (dark + 0.05) >= 4.5


def luminance(color: list[int]) -> float:
    """Relative luminance of an opaque sRGB color, as WCAG 2.2 defines it."""
    parts = [part / 255 for part in color[:3]]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
