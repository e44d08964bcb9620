"""A sentence for each kind of finding, which names who misses what."""

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
    NoGraph,
    RandomInEval,
    SharedByModels,
    SharedModule,
    SplitByMove,
    StaleCopy,
    TiedByData,
    Unreached,
    WrappedKeys,
    ZeroGradient,
)
from rollcall.web.view.numerals import significant
from rollcall.web.view.registry.finding_parts import array, exits, random_places, unread_flag
from rollcall.web.view.registry.forward_words import (
    added,
    carried_over,
    changed,
    changed_input,
    mixed_rows,
    own_optimizer,
    replaced,
    switched_mode,
)
from rollcall.web.view.sentence import Sentence, code, em, joined, sentence
from rollcall.web.view.words import all_of, listed, one_or_many, plural


@singledispatch
def told(finding: Finding) -> Sentence:
    """The finding as a sentence that names who misses what."""
    raise TypeError(f"no sentence for {type(finding).__name__}")


@told.register
def _(finding: SharedModule) -> Sentence:
    names = all_of((finding.path, *finding.aliases))
    numbers = plural(finding.numel, "number", "numbers")
    times = f"under {len(finding.aliases) + 1} names in the file"
    if finding.shallow:
        same = em(f"shallow copies of one {finding.class_name}")
        return sentence(names, " are ", same, f", with the same Parameters: {numbers}, {times}.")
    return sentence(names, " are ", em(f"one {finding.class_name}"), f": {numbers}, {times}.")


@told.register
def _(finding: LeftOutByParameters) -> Sentence:
    them = one_or_many(len(finding.paths), "it", "them")
    never = f": an optimizer that is built with it never moves {them}."
    return sentence(em("parameters() leaves out "), all_of(finding.paths), never)


@told.register
def _(finding: SharedByModels) -> Sentence:
    shared = one_or_many(len(finding.paths), "is", "are")
    every = em("the same in every model")
    made = ": it was made once, as a default or with the class, and one training changes them all."
    return sentence(all_of(finding.paths), f" {shared} ", every, made)


@told.register
def _(finding: HiddenByClass) -> Sentence:
    given = f"gives a {finding.given}"
    if finding.given == "NoneType":
        given = "gives None"
    because = f": class {finding.class_name} has an attribute of that name."
    return sentence(code(finding.path), " is registered, but the attribute ", em(given), because)


@told.register
def _(finding: TiedByData) -> Sentence:
    pair = all_of((finding.path, finding.other))
    after = "; after double() they no longer share it."
    if finding.tied_after_move:
        after = "."
    return sentence(pair, " are two Parameters ", em("over one memory"), after)


@told.register
def _(finding: WrappedKeys) -> Sentence:
    who = finding.class_name
    if finding.path:
        who = f"{finding.path} ({finding.class_name})"
    keys = plural(finding.keys, "key", "keys")
    where = f" into {keys} of state_dict(), such as "
    return sentence(f"{who} puts ", em(code(finding.prefix)), where, code(finding.example), ".")


@told.register
def _(finding: ModeNotPassedOn) -> Sentence:
    whose = f"{finding.class_name} overrides {finding.method}(), and "
    if finding.raised:
        return sentence(whose, em(f"calling it raises {finding.raised.type}"), ".")
    parts: list[Sentence] = []
    if finding.unheard:
        parts.append(sentence("eval() ", em("does not reach "), all_of(finding.unheard)))
    if finding.returned:
        who = "it"
        if finding.unheard:
            who = f"{finding.method}()"
        returned = finding.returned.replace("NoneType", "None")
        parts.append(sentence(f"{who} ", em(f"returns {returned}"), " instead of the model"))
    return sentence(whose, joined(parts, "; "), ".")


@told.register
def _(finding: RandomInEval) -> Sentence:
    places = random_places(finding.places)
    draws = one_or_many(len(places), "draws", "draw")
    apart = ""
    if finding.apart:
        apart = f": two outputs are up to {significant(finding.apart)} apart"
    return sentence(
        "After eval(), ", listed(places), em(f" still {draws} random numbers"), f"{apart}."
    )


@told.register
def _(finding: EvalForwardsDiffer) -> Sentence:
    by = ""
    if finding.apart is not None:
        by = f" by up to {significant(finding.apart)}"
    because: Sentence = sentence(": the first one leaves something behind.")
    if finding.changed:
        because = sentence(": the first one changes ", all_of(finding.changed), ".")
    forwards = "Two forwards after eval(), on one input, "
    return sentence(forwards, em(f"differ{by}"), because)


@told.register
def _(finding: BatchStatisticsInEval) -> Sentence:
    who = code(finding.path or finding.name)
    where = f" ({finding.name})"
    if finding.line is not None:
        who, where = code(finding.name), f" (line {finding.line})"
    if finding.also:
        where += f" in {plural(len(finding.also) + 1, 'module', 'modules')}"
    still = em("still normalizes by the batch")
    depends = ": the answer for a row depends on the other rows."
    return sentence("After eval(), ", who, f"{where} ", still, depends)


