"""The sentences above the registry: what is the matter with which model."""

from typing import Any, Literal

import pytest

from rollcall.core.report import Raised
from rollcall.core.roll_call import RollCall, TensorAnswers
from rollcall.core.scan import ModuleEntry, Scan, TensorEntry
from rollcall.core.used_parameters import UnreachableLeaf, UsedParameters
from rollcall.experiments.registry.experiment import RegistryQuery, RegistryReport
from rollcall.experiments.registry.subject import RegistrySubject
from rollcall.web.view.registry.narration import registry_narration
from rollcall.web.view.sentence import Sentence, read
from web.view.entries import card, hidden, module, tensor

RAISED = Raised(type="RuntimeError", message="no luck")
HEAD = tensor("head.weight", "head")
LAYER = tensor("layers[0].weight", **hidden("layers"))
DROPOUT = module("dropouts[0]", **hidden("dropouts"))
ALPHA = tensor("alpha", requires_grad=False, **hidden("alpha", "Tensor"))


def subject(
    name: str,
    reached: int | None = 6,
    answering: int | None = None,
    modules: tuple[ModuleEntry, ...] = (),
    tensors: tuple[TensorEntry, ...] = (),
    **given: Any,
) -> RegistrySubject:
    """All that forward reaches answers, unless a number says how much of it does."""
    leaves = given.pop("leaves", ())
    added = given.pop("added", ())
    used = None
    if reached is not None:
        paths = tuple(each.path for each in tensors if each.requires_grad)
        known = reached if answering is None else answering
        used = UsedParameters(
            reached=reached,
            answering=known,
            paths=paths,
            unreachable=leaves,
            added_by_forward=added,
        )
    scan = Scan(class_name=name, modules=modules, tensors=tensors, used=used)
    return RegistrySubject(card=card(name), scan=scan, **given)


def narration(left: RegistrySubject, right: RegistrySubject) -> Sentence:
    query = RegistryQuery()
    return registry_narration(RegistryReport(query=query, left=left, right=right, changes=()))


def told(left: RegistrySubject, right: RegistrySubject | None = None) -> str:
    return read(narration(left, right or subject("Good")))


BOTH = "Both compute with 6 trainable numbers"


def test_nothing_is_the_matter() -> None:
    assert told(subject("A")) == f"{BOTH}, and PyTorch knows them all."
    others = "A computes with 1,200 trainable numbers, Good with 6, and PyTorch knows them all."
    assert told(subject("A", 1200)) == others
    nothing = "Both compute with 0 trainable numbers: there is nothing to register."
    assert told(subject("A", 0), subject("B", 0)) == nothing


def test_what_a_forward_leaves_out_is_not_nothing() -> None:
    idle = subject("A", 0, tensors=(HEAD,))
    text = "Both compute with 0 trainable numbers: this forward left out all 6 that are there."
    assert told(idle, subject("B", 0)) == text


@pytest.mark.parametrize(
    ("held", "told_of_it"),
    [
        (("alpha",), "A’s own parameters() gives 6 of 18: beta is missing there."),
        (("alpha", "beta"), "A’s own parameters() gives 12 of 18; no registry knows them."),
    ],
)
def test_what_a_parameters_of_its_own_gives(held: tuple[str, ...], told_of_it: str) -> None:
    answers = tuple(
        TensorAnswers(
            path=path,
            trainable=True,
            autograd=True,
            optimizer=path in held,
            stepped=path in held,
            to=None,
            state_dict=None,
        )
        for path in ("alpha", "beta")
    )
    roll = RollCall(
        moved_to="float64",
        tensors=answers,
        modules=(),
        backward_raised=None,
        optimizer_raised=None,
        to_raised=None,
    )
    tensors = (tensor("alpha", **hidden("alpha", "Tensor")), tensor("beta", **hidden("beta")))
    told_here = told(subject("A", 18, 0, tensors=tensors, roll_call=roll))
    assert told_here.endswith(told_of_it)


def test_what_a_caller_of_pytorch_raised_is_said() -> None:
    raised = Raised(type="TypeError", message="not callable", during="model.parameters()")
    roll = RollCall(
        moved_to="float64",
        tensors=(),
        modules=(),
        backward_raised=None,
        optimizer_raised=raised,
        to_raised=None,
    )
    hidden_method = subject("A", tensors=(HEAD,), roll_call=roll)
    assert told(hidden_method) == f"{BOTH}. model.parameters() of A raises TypeError."


def test_what_the_first_forward_adds_has_a_name() -> None:
    late = subject("A", 6, 4, leaves=(leaf(path="delta"),), added=("delta",))
    made = "The first forward of A makes delta, too late for an optimizer that was built before."
    assert told(late) == f"{BOTH}. {made}"


def test_pytorch_sees_none_or_some() -> None:
    none = subject("BadListNet", 6, 0, tensors=(LAYER,))
    expected = f"{BOTH}. PyTorch sees none of BadListNet’s, because layers is a plain list."
    assert told(none) == expected
    some = subject("HalfListNet", 1282, 1058, tensors=(LAYER,))
    assert told(some, subject("FullListNet", 1282)) == (
        "Both compute with 1,282 trainable numbers. "
        "PyTorch sees only 1,058 of HalfListNet’s, because layers is a plain list."
    )


def test_the_stress_is_on_the_number_and_attributes_are_code() -> None:
    spans = narration(subject("BadListNet", 6, 0, tensors=(LAYER,)), subject("Good"))
    assert [read(span.inside) for span in spans if span.kind == "em"] == ["none of BadListNet’s"]
    assert [span.text for span in spans if span.kind == "code"] == ["layers"]


