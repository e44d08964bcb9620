"""Pages of models that get in nn.Module's way, as they are served."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from rollcall.main import create_app
from web.course import GENEROUS, cold
from web.page import Page

ODD_MODELS = Path(__file__).parents[1] / "odd_models"
OLD = "DeprecationWarning: Warns is old, take Net"
HEARD = "dropout2d: Received a 3D input to dropout2d"
NEVER = ("ready to be trained", "knows them all", "nothing to register", "no trainable number")


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with cold():
        app = create_app(ODD_MODELS, workers=1, seconds=GENEROUS)
    with TestClient(app, "http://localhost", follow_redirects=False) as client:
        yield client


def text(client: TestClient, page: str, left: str, right: str = "state.Complex") -> str:
    answer = client.get(f"/{page}", params={"left": left, "right": right})
    assert answer.status_code == 200
    return Page.of(answer).text


@pytest.mark.parametrize(
    ("page", "left", "said"),
    [
        ("registry", "methods.ParametersIsAList", "model.parameters() of ParametersIsAList raises"),
        ("registry", "state.Settings", "of Settings raises TypeError"),
        ("training", "methods.ParametersIsAList", "No optimizer can be made from parameters()"),
        ("preflight", "methods.ParametersIsAList", "PyTorch raises an error"),
        ("saving", "methods.StateDictRaises", "torch.save(model.state_dict(), file) raises"),
        ("modes", "methods.EvalIsATable", "model.eval() raises TypeError"),
        ("device", "methods.ToRaises", "cannot go to"),
        ("forward", "calls.ForwardRaises", "stops in matmul with RuntimeError"),
        ("dropout", "methods.TrainIsALoop", "model.train() raises TypeError"),
        ("layers", "methods.HashRaises", "imitates no layer of PyTorch’s"),
        ("assign", "methods.HashRaises", "self.x"),
        ("init", "methods.HashRaises", "activations"),
    ],
)
def test_a_page_says_what_was_raised_and_nothing_else(
    client: TestClient, page: str, left: str, said: str
) -> None:
    told = text(client, page, left, left)
    assert said in told
    assert [each for each in NEVER if each in told] == []


@pytest.mark.parametrize(
    "page", ["registry", "training", "modes", "forward", "dropout", "saving", "step"]
)
def test_a_warning_stands_once_on_the_page_that_ran_the_model(
    client: TestClient, page: str
) -> None:
    told = text(client, page, "calls.Warns")
    assert told.count(HEARD) == 1
    assert "(calls.py, line " in told
    assert told.count(OLD) == 1


def test_a_page_that_runs_no_model_hears_no_warning(client: TestClient) -> None:
    assert HEARD not in text(client, "assign", "calls.Warns")
