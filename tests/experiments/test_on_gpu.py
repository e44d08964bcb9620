"""Every page on a GPU, on one side or on both: what is sent there runs there."""

from typing import Any

import pytest
import torch
from pydantic import BaseModel

from lectures.course import COURSE
from rollcall.experiments import EXPERIMENTS

pytestmark = [
    pytest.mark.cuda,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU"),
]

PAIRS = (
    ("containers.FullListNet", "containers.FullListNet"),
    ("dropout.DropoutNet", "dropout.DropoutListNet"),
    ("dropout.BatchNormModuleListNet", "dropout.BatchNormListNet"),
    ("linear.MyLinear", "activations.MyReLU"),
    ("containers.HalfListNet", "containers.BadListNet"),
)
BOTH = {"device": "cuda:0"}
RIGHT_ALONE = {"right_device": "cuda:0"}
# With a part of it left behind, a model raises: PyTorch's exception, never one of ours.
IN_TWO_PLACES = PAIRS[-1]


def run(page: str, pair: tuple[str, str], **asked: Any) -> BaseModel:
    experiment = EXPERIMENTS[page]
    query = experiment.query.model_validate({"left": pair[0], "right": pair[1], **asked})
    report: BaseModel = experiment.run(query, COURSE)
    return report


@pytest.mark.parametrize("sent", [BOTH, RIGHT_ALONE], ids=["both", "right alone"])
@pytest.mark.parametrize("pair", PAIRS, ids=str)
@pytest.mark.parametrize("page", EXPERIMENTS)
def test_a_page_answers(page: str, pair: tuple[str, str], sent: dict[str, str]) -> None:
    run(page, pair, **sent)  # what it imports when it is first run is no change of the model's
    report = run(page, pair, **sent)
    text = report.model_dump_json()
    assert type(report).model_validate_json(text).model_dump_json() == text
    assert run(page, pair, **sent).model_dump_json() == text
    if pair != IN_TWO_PLACES:
        assert all(getattr(side, "raised", None) is None for side in _sides(report))


@pytest.mark.parametrize("page", ["forward", "training", "modes", "saving", "dropout"])
def test_the_side_that_stays_on_the_cpu_is_as_without_a_gpu(page: str) -> None:
    pair = PAIRS[1]
    beside, alone = run(page, pair, **RIGHT_ALONE), run(page, pair)
    assert _sides(beside)[0] == _sides(alone)[0]


def _sides(report: Any) -> tuple[Any, Any]:
    return report.left, report.right
