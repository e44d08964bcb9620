"""A tab asks whether its page has anything to show of two models, when a page has been read."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_it_asks_after_a_while_and_again_for_other_models(page: Page) -> None:
    page.clock.install()
    page.goto("/registry?left=containers.HalfListNet&right=containers.FullListNet")
    tab = page.get_by_role("link", name="Dropout", exact=True)
    expect(tab).not_to_have_class("empty")
    page.clock.fast_forward(2000)
    expect(tab).to_have_class("empty")
    expect(tab).to_have_attribute(
        "title", "Nothing to show of these models: it takes a forward that draws random numbers."
    )
    page.locator("#pick-left").select_option("dropout_layers.NaiveDropout")
    expect(tab).not_to_have_class("empty")
    with page.expect_response("**/dropout.tab?*") as asked:
        page.clock.fast_forward(2000)
    assert asked.value.json() == {"nothing": ""}
    expect(tab).not_to_have_class("empty")
