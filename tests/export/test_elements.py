"""A page read as a tree is written back as it was."""

import pytest
from starlette.testclient import TestClient

from rollcall.export.elements import read_page


@pytest.mark.parametrize(
    "html",
    [
        "<!DOCTYPE html>\n<p class=a>1 &lt; 2 &#160;<br>x<wbr>y</p>\n",
        '<svg viewBox="0 0 1 1"><use href="#a" /><linearGradient></linearGradient></svg>'.lower(),
        "<script>if (1 < 2) go();</script><input required>",
    ],
)
def test_what_is_not_changed_is_written_as_it_was(html: str) -> None:
    assert read_page(html).html == html


@pytest.mark.parametrize("address", ["/", "/dropout", "/training", "/registry?code=on", "/api"])
def test_a_page_of_ours(app_client: TestClient, address: str) -> None:
    html = app_client.get(address).text
    assert read_page(html).html == html


def test_a_changed_tag_is_written_anew_and_keeps_its_attributes() -> None:
    page = read_page('<a href="/x?a=1&amp;b=2" title="&quot;" hx-get="/y">z</a>')
    (link,) = [each for each in page.walk() if each.tag == "a"]
    link.drop("hx-get")
    link.set("href", "1.html")
    assert page.html == '<a href="1.html" title="&quot;">z</a>'
    link.rename("span")
    assert page.html == '<span href="1.html" title="&quot;">z</span>'
