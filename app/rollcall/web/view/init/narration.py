"""The sentences above both columns of the init page."""

from rollcall.experiments.init.column import InitColumn, Signal
from rollcall.experiments.init.experiment import InitReport
from rollcall.web.view.init.names import NAMES
from rollcall.web.view.sentence import Part, Sentence, em, joined, sentence
from rollcall.web.view.words import plural, whole

VERBS = {"vanished": "vanish", "exploded": "explode"}


def init_narration(report: InitReport) -> Sentence:
    """What goes through the net under each init, in one sentence where both are healthy."""
    left, right, depth = report.left, report.right, report.query.depth
    first, second = NAMES[left.init], NAMES[right.init]
    if left.init == right.init:
        return sentence(f"With {first} on both sides ", _about(left, depth))
    if left.outcome == right.outcome == "healthy":
        return sentence(f"With {first} and with {second} ", _about(left, depth))
    return joined(
        [
            sentence(f"With {first} ", _about(left, depth)),
            sentence(f"With {second} ", _about(right, depth)),
        ]
    )


def _about(column: InitColumn, depth: int) -> Sentence:
    if column.outcome == "healthy":
        layers = whole(depth, "layer", "layers")
        return sentence(f"activations and gradients stay healthy through {layers}.")
    forward, backward = column.forward, column.backward
    end = "."
    if forward.overflow is not None or backward.overflow is not None:
        end = ", and float32 overflows."
    return sentence(_forward(forward), " and ", _backward(backward, depth), end)


def _forward(signal: Signal) -> Part:
    if signal.at is None:
        return "activations stay healthy"
    if signal.std[signal.at] == 0:
        return em(f"all activations are alike from layer {signal.at} on")
    return em(f"activations {VERBS[signal.outcome]} at layer {signal.at}")


def _backward(signal: Signal, depth: int) -> Part:
    if signal.at is None:
        return "gradients stay healthy"
    layer = f"layer {signal.at}"
    if signal.at == 0:
        layer = "the input"
    if signal.std[signal.at] == 0:
        return em(f"no gradient reaches {layer}")
    where = "at"
    if signal.at < depth:
        where = f"{plural(depth - signal.at, 'layer', 'layers')} below"
    return em(f"gradients have {signal.outcome} {where} the output ({layer})")
