"""What helps against each finding, as its author writes it."""

from typing import Any

import pytest

from rollcall.core.findings import forward_kinds as forward
from rollcall.core.findings import kinds
from rollcall.core.report import Raised
from rollcall.web.view.findings.fix_words import fix
from rollcall.web.view.sentence import read

RAISED = Raised(type="TypeError", message="no")


def unreached(**told: Any) -> kinds.Unreached:
    usual = {"paths": ("a.weight", "b"), "numel": 3, "never_called": (), "steps": 3}
    return kinds.Unreached(**{**usual, **told})


def left_at(name: str, line: int | None = 7) -> tuple[kinds.GraphExit, ...]:
    return (kinds.GraphExit(name=name, line=line), kinds.GraphExit(name="item", line=9))


def shared(shallow: bool) -> kinds.SharedModule:
    told: Any = {"path": "a", "aliases": ("b",), "class_name": "Block", "numel": 3}
    return kinds.SharedModule(**told, shallow=shallow)


def passed_on(**told: Any) -> kinds.ModeNotPassedOn:
    usual = {"path": "", "class_name": "Net", "method": "eval", "returned": None}
    return kinds.ModeNotPassedOn(**{**usual, "unheard": (), "raised": None, **told})


def drawn(*places: tuple[str, int | None]) -> kinds.RandomInEval:
    made = (kinds.RandomPlace(path=None, name=name, line=line) for name, line in places)
    return kinds.RandomInEval(places=tuple(made), apart=0.5)


def by_the_batch(path: str | None, line: int | None) -> kinds.BatchStatisticsInEval:
    return kinds.BatchStatisticsInEval(path=path, name="BatchNorm1d", line=line, row_change=0.5)


def added(path: str, holds: Any, registered: bool = False) -> forward.AddedByForward:
    return forward.AddedByForward(path=path, holds=holds, class_name="X", registered=registered)


