"""A page that needs no server: its links lead to files, and what asks the server is left out."""

from collections.abc import Iterable
from html import escape

from rollcall.export.elements import Element, read_page
from rollcall.export.files import Files

SCRIPTS_THAT_ASK = ("vendor/", "/play.js", "/saves.js")
CONTROLS = ("input", "select", "textarea", "button")
BARS = ("nav", "form")  # where a link is a control, as in a player; elsewhere it is a word
HTMX = ("hx-", "data-stream", "data-ask")

# On paper stands where the file was opened, as a script fills in.
FOOTER = """
  <p class="on-paper address"></p>
  <p>{told}</p>
"""


def offline_page(html: str, files: Files, told: str) -> str:
    """The page as a file.

    Args:
        html: as the application answers.
        files: where its links lead to.
        told: what its last line says of it.
    """
    page = read_page(html)
    _leave_out(page)
    _turn_links(page, files)
    _fix_controls(page)
    _strip_htmx(page)
    _put_last(page, told)
    return page.html


def _leave_out(page: Element) -> None:
    for element in page.walk():
        element.children = [
            child for child in element.children if isinstance(child, str) or not _asks(child)
        ]


def _asks(element: Element) -> bool:
    """Whether nothing is left of an element where there is no server."""
    given = element.attributes
    match element.tag:
        case "noscript":
            return True
        case "meta":
            return given.get("name") == "htmx-config"
        case "script":
            return any(name in (given.get("src") or "") for name in SCRIPTS_THAT_ASK)
        case "button":
            return given.get("type") == "submit"
        case "input":
            return given.get("type") in ("hidden", "range")  # a slider's number stands beside it
    return "data-live" in given


def _turn_links(page: Element, files: Files) -> None:
    for bar in page.walk():
        if bar.tag not in BARS and "player" not in bar.classes:
            continue
        for element in bar.walk():
            element.children = [
                child for child in element.children if not _leads_nowhere(child, files)
            ]
    for element in page.walk():
        for name in ("href", "src"):
            address = element.attributes.get(name)
            if address and address.startswith("/"):
                _turn(element, name, files.of(address))


def _leads_nowhere(child: Element | str, files: Files) -> bool:
    """Whether a control leads to a page that is not there, and does not say where one is."""
    if isinstance(child, str) or child.tag != "a" or "aria-current" in child.attributes:
        return False
    address = child.attributes.get("href") or "#"
    return address.startswith("/") and files.of(address) is None


def _turn(element: Element, name: str, file: str | None) -> None:
    if file is not None:
        element.set(name, file)
        return
    element.drop(name, "title")
    element.children = [child for child in element.children if not _is_unseen(child)]


def _is_unseen(child: Element | str) -> bool:
    """Whether it says to a screen reader what pressing a link does."""
    return isinstance(child, Element) and "unseen" in child.classes


def _fix_controls(page: Element) -> None:
    """A field that would ask the server becomes its value, and a form that does so a box."""
    for element in page.walk():
        fields = [child for child in element.children if _is_field(child)]
        if fields and element.tag == "label":
            element.rename("span")
        element.children = [
            _fixed(child) if child in fields else child for child in element.children
        ]
        if element.tag == "form" and element.attributes.get("method") != "dialog":
            element.drop("action", "role")
            element.rename("div")


def _is_field(child: Element | str) -> bool:
    return isinstance(child, Element) and child.tag in CONTROLS and "name" in child.attributes


def _fixed(field: Element | str) -> str:
    assert isinstance(field, Element)
    return f'<b class="chosen">{_value(field)}</b>'


def _value(field: Element) -> str:
    if field.tag != "select":
        return escape(field.attributes.get("value") or "")
    options = [each for each in field.walk() if each.tag == "option"]
    chosen = [each for each in options if "selected" in each.attributes] or options[:1]
    return "".join(_text(chosen)).strip()


def _text(elements: Iterable[Element]) -> Iterable[str]:
    for element in elements:
        for child in element.children:
            if isinstance(child, str):
                yield child


def _strip_htmx(page: Element) -> None:
    for element in page.walk():
        element.drop(*[name for name in element.attributes if name.startswith(HTMX)])


def _put_last(page: Element, told: str) -> None:
    """Say what this file is, where the page says how it was made."""
    inside = next(each for each in page.walk() if each.attributes.get("id") == "page")
    footer = Element("footer", {}, "<footer>", [FOOTER.format(told=told)])
    inside.children = [
        child for child in inside.children if isinstance(child, str) or child.tag != "footer"
    ]
    inside.children.append(footer)
