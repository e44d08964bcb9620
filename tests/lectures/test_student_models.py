"""Models as students write them, of which no course says a word: an input is found by running."""

from pathlib import Path
from typing import Any

import pytest
import torch

from rollcall.core.input.input_spec import draw
from rollcall.core.input.input_text import parse_input
from rollcall.lectures.input_search.search import MOST_TRIES
from rollcall.lectures.loading import load

STUDENTS = load(Path(__file__).parent / "students")
NAMES = tuple(STUDENTS.contents.cards)
# What the input of some must look like, and the layer that says so; other sizes would run as well.
KNOWN = {
    "vision.LeNet": ("4,1,32,32", "conv1"),
    "vision.LeNetInLists": ("4,1,28,28", "convs[0]"),
    "vision.ConvAutoencoder": ("4,1,28,28", "encoder"),
    "vision.Pairs": ("4,2,1,16,16", "cnn"),
    "vision.PatchTransformer": ("4,3,32,32", "patches"),
    "vision.Siamese": ("4,1,28,28;4,1,28,28", "conv"),
    "vision.Denoiser": ("4,1,16,16;int:4:100", "time"),
    "vision.Generator": ("4,32,1,1", "net"),
    "sequences.LstmClassifier": ("4,16,12", "lstm"),
    "sequences.GruForecast": ("16,4,3", "gru"),
    "sequences.TextClassifier": ("int:4,16:100", "embedding"),
    "sequences.CharLstm": ("int:4,16:30;(1,4,16;1,4,16)", "embed"),
    "sequences.TinyGpt": ("int:4,8:65", "token"),
    "sequences.CellByHand": ("4,16,5", "cell"),
    "sequences.AttentionOverSteps": ("16,16,8", "inner"),
    "sequences.Encoder": ("4,16,16", "encoder"),
    "sequences.CrossAttention": ("4,16,12;4,16,6", "attention"),
    "sequences.MaskedAttention": ("int:4,16:20;bool:4,16", "embed"),
    "sequences.Spectrogram": ("4,512", "window"),
    "sequences.TextBags": ("int:16:50;int:4:1", "bag"),
    "sequences.ChecksItsInput": ("4,24,7", "fc"),
    "operations.BatchedProduct": ("4,16,6;4,5,7", "left"),
    "operations.Capsules": ("4,6,4", "votes"),
    "operations.HiddenMatrix": ("4,6", "project.keywords['weight']"),
    "operations.SeveralInputs": ("4,6", "out"),
    "operations.HeadsByHand": ("4,16,12", "queries"),
    "tables.Codebook": ("4,4", "codes"),
    "tables.HeadFirst": ("4,11", "body['deep'][0]"),
    "tables.FlatMlp": ("4,784", "net"),
    "tables.TwoTowers": ("4,5;4,9", "user"),
    "tables.NamedInputs": ("{image=4,15;words=int:4,16:30}", "picture"),
    "tables.PairInOne": ("(4,4;4,6)", "left"),
    "tables.OnlyByName": ("first=4,4;second=4,6", "a"),
    "tables.Router": ("4,8;value:age", "body"),
    "tables.GraphNet": ("4,12;4,4:0..1", "w1"),
    "tables.EdgeNet": ("4,6;int:2,6:4", "lin"),
    "tables.WithLoss": ("4,9;int:4:4", "fc"),
    "tables.Sampler": ("", ""),
    "tables.FromNumpy": ("numpy:4,13", ""),
}


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.mark.filterwarnings("ignore:Lazy modules are a new feature")
@pytest.mark.filterwarnings("ignore:enable_nested_tensor is True")
def test_an_input_is_found_with_which_it_runs(name: str) -> None:
    for seed in (0, 5):
        model: Any = STUDENTS.build(name, seed)
        STUDENTS.input(name).draw(seed).call(model)
    origin = STUDENTS.input(name).origin(0)
    assert origin.how == "guessed"
    assert origin.raised is None
    assert len(origin.tries) < MOST_TRIES // 2
    draw(parse_input(origin.text), 0).call(STUDENTS.build(name, 0))


def test_there_are_many_of_them() -> None:
    assert len(NAMES) >= 40
    assert STUDENTS.contents.problems == ()


@pytest.mark.parametrize("name", KNOWN)
def test_it_suits_what_forward_calls_first(name: str) -> None:
    origin = STUDENTS.input(name).origin(0)
    assert (origin.text, origin.layer) == KNOWN[name]


def test_the_search_changes_nothing() -> None:
    before = torch.get_rng_state()
    again = load(Path(__file__).parent / "students")
    weights = again.build("vision.Vgg", 3).state_dict()
    again.input("vision.Vgg").origin(0)
    assert torch.equal(before, torch.get_rng_state())
    after = again.build("vision.Vgg", 3).state_dict()
    assert all(map(torch.equal, weights.values(), after.values()))
    assert torch.equal(after["features.1.running_mean"], torch.zeros(8))


def test_an_input_is_searched_for_once() -> None:
    source = STUDENTS.input("vision.LeNet")
    source.draw(0)
    calls: list[int] = []
    build, source.build = source.build, lambda: calls.append(1) or build()  # type: ignore[func-returns-value]
    source.draw(1)
    source.origin(1)
    source.build = build
    assert calls == []
