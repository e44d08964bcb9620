"""The work of a page grows as the model does, and not with its square."""

from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from event_loop import run
from rollcall.core.roll_call import ModuleAnswers
from rollcall.experiments.modes.experiment import ModesReport
from rollcall.experiments.registry.experiment import RegistryReport
from web.answering import page, responder
from web.view.counted import LEFT, RIGHT, Count, modes_report, registry_report
from web.view.entries import module


def reads(report: RegistryReport | ModesReport) -> int:
    """How often the records of a report are read for its page."""
    Count.reads = 0
    run(page(responder(report, LEFT, RIGHT), report.query))
    return Count.reads


class RowsOfModules(HTMLParser):
    """How many there are; every end must fit its start."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.count = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("tbody", "tr"):
            self.open.append(tag)
        if tag == "tr" and "module" in (dict(attrs).get("class") or ""):
            self.count += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("tbody", "tr"):
            assert self.open.pop() == tag


@pytest.mark.parametrize("make", [registry_report, modes_report])
def test_ten_times_the_modules_are_read_ten_times_as_often(
    make: Callable[[int], RegistryReport | ModesReport],
) -> None:
    few, many = reads(make(100)), reads(make(1000))
    assert few > 100
    assert many <= 10.5 * few


def test_a_model_may_be_deeper_than_python_recurses() -> None:
    report = registry_report(10)
    assert report.left.scan
    assert report.left.roll_call
    chain = [module("")]
    for depth in range(1500):
        chain.append(module(f"at{depth}", chain[-1].path))
    heard = tuple(ModuleAnswers(path=each.path, eval=True) for each in chain)
    roll = report.left.roll_call.model_copy(update={"modules": heard})
    scan = report.left.scan.model_copy(update={"modules": tuple(chain), "tensors": ()})
    deep = report.left.model_copy(update={"scan": scan, "roll_call": roll})
    query = report.query.replace(open=("at1499",))
    deep_report = report.model_copy(update={"query": query, "left": deep})
    html = run(page(responder(deep_report, LEFT, RIGHT), query))
    rows = RowsOfModules()
    rows.feed(html)
    assert rows.open == []
    assert rows.count >= len(chain)
