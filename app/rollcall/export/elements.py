"""A page as a tree of elements, which is written back as it was read where nothing is changed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

# They have no end tag.
VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"))
VOID |= {"source", "track", "wbr"}


@dataclass
class Element:
    """One element. Its children are elements and text, which stands there as it is written."""

    tag: str
    attributes: dict[str, str | None]
    as_read: str  # the start tag
    children: list["Element | str"] = field(default_factory=list)

    def walk(self) -> Iterator["Element"]:
        """This element and all inside it."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def rename(self, tag: str) -> None:
        """Give it another tag."""
        self.tag = tag
        self._write_anew()

    def set(self, name: str, value: str) -> None:
        """Give it an attribute."""
        self.attributes[name] = value
        self._write_anew()

    def drop(self, *names: str) -> None:
        """Take attributes away."""
        if self.attributes.keys().isdisjoint(names):
            return
        for name in names:
            self.attributes.pop(name, None)
        self._write_anew()

    def _write_anew(self) -> None:
        written = [self.tag]
        for name, value in self.attributes.items():
            if value is None:
                written.append(name)
            else:
                written.append(f'{name}="{escape(value)}"')
        self.as_read = f"<{' '.join(written)}>"

    @property
    def classes(self) -> list[str]:
        """Its classes."""
        return (self.attributes.get("class") or "").split()

    @property
    def html(self) -> str:
        """The element as text."""
        inside = "".join(child if isinstance(child, str) else child.html for child in self.children)
        if not self.tag:  # the whole document
            return inside
        if self.tag in VOID or self.as_read.endswith("/>"):
            return self.as_read
        return f"{self.as_read}{inside}</{self.tag}>"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.document = Element("", {}, "")
        self._open = [self.document]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = self._add(tag, attrs)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag, f"{self.getpos()}: </{tag}> ends another element"

    def handle_data(self, data: str) -> None:
        self._text(data)

    def handle_entityref(self, name: str) -> None:
        self._text(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._text(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        self._text(f"<!{decl}>")

    def _text(self, text: str) -> None:
        self._open[-1].children.append(text)

    def _add(self, tag: str, attrs: list[tuple[str, str | None]]) -> Element:
        start = self.get_starttag_text()
        assert start
        element = Element(tag, dict(attrs), start)
        self._open[-1].children.append(element)
        return element


def read_page(html: str) -> Element:
    """The tree of a page. Its elements must be closed, as ours are."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.document
