"""What to do about a finding, in the names of whoever wrote the model."""

import re
from functools import singledispatch

from rollcall.core.findings.kinds import (
    ArrayAsWeight,
    BatchStatisticsInEval,
    EvalForwardsDiffer,
    FileDoesNotReproduce,
    Finding,
    FrozenMoves,
    HiddenByClass,
    LeftOutByParameters,
    LostOnDevice,
    ModeNotPassedOn,
    RandomInEval,
    SharedByModels,
    SharedModule,
    SplitByMove,
    StaleCopy,
    TiedByData,
    UnreadFlag,
    WrappedKeys,
)
from rollcall.web.view.findings.forward_fixes import (
    added,
    carried_over,
    changed,
    changed_input,
    mixed_rows,
    own_optimizer,
    replaced,
    switched_mode,
)
from rollcall.web.view.findings.gradient_fixes import no_graph, unreached, zero_gradient
from rollcall.web.view.sentence import Sentence, code, sentence
from rollcall.web.view.words import all_of, named, one_or_many


def _on_self(path: str) -> str:
    """A path as Python reads it: `self.backbone[1]` for `backbone.1`."""
    said = "self"
    for name in filter(None, path.split(".")):
        if name.isdecimal():
            said += f"[{name}]"
        else:
            said += f".{name}"
    return said


@singledispatch
def fix(finding: Finding) -> Sentence:
    """What its author can do."""
    raise TypeError(f"no remedy for {type(finding).__name__}")


@fix.register
def _(finding: SharedModule) -> Sentence:
    if finding.shallow:
        return sentence("Write ", code("copy.deepcopy(...)"), " for copy.copy(...).")
    return sentence(
        f"Make a {finding.class_name} for each name, unless they are to share their weights."
    )


@fix.register
def _(finding: SharedByModels) -> Sentence:
    return sentence("Make ", all_of(finding.paths), " in __init__.")


@fix.register
def _(finding: LeftOutByParameters) -> Sentence:
    return sentence("Let parameters() give ", all_of(finding.paths), ", or do not override it.")


@fix.register
def _(finding: HiddenByClass) -> Sentence:
    name = finding.path.rpartition(".")[2]
    return sentence("Delete ", code(name), f" from the body of class {finding.class_name}.")


@fix.register
def _(finding: UnreadFlag) -> Sentence:
    call = f"{_on_self(finding.path)}.requires_grad_({finding.value})"
    return sentence("Write ", code(call), ".")


@fix.register
def _(finding: TiedByData) -> Sentence:
    if not finding.alike:
        return sentence(
            "Compute ", code(finding.other), " from ", code(finding.path), " in forward."
        )
    tied = f"{_on_self(finding.other)} = {_on_self(finding.path)}"
    return sentence("To tie them, assign the Parameter itself: ", code(tied), ".")


@fix.register
def _(finding: WrappedKeys) -> Sentence:
    return sentence("Save the state_dict() of the module inside the wrapper.")


@fix.register
def _(finding: ModeNotPassedOn) -> Sentence:
    if finding.unheard or finding.raised:
        return sentence(
            f"Call super().{finding.method}() in {finding.method}(), and return self, "
            "or give the method another name."
        )
    return sentence("End ", code(f"{finding.method}()"), " with ", code("return self"), ".")


@fix.register
def _(finding: RandomInEval) -> Sentence:
    functions = [place for place in finding.places if place.line is not None]
    if functions and functions[0].name.isidentifier() and functions[0].name[0].isupper():
        made = f" of line {functions[0].line} in __init__, where eval() reaches it."
        return sentence("Make the ", code(functions[0].name), made)
    if functions and re.search("dropout|attention", functions[0].name):
        named_so = f" to {functions[0].name} in line {functions[0].line}."
        argument = "training=self.training"
        if "attention" in functions[0].name:
            argument = "dropout_p=p if self.training else 0.0"
        return sentence("Pass ", code(argument), named_so)
    return sentence("Draw only ", code("if self.training"), ", in a module that eval() reaches.")


@fix.register
def _(finding: EvalForwardsDiffer) -> Sentence:
    if finding.changed:
        changed = all_of(finding.changed)
        only = sentence(", or change it only ", code("if self.training"), ".")
        return sentence("Let each forward begin with the same ", changed, only)
    return sentence("Leave nothing behind in forward, or only ", code("if self.training"), ".")


@fix.register
def _(finding: BatchStatisticsInEval) -> Sentence:
    if finding.line is not None and finding.path is None:
        made = f" of line {finding.line} in __init__, where eval() reaches it."
        return sentence("Make the ", code(finding.name), made)
    if finding.line is not None:
        return sentence("Pass ", code("training=self.training"), f" in line {finding.line}.")
    return sentence(
        "Let eval() reach ", named(finding.path or ""), ", and keep its running statistics."
    )


@fix.register
def _(finding: ArrayAsWeight) -> Sentence:
    name = finding.path or "weight"
    return sentence("Write ", code(f"self.{name} = nn.Parameter(torch.tensor(...))"), ".")


@fix.register
def _(finding: StaleCopy) -> Sentence:
    if not finding.sources:
        made = code(f"{_on_self(finding.path)} = nn.Parameter(...)")
        return sentence("Write ", made, " around all that computes it.")
    return sentence("Compute ", code(finding.path), " in forward, each time.")


@fix.register
def _(finding: FrozenMoves) -> Sentence:
    mode = f"{_on_self(finding.path)}.eval()"
    return sentence("Keep it in eval mode: call ", code(mode), " in train(), after super()’s.")


@fix.register
def _(finding: SplitByMove) -> Sentence:
    return sentence("Read ", code(finding.path), " alone, and keep no second name for it.")


@fix.register
def _(finding: LostOnDevice) -> Sentence:
    return sentence(
        "Make the tensor on the device first: ", code("nn.Parameter(tensor.to(device))"), "."
    )


@fix.register
def _(finding: FileDoesNotReproduce) -> Sentence:
    if finding.missing:
        missing = all_of(finding.missing)
        if finding.left_out_by:
            override = code(f"{finding.left_out_by}.state_dict()")
            return sentence("Let ", override, " give ", missing, ", or do not override it.")
        if finding.trainable:
            parameter, layers = code("nn.Parameter"), code("nn.ModuleList")
            return sentence("Register ", missing, ": as an ", parameter, ", or in an ", layers, ".")
        kept = one_or_many(len(finding.missing), "a buffer that is saved", "buffers that are saved")
        them = one_or_many(len(finding.missing), "it", "them")
        return sentence("Register ", missing, f" as {kept}, or compute {them} in forward.")
    if finding.numbers:
        return sentence("Keep ", all_of(finding.numbers), " in a buffer.")
    return sentence("Keep in parameters and buffers whatever forward depends on.")


for remedy in (
    *(added, replaced, changed, changed_input),
    *(carried_over, switched_mode, mixed_rows, own_optimizer),
    *(unreached, no_graph, zero_gradient),
):
    fix.register(remedy)
