"""The number over a column says no more than the report."""

from rollcall.core.report import Raised
from rollcall.core.scan import ModuleEntry, Scan, TensorEntry
from rollcall.core.used_parameters import UsedParameters
from rollcall.web.view.headline import Headline
from rollcall.web.view.registry.headline import headline
from web.view.entries import hidden, module, tensor

HEAD = tensor("head.weight", "head")


def scan(
    reached: int | None,
    answering: int = 0,
    modules: tuple[ModuleEntry, ...] = (),
    tensors: tuple[TensorEntry, ...] = (HEAD,),
) -> Scan:
    used = None
    if reached is not None:
        used = UsedParameters(reached=reached, answering=answering, paths=(), unreachable=())
    return Scan(class_name="Net", modules=modules, tensors=tensors, used=used)


def test_all_answer() -> None:
    told = Headline("good", "1,200 of 1,200", "trainable numbers", "answer the roll call", False)
    assert headline(scan(1200, 1200)) == told


def test_some_answer() -> None:
    lost = module("layers[0]", **hidden("layers"))
    shown = headline(scan(282, 58, (lost,)))
    assert shown == Headline("bad", "58 of 282", "trainable numbers", "answer the roll call", False)


def test_all_answer_and_a_module_does_not() -> None:
    lost = [module(f"drops[{index}]", **hidden("drops")) for index in range(2)]
    assert headline(scan(6, 6, (lost[0],))).second == "1 module does not"
    shown = headline(scan(6, 6, tuple(lost)))
    assert (shown.verdict, shown.lost) == ("good", True)
    assert (shown.first, shown.second) == ("trainable numbers answer,", "2 modules do not")


def test_all_answer_and_a_tensor_does_not() -> None:
    lost = tensor("alpha", requires_grad=False, **hidden("alpha", "Tensor"))
    shown = headline(scan(6, 6, tensors=(HEAD, lost)))
    assert (shown.second, shown.lost) == ("1 tensor does not", True)


def test_there_is_nothing() -> None:
    nothing = Headline("none", "0", "trainable numbers:", "nothing to register", False)
    assert headline(scan(0, tensors=())) == nothing


def test_what_is_there_and_was_not_used_is_not_nothing() -> None:
    shown = headline(scan(0))
    assert (shown.verdict, shown.count) == ("none", "0")
    assert (shown.first, shown.second) == ("of 6 trainable", "numbers were used")


def test_none_answers_where_no_optimizer_can_be_made() -> None:
    shown = headline(scan(6), Raised(type="TypeError", message="'list' object is not callable"))
    assert (shown.verdict, shown.count) == ("bad", "0 of 6")


def test_where_forward_raised_the_walk_is_counted() -> None:
    lost = tensor("layers[0].weight", **hidden("layers"))
    shown = headline(scan(None, tensors=(HEAD, lost)))
    assert (shown.verdict, shown.count) == ("bad", "6 of 12")
