"""The registry's page of models that it did not foresee."""

from starlette.testclient import TestClient

from rollcall.experiments.registry.experiment import RegistryQuery
from web.course import Course
from web.page import Element, Page

LATE = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(10, 5)

    def train(self, mode=True):
        self.cache = torch.zeros(3)
        self.late = nn.Dropout()
        return super().train(mode)

    def forward(self, x):
        return self.layer(x)
"""

DEEP = """
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        inner = nn.Linear(10, 5)
        for _ in range(120):
            inner = nn.Sequential(inner)
        self.inner = inner

    def forward(self, x):
        return self.inner(x)
"""


PAIR = RegistryQuery(left="net.Net", right="net.Net")


def page(client: TestClient, query: RegistryQuery = PAIR) -> Page:
    answer = client.get(query.url)
    assert answer.status_code == 200
    return Page.of(answer)


def test_what_a_call_of_train_makes_was_not_asked(course: Course) -> None:
    course.write("net.py", LATE)
    late = page(course.open())
    assert "cache" in [each.attributes.get("data-path") for each in late.all("tr")]
    assert "a freshly built model does not have it" in late.text


def test_a_path_that_is_too_long_for_an_address_has_no_link(course: Course) -> None:
    course.write("net.py", DEEP)
    deepest = PAIR.replace(open=("inner" + ".0" * 119,))
    badges = [each for each in page(course.open(), deepest).all("a") if is_badge(each)]
    linked = ["href" in each.attributes for each in badges]
    assert len(badges) == 2 * 122
    assert linked[0]
    assert not linked[121]


def is_badge(link: Element) -> bool:
    return "-mode-" in link.attributes.get("id", "")
