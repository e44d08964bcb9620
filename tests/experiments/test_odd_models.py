"""Every page runs any model, and what it says a model raised was raised by the model."""

from pathlib import Path
from typing import Any

import pytest

from chosen import some
from rollcall.core.report import Report
from rollcall.core.roll_call import RollCall
from rollcall.experiments import EXPERIMENTS
from rollcall.experiments.registry.subject import RegistrySubject
from rollcall.experiments.subject import Subject
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.loading import load

ODD_MODELS = Path(__file__).parents[1] / "odd_models"
CATALOG = load(ODD_MODELS)
MODELS = list(CATALOG.contents.cards)
PAIRS = list(zip(MODELS[::2], [*MODELS[1::2], MODELS[0]], strict=False))
# They show what is no lecture file's: assignments and inits of their own.
WITHOUT_MODELS = ("assign", "init")
NAMES = [
    name
    for name, each in EXPERIMENTS.items()
    if each.subjects == "models" and name not in WITHOUT_MODELS
]
# Each page with a fifth of the pairs, and each pair on a fifth of the pages.
ON_PAGES = [(name, pair) for at, name in enumerate(NAMES) for pair in some(PAIRS, 5, first=at)]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return CATALOG


def run(catalog: Catalog, name: str, left: str, right: str) -> Report:
    experiment = EXPERIMENTS[name]
    asked: dict[str, object] = {"left": left, "right": right, "seed": 1}
    if "steps" in experiment.query.model_fields:
        asked["steps"] = 3
    return experiment.run(experiment.query.model_validate(asked), catalog)


def subject(catalog: Catalog, name: str, model: str) -> Subject:
    report: Any = run(catalog.leaving_out("right"), name, model, model)
    left: Subject = report.left
    return left


@pytest.mark.filterwarnings("ignore")  # of what the pages do not show: torch.export, a deprecation
@pytest.mark.parametrize(("name", "pair"), ON_PAGES, ids=str)
def test_every_page_answers(catalog: Catalog, name: str, pair: tuple[str, str]) -> None:
    report = run(catalog, name, *pair)
    assert type(report).model_validate_json(report.model_dump_json()) is not None


# What a column as a whole says was raised: on which page, by which call, in which line.
RAISED = {
    "calls.ConstructorRaises": ("registry", "ConstructorRaises()", "TypeError", '(10, "4")'),
    "calls.ForwardRaises": ("training", "model(input)", "RuntimeError", "torch.ones(7, 7)"),
    "calls.ForwardRaisesUnspeakably": ("dropout", "model(input)", "Unspeakable", "raise Unspeak"),
    "calls.HookRaises": ("dropout", "model(input)", "RuntimeError", "the hook of fc says no"),
    "methods.StateDictRaises": (
        "saving",
        "torch.save(model.state_dict(), file)",
        "NotImplementedError",
        "save me with save()",
    ),
}


@pytest.mark.parametrize("model", RAISED)
def test_what_a_model_raises_is_told_with_the_call_and_the_line(
    catalog: Catalog, model: str
) -> None:
    page, call, kind, at = RAISED[model]
    raised = subject(catalog, page, model).raised
    assert raised
    assert (raised.during, raised.type) == (call, kind)
    lines = catalog.file(model).read_text("utf-8").splitlines()
    assert raised.line
    assert at in lines[raised.line - 1]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", NAMES)
def test_no_page_takes_away_the_graph_that_a_forward_needs(catalog: Catalog, name: str) -> None:
    told = subject(catalog, name, "calls.Slope")
    assert told.raised is None
    assert "does not require grad" not in told.model_dump_json()


def test_nested_outputs_are_compared_part_by_part(catalog: Catalog) -> None:
    report: Any = run(catalog, "exercise", "state.NestedOutput", "state.NestedOutput")
    verdicts = {line.name: line.finding.verdict for line in report.left.repair_lines}
    assert verdicts["agreeing"] == "pass"


# Calls that raise, without which the rest of the page was run.
WITHOUT = {
    "methods.TrainIsALoop": ("modes", "model.eval()", "TypeError"),
    "methods.EvalIsATable": ("modes", "model.eval()", "TypeError"),
    "methods.ToRaises": ("forward", "model.to(cpu)", "ValueError"),
    "methods.ReprRaises": ("registry", "print(model)", "RuntimeError"),
    "methods.ExtraReprRaises": ("registry", "Layer.extra_repr()", "AttributeError"),
    "methods.SetattrIsClosed": ("forward", "model.train()", "AttributeError"),
    "methods.HashRaises": ("forward", "model.to(cpu)", "RuntimeError"),
    "state.Exported": ("forward", "model.train()", "NotImplementedError"),
}


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
@pytest.mark.parametrize("model", WITHOUT)
def test_a_page_goes_on_without_a_call_that_raises(catalog: Catalog, model: str) -> None:
    page, call, kind = WITHOUT[model]
    told = subject(catalog, page, model)
    assert told.raised is None
    assert (call, kind) in [(each.during, each.type) for each in told.notes.raised]


UNTOUCHED = ("methods.TrainReturnsNothing", "methods.ToReturnsNothing", "methods.EmptyByLength")


@pytest.mark.parametrize("model", UNTOUCHED)
@pytest.mark.parametrize("name", NAMES)
def test_what_train_and_to_return_is_not_used(catalog: Catalog, name: str, model: str) -> None:
    told = subject(catalog, name, model)
    assert (told.raised, told.notes.raised) == (None, ())


def roll_call(catalog: Catalog, model: str) -> RollCall:
    told = subject(catalog, "registry", model)
    assert isinstance(told, RegistrySubject)
    assert told.roll_call
    return told.roll_call


def test_the_roll_call_says_that_the_optimizer_raised(catalog: Catalog) -> None:
    roll = roll_call(catalog, "methods.ParametersIsAList")
    assert roll.optimizer_raised
    assert roll.optimizer_raised.type == "TypeError"
    assert {each.optimizer for each in roll.tensors} == {None}
    assert {each.autograd for each in roll.tensors} == {True}


def test_the_roll_call_says_that_state_dict_raised(catalog: Catalog) -> None:
    roll = roll_call(catalog, "methods.StateDictRaises")
    assert roll.state_dict_raised
    assert roll.state_dict_raised.message == "save me with save()"
    assert {each.state_dict for each in roll.tensors} == {None}


def test_the_roll_call_says_that_eval_raised(catalog: Catalog) -> None:
    roll = roll_call(catalog, "methods.TrainIsALoop")
    assert roll.eval_raised
    assert roll.eval_raised.type == "TypeError"
    assert {each.eval for each in roll.modules} == {None}
