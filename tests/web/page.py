"""What a browser without JavaScript would make of a page."""

from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from urllib.parse import urlencode

from httpx2 import Response

LINKS = ("href", "src", "action")


@dataclass
class Element:
    """A start tag, and the text up to the next tag."""

    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Page(HTMLParser):
    """The elements of a page in their order."""

    elements: list[Element] = field(default_factory=list)

    @classmethod
    def of(cls, response: Response) -> "Page":
        """Parse a response that must be HTML."""
        assert response.headers["Content-Type"] == "text/html; charset=utf-8"
        return _parsed(response.text)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def updatepos(self, i: int, j: int) -> int:
        """Lines are not counted: nobody asks for them, and it takes a tenth of the time."""
        return j

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "wbr":  # where a word may be broken; it is one word all the same
            return
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        if self.elements:
            self.elements[-1].text += data

    def all(self, tag: str) -> list[Element]:
        """The elements of one kind."""
        return [element for element in self.elements if element.tag == tag]

    def fields(self, form: str) -> list[Element]:
        """What a form sends: the fields inside it, and those that name it."""
        sent, inside = [], ""
        for element in self.elements:
            if element.tag == "form":
                inside = element.attributes.get("id", "")
            is_field = element.tag in ("input", "select") and "name" in element.attributes
            if is_field and element.attributes.get("form", inside) == form:
                sent.append(element)
        return sent

    @property
    def text(self) -> str:
        """All that can be read."""
        return " ".join(" ".join(element.text for element in self.elements).split())

    @property
    def links(self) -> set[str]:
        """Every address that the page names."""
        return {
            element.attributes[name]
            for element in self.elements
            for name in LINKS
            if name in element.attributes
        }

    @property
    def form(self) -> str:
        """The address that the page's first form leads to as it is filled in."""
        start, *ends = [
            index for index, element in enumerate(self.elements) if element.tag == "form"
        ]
        inside = self.elements[start : ends[0] if ends else None]
        name = inside[0].attributes.get("id")
        fields = []
        for index, element in enumerate(inside):
            given = element.attributes
            if given.get("form", name) != name:
                continue
            if element.tag == "input" and (
                given.get("type") not in ("radio", "checkbox") or "checked" in given
            ):
                fields.append((given["name"], given["value"]))
            if element.tag == "select" and "name" in given:
                chosen = next(
                    option for option in inside[index:] if "selected" in option.attributes
                )
                fields.append((given["name"], chosen.attributes["value"]))
        elsewhere = [
            each for each in self.all("input") if name and each.attributes.get("form") == name
        ]
        fields += [(each.attributes["name"], each.attributes["value"]) for each in elsewhere]
        return f"{inside[0].attributes['action']}?{urlencode(fields)}"


@lru_cache(maxsize=50)  # the same page is looked at by one test after the other
def _parsed(text: str) -> Page:
    page = Page()
    page.feed(text)
    return page