@told.register
def _(finding: Unreached) -> Sentence:
    numbers = plural(finding.numel, "number gets", "numbers get")
    if finding.frozen:
        frozen = sentence(em("Forward sets requires_grad to False"), " in ", all_of(finding.paths))
        return sentence(frozen, f": {numbers} no gradient in {finding.steps} steps.")
    if finding.only_in_eval:
        modules = all_of(finding.never_called)
        called = sentence("Forward calls ", modules, em(" in eval mode only"))
        return sentence(called, f": {numbers} no gradient.")
    if finding.never_called:
        called = sentence("Forward ", em("never calls "), all_of(finding.never_called))
        return sentence(called, f": {numbers} no gradient.")
    tensors = sentence(em("No backward reaches "), all_of(finding.paths))
    why = exits(finding.exits)
    return sentence(tensors, f": {numbers} no gradient in {finding.steps} steps", why, ".")


@told.register
def _(finding: NoGraph) -> Sentence:
    numbers = plural(finding.numel, "trainable number", "trainable numbers")
    none = em("No output requires a gradient")
    if finding.returned:
        returned = sentence("Forward returns ", em(f"no tensor, but {_a(finding.returned)}"))
        return sentence(returned, f": none of {numbers} can learn.")
    return sentence(none, f", so none of {numbers} can learn", exits(finding.exits), ".")


@told.register
def _(finding: ArrayAsWeight) -> Sentence:
    who = array(finding)
    where = ""
    if finding.line is not None:
        where = f" (line {finding.line})"
    missed = em("no optimizer, .to() or file knows it")
    return sentence("Forward makes a tensor of ", who, f"{where}: ", missed, ".")


@told.register
def _(finding: ZeroGradient) -> Sentence:
    zero = em(f"was exactly 0 in {finding.steps} training steps")
    who = one_or_many(len(finding.paths), "it does", "they do")
    if finding.only_biases:
        weight = one_or_many(len(finding.paths), "its weight’s", "their weights’")
        bias = one_or_many(len(finding.paths), "the bias", "these biases")
        learns = f", {weight} was not: no step moves {bias}."
        return sentence("The gradient of ", all_of(finding.paths), " ", zero, learns)
    return sentence("The gradient of ", all_of(finding.paths), " ", zero, f": {who} not move.")


@told.register
def _(finding: StaleCopy) -> Sentence:
    source: Sentence = sentence("a tensor that nothing holds")
    if finding.sources:
        source = all_of(finding.sources)
    never = em("no step updates it")
    computed = sentence(code(finding.path), " was computed once, from ", source)
    return sentence(computed, "; forward uses it, and ", never, ".")


@told.register
def _(finding: FrozenMoves) -> Sentence:
    names = [path.removeprefix(f"{finding.path}.") for path in finding.tensors]
    moves = em("a forward in training mode still moves ")
    return sentence(
        code(finding.path or finding.class_name), " is frozen, but ", moves, all_of(names), "."
    )


@told.register
def _(finding: SplitByMove) -> Sentence:
    moved = sentence("double() moves ", code(finding.path), ", but ", code(finding.alias))
    return sentence(moved, em(f" stays a {finding.left_at} tensor"), ": they were one before.")


@told.register
def _(finding: LostOnDevice) -> Sentence:
    no_parameter = one_or_many(
        len(finding.paths), "is no Parameter any more", "are no Parameters any more"
    )
    built = f'Built with {finding.device_global or "device"}="{finding.device}", '
    why = ": .to() gives a new tensor there, which no optimizer or file knows."
    return sentence(built, all_of(finding.paths), " ", em(no_parameter), why)


@told.register
def _(finding: FileDoesNotReproduce) -> Sentence:
    if finding.loading_raised:
        raised = f"load_state_dict() raises {finding.loading_raised}"
        return sentence("A fresh model cannot load the file: ", em(raised), ".")
    away = em("answers differently")
    if finding.apart is not None:
        away = em(f"answers up to {significant(finding.apart)} away")
    if finding.missing:
        them = one_or_many(len(finding.missing), "it", "them")
        lacks = sentence("The file lacks ", all_of(finding.missing))
        if finding.left_out_by:
            override = f"{finding.left_out_by}.state_dict()"
            lacks = sentence(code(override), " leaves out ", all_of(finding.missing))
        return sentence(lacks, f": without {them} a fresh model ", away, ".")
    if finding.numbers:
        are = one_or_many(len(finding.numbers), "a Python number", "Python numbers")
        changed = sentence("Forward changes ", all_of(finding.numbers), f", {are} that no file has")
        return sentence(changed, ": a fresh model that loads the file ", away, ".")
    return sentence("A fresh model that loads the file ", away, ".")


for of_forward in (
    *(added, replaced, changed, changed_input),
    *(carried_over, switched_mode, mixed_rows, own_optimizer),
):
    told.register(of_forward)
told.register(unread_flag)


def _a(class_name: str) -> str:
    """None stands alone."""
    if class_name == "NoneType":
        return "None"
    return f"a {class_name}"
