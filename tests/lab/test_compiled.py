"""A compiled model is run eagerly in the lab, on every page, and its column says so."""

import json

from rollcall.experiments.registry.experiment import RegistryQuery
from web.course import RUNNING, Course

COMPILED = """
import torch
from torch import nn

def refuse(graph, inputs):
    raise RuntimeError("this was compiled")

class Plain(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(10, 8), nn.ReLU())
        self.head = nn.Linear(8, 2)

    def forward(self, x):
        return self.head(self.body(x))

class Compiled(Plain):
    def __init__(self):
        super().__init__()
        self.body = torch.compile(self.body, backend=refuse)

    @torch.compile(backend=refuse, fullgraph=True)
    def forward(self, x):
        return self.head(self.body(x))
"""


def test_no_page_compiles_and_every_page_says_what_ran_eagerly(course: Course) -> None:
    course.write("net.py", COMPILED)
    client = course.open()
    for experiment in RUNNING:
        query = experiment.query.model_validate({"left": "net.Compiled", "right": "net.Plain"})
        answer = client.get(query.json_url)
        assert answer.status_code == 200, experiment.name
        report = json.loads(answer.text)
        left, right = report["left"], report["right"]
        for subject in (left, right):  # whose code may be in the report
            measured = {**subject, "source": None, "code": None}
            assert "this was compiled" not in json.dumps(measured), experiment.name
        assert left["raised"] is None
        assert left["notes"]["compiled"] == ["Compiled.forward", "body"], experiment.name
        assert right["notes"]["compiled"] == []
        told = "ran eagerly here, without torch.compile"
        assert client.get(query.url).text.count(told) == 1, experiment.name


def test_a_plain_pair_has_no_notes(course: Course) -> None:
    course.write("net.py", COMPILED)
    text = course.open().get(RegistryQuery(left="net.Plain", right="net.Plain").url).text
    assert 'class="notes"' not in text