@pytest.mark.parametrize(
    ("finding", "helps"),
    [
        (shared(True), "Write copy.deepcopy(...) for copy.copy(...)."),
        (shared(False), "Make a Block for each name, unless they are to share their weights."),
        (kinds.SharedByModels(paths=("a", "b")), "Make a and b in __init__."),
        (
            kinds.LeftOutByParameters(paths=("a",)),
            "Let parameters() give a, or do not override it.",
        ),
        (
            kinds.HiddenByClass(path="a.norm", class_name="Net", given="NoneType"),
            "Delete norm from the body of class Net.",
        ),
        (
            kinds.UnreadFlag(path="body.1", name="trainable", value=False, others=(), numel=3),
            "Write self.body[1].requires_grad_(False).",
        ),
        (
            kinds.TiedByData(path="a.weight", other="b.weight", tied_after_move=False),
            "To tie them, assign the Parameter itself: self.b.weight = self.a.weight.",
        ),
        (
            kinds.TiedByData(path="a.weight", other="b", tied_after_move=False, alike=False),
            "Compute b from a.weight in forward.",
        ),
        (passed_on(returned="NoneType"), "End eval() with return self."),
        (
            passed_on(unheard=("a",)),
            "Call super().eval() in eval(), and return self, or give the method another name.",
        ),
        (
            passed_on(raised=RAISED, method="train"),
            "Call super().train() in train(), and return self, or give the method another name.",
        ),
        (
            drawn(("Dropout", 7)),
            "Make the Dropout of line 7 in __init__, where eval() reaches it.",
        ),
        (
            drawn(("Dropout", None), ("F.dropout", 7)),
            "Pass training=self.training to F.dropout in line 7.",
        ),
        (
            drawn(("F.scaled_dot_product_attention", 7)),
            "Pass dropout_p=p if self.training else 0.0 to F.scaled_dot_product_attention in "
            "line 7.",
        ),
        (
            drawn(("torch.rand", 7)),
            "Draw only if self.training, in a module that eval() reaches.",
        ),
        (
            kinds.EvalForwardsDiffer(apart=None, changed=("n",)),
            "Let each forward begin with the same n, or change it only if self.training.",
        ),
        (
            kinds.EvalForwardsDiffer(apart=None, changed=()),
            "Leave nothing behind in forward, or only if self.training.",
        ),
        (by_the_batch("", 7), "Pass training=self.training in line 7."),
        (
            by_the_batch(None, 7),
            "Make the BatchNorm1d of line 7 in __init__, where eval() reaches it.",
        ),
        (by_the_batch("a", None), "Let eval() reach a, and keep its running statistics."),
        (
            by_the_batch(None, None),
            "Let eval() reach the model itself, and keep its running statistics.",
        ),
        (unreached(), "Let what forward makes of a.weight and b reach its output."),
        (unreached(frozen=True), "Set requires_grad in __init__, and not in forward."),
        (
            unreached(only_in_eval=True),
            "Freeze a copy that is not trained: requires_grad_(False).",
        ),
        (
            unreached(never_called=("a",)),
            "Call a in forward, delete it, or freeze it by requires_grad_(False).",
        ),
        (
            unreached(never_called=("a", "c")),
            "Call a and c in forward, delete them, or freeze them by requires_grad_(False).",
        ),
        (
            unreached(exits=left_at("argmax")),
            "Let the scores themselves weigh what argmax chooses: a choice has no gradient.",
        ),
        (
            unreached(exits=left_at("gt")),
            "Put a smooth step, as torch.sigmoid, in the place of gt in line 7.",
        ),
        (
            unreached(exits=left_at("torch.no_grad")),
            "Leave out torch.no_grad in line 7, or freeze what it is not to train: "
            "requires_grad_(False).",
        ),
        (
            forward.CarriedOver(paths=("w",), raised="RuntimeError", once=True),
            "Compute w anew in each forward.",
        ),
        (
            unreached(exits=left_at("item")),
            "Compute with the tensor, and not with what item gives in line 7.",
        ),
        (
            unreached(exits=left_at("torch.tensor")),
            "Use the computed tensor itself, without torch.tensor in line 7; for several, "
            "torch.stack.",
        ),
        (unreached(exits=left_at("detach")), "Leave out detach in line 7."),
        (
            unreached(exits=left_at("detach", None)),
            "Let what forward makes of a.weight and b reach its output.",
        ),
        (
            unreached(exits=left_at("checkpoint")),
            "Pass use_reentrant=False to checkpoint in line 7.",
        ),
        (
            kinds.NoGraph(numel=3, exits=left_at("nn.Parameter")),
            "Use the computed tensor itself, without nn.Parameter in line 7.",
        ),
        (kinds.NoGraph(numel=3, exits=left_at("argmax")), "Leave out argmax in line 7."),
        (
            kinds.StaleCopy(path="a.t", shape=(1,), sources=(), moved=False),
            "Write self.a.t = nn.Parameter(...) around all that computes it.",
        ),
        (
            kinds.FileDoesNotReproduce(apart=0.5, missing=("a[0].weight",), trainable=True),
            "Register a[0].weight: as an nn.Parameter, or in an nn.ModuleList.",
        ),
        (kinds.NoGraph(numel=3, returned="float"), "Return what forward has computed."),
        (
            kinds.NoGraph(numel=3),
            "Return what was computed from the parameters, and not a copy of its numbers.",
        ),
        (
            kinds.ArrayAsWeight(path=None, class_name="ndarray", shape=(2, 2), line=None),
            "Write self.weight = nn.Parameter(torch.tensor(...)).",
        ),
        (
            kinds.ZeroGradient(paths=("a",), numel=3, steps=3),
            "Look for what makes it 0: a rounding, a factor of 0, a ReLU that never opens, "
            "a dropout of 1, a hook.",
        ),
        (
            kinds.ZeroGradient(paths=("a",), numel=3, steps=3, only_biases=True),
            "A difference or a normalization takes it out: write bias=False.",
        ),
        (added("norm", "module"), "Make norm in __init__."),
        (added("a.norm", "module", registered=True), "Make a.norm in __init__."),
        (
            added("parts[0]", "module"),
            "Make it in __init__, in an nn.ModuleDict or an nn.ModuleList.",
        ),
        (
            added("parts[0]", "parameter"),
            "Make it in __init__, in an nn.ParameterDict or an nn.ParameterList.",
        ),
        (added("box.norm", "tensor"), "Make it in __init__, and assign it to self."),
        (
            forward.ChangedByForward(paths=("a",), stepped_at=7),
            "Make the step of line 7 where the model is trained.",
        ),
        (forward.ChangedByForward(paths=("a",)), "Leave a as it is in forward."),
        (forward.ChangedByForward(paths=("a", "b")), "Leave a and b as they are in forward."),
        (
            forward.CarriedOver(paths=("h", "c"), raised="RuntimeError"),
            "Put in .detach() where forward keeps them.",
        ),
        (
            forward.SwitchedMode(paths=("",), mode="eval"),
            "Leave eval() to who calls the model.",
        ),
    ],
)
def test_what_helps(finding: kinds.Finding, helps: str) -> None:
    assert read(fix(finding)) == helps


def test_what_nobody_knows_a_remedy_for_is_our_own_fault() -> None:
    with pytest.raises(TypeError, match="no remedy for Raised"):
        fix(RAISED)  # type: ignore[arg-type]