def test_eval_does_not_reach_a_module() -> None:
    assert told(subject("DropoutListNet", modules=(DROPOUT,))) == (
        f"{BOTH}. All parameters are registered, but dropouts is a plain list, "
        "so eval() will not reach it."
    )


def test_moves_and_files_do_not_reach_a_tensor() -> None:
    assert told(subject("TableNet", tensors=(ALPHA,))).endswith(
        "but alpha is a plain tensor, so .to() and state_dict() will not reach it."
    )


def test_a_module_and_a_tensor_are_missed_by_different_callers() -> None:
    both = subject("Both", modules=(DROPOUT,), tensors=(ALPHA,))
    assert told(both).endswith(
        "but dropouts is a plain list and alpha is a plain tensor, so PyTorch will not reach them."
    )


def test_a_third_attribute_is_only_counted() -> None:
    more = tuple(module(f"{name}[0]", **hidden(name, "dict")) for name in "abc")
    assert told(subject("Many", modules=more)).endswith(
        "but a is a plain dict, b is a plain dict and more, so eval() will not reach them."
    )


def test_two_models_that_are_told_of_have_names() -> None:
    pair = subject("A", modules=(DROPOUT,)), subject("B", tensors=(ALPHA,))
    said = told(*pair)
    assert "All parameters of A are registered, but dropouts" in said
    assert "All parameters of B are registered, but alpha" in said


def test_without_parameters_none_is_called_registered() -> None:
    drops = subject("ListDropout", 0, modules=(DROPOUT,))
    assert "ListDropout uses no parameter, but dropouts is a plain list" in told(drops)


def test_a_layer_that_forward_leaves_out_is_no_registered_parameter() -> None:
    unused = subject("A", modules=(module("layers[0]", **hidden("layers")),), tensors=(LAYER,))
    assert unused.scan
    assert unused.scan.used
    used = unused.scan.used.model_copy(update={"paths": ()})
    scan = unused.scan.model_copy(update={"used": used})
    said = told(unused.model_copy(update={"scan": scan}))
    assert "All parameters that A uses are registered, but layers is a plain list" in said


def leaf(*, fresh: bool = False, gone: bool = False, path: str = "") -> UnreachableLeaf:
    return UnreachableLeaf(
        shape=(4,), dtype="float32", device="cpu", numel=4, fresh=fresh, gone=gone, path=path
    )


@pytest.mark.parametrize(
    ("found", "added", "end"),
    [
        (
            leaf(fresh=True),
            (),
            " A makes 4 numbers anew in every forward, and none of those is registered.",
        ),
        (
            leaf(fresh=True, path="late"),
            ("late",),
            " A makes 4 numbers anew in every forward; "
            "state_dict() has them only after the first call.",
        ),
        (
            leaf(fresh=True, path="fc.weight"),
            (),
            " Every forward of A makes another fc.weight.",
        ),
        (leaf(gone=True), (), " The first forward of A uses 4 numbers that the second does not."),
        (
            leaf(path="heads['a'].weight"),
            (),
            " The first forward of A makes heads['a'].weight, "
            "too late for an optimizer that was built before.",
        ),
        (leaf(), (), " A uses 4 numbers that no attribute leads to."),
    ],
)
def test_what_no_attribute_leads_to(
    found: UnreachableLeaf, added: tuple[str, ...], end: str
) -> None:
    assert told(subject("A", 6, 2, leaves=(found,), added=added)) == f"{BOTH}.{end}"


def test_a_plain_tensor_is_not_blamed_for_what_a_closure_holds() -> None:
    said = told(subject("A", 6, 2, tensors=(ALPHA,), leaves=(leaf(),)))
    assert said == (
        f"{BOTH}. A uses 4 numbers that no attribute leads to. "
        "In A alpha is a plain tensor, so .to() and state_dict() will not reach it."
    )


def test_a_buffer_that_asks_for_a_gradient_is_in_no_optimizer() -> None:
    buffer = tensor("scale", kind="persistent buffer")
    said = told(subject("A", 6, 0, tensors=(buffer,)))
    assert said == f"{BOTH}. 6 of A’s are in buffers, which no optimizer is given."


@pytest.mark.parametrize(
    ("mode", "word"), [("eval", "training"), ("train", "evaluation")], ids=("eval", "train")
)
def test_who_did_not_hear(mode: Literal["eval", "train"], word: str) -> None:
    calls = (("", mode),)
    deaf = subject("A", unheard=("drops[0]",), calls=calls)
    assert told(deaf) == f"{BOTH}. drops[0] of A stays in {word} mode."
    many = subject("A", unheard=tuple("abcd"), calls=calls)
    assert told(many) == f"{BOTH}. a, b, c and 1 more of A stay in {word} mode."
    other = subject("B", unheard=("",), calls=calls)
    assert told(deaf, other) == f"drops[0] of A stays in {word} mode. B stays in {word} mode."
    assert told(deaf, deaf) == f"drops[0] of A stays in {word} mode."  # one model on both sides


def test_a_teacher_that_stays_in_eval_is_not_told() -> None:
    teacher = module("teachers[0]", **hidden("teachers") | {"rank": "frozen"})
    calls = (("", "train"),)
    keeps = subject("A", modules=(teacher,), unheard=("teachers[0]",), calls=calls)
    assert told(keeps) == f"{BOTH}, and PyTorch knows them all."


def test_what_was_raised() -> None:
    broken = RegistrySubject(card=card("Broken"), raised=RAISED)
    assert told(broken) == "Broken cannot be built: RuntimeError."
    fails = subject("A", None, forward_raised=RAISED)
    assert told(fails, broken) == (
        "The forward of A raises RuntimeError. Broken cannot be built: RuntimeError."
    )
