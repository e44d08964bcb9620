"""What is the matter with a loop, in words: a number, a sentence, and a note beside a line."""

from collections.abc import Callable
from dataclasses import dataclass

from rollcall.experiments.loops.report import FindingKind, LoopFinding, LoopSubject
from rollcall.web.view.numerals import printed
from rollcall.web.view.sentence import Sentence, code, em, sentence
from rollcall.web.view.words import all_of, number, one_or_many, plural


@dataclass(frozen=True)
class Told:
    """One finding."""

    count: str  # a large number
    first: str  # two short lines beside it
    second: str
    sentence: Sentence
    note: str  # beside the line that did it, or where the other loop differs


def told_of(finding: LoopFinding, subject: LoopSubject) -> Told:
    """A finding of a loop."""
    return _WORDS[finding.kind](finding, subject)


def _not_in_the_optimizer(finding: LoopFinding, subject: LoopSubject) -> Told:
    lost, total = int(finding.number), int(finding.of)
    held = f"{number(total - lost)} of {plural(total, 'tensor', 'tensors')}"
    stuck = one_or_many(lost, "gets a gradient and never moves", "get a gradient and never move")
    return Told(
        f"{number(total - lost)} of {number(total)}",
        "tensors are in the optimizer;",
        f"{_first(finding)} never moved",
        sentence(
            em(f"{held} are in the optimizer"),
            ": ",
            all_of(finding.paths),
            f" {stuck}.",
        ),
        f"holds {number(total - lost)} of {number(total)} tensors",
    )


def _not_cleared(finding: LoopFinding, subject: LoopSubject) -> Told:
    times, of = int(finding.number), int(finding.of)
    return Told(
        f"{times} of {of}",
        "steps add to a gradient",
        "that was used before",
        sentence(
            em(f"In {times} of {of} steps"),
            " backward adds to gradients that the step before has used: nobody clears them.",
        ),
        f"adds to the gradient of the step before, {times} times",
    )


def _statistics(finding: LoopFinding, subject: LoopSubject) -> Told:
    times = int(finding.number)
    return Told(
        f"{times}×",
        "held-out batches changed",
        "the statistics",
        sentence(
            em(f"Held-out batches move {plural(len(finding.paths), 'buffer', 'buffers')}"),
            " in ",
            plural(times, "validation", "validations"),
            ": ",
            all_of(finding.paths),
            ".",
        ),
        "in train mode: held-out batches move the statistics",
    )


def _trains_in_eval(finding: LoopFinding, subject: LoopSubject) -> Told:
    times, of = int(finding.number), int(finding.of)
    return Told(
        f"{times} of {of}",
        "batches are trained on",
        "in eval mode",
        sentence(
            em(f"From batch {finding.step} on it trains in eval mode"),
            ": no dropout, and the statistics stand still.",
        ),
        f"eval mode stays, from batch {finding.step} on",
    )


def _switched_on(finding: LoopFinding, subject: LoopSubject) -> Told:
    times, of = int(finding.number), int(finding.of)
    return Told(
        f"{times} of {of}",
        "batches run in train mode",
        "what had been in eval",
        sentence(
            em(f"From batch {finding.step} on, train() has switched on what was in eval"),
            ": ",
            all_of(finding.paths),
            ".",
        ),
        "switches every layer on, those in eval, too",
    )


def _state_follows(finding: LoopFinding, subject: LoopSubject) -> Told:
    taken = int(finding.number)
    return Told(
        f"batch {taken}",
        "was kept; what came back",
        f"is batch {finding.step}",
        sentence(
            em(f"The state of batch {taken} went on training"),
            f": what comes back is the model of batch {finding.step} itself.",
        ),
        f"no copy: at batch {finding.step} it is the model of then",
    )


def _nothing_loaded(finding: LoopFinding, subject: LoopSubject) -> Told:
    keys = plural(int(finding.number), "key", "keys")
    return Told(
        f"0 of {int(finding.number)}",
        "tensors are loaded,",
        "and nothing is raised",
        sentence(em(f"None of {keys} fits"), ", and ", code("strict=False"), " raises nothing."),
        f"none of {keys} fits",
    )


def _frozen(finding: LoopFinding, subject: LoopSubject) -> Told:
    frozen = int(finding.number)
    return Told(
        number(frozen),
        f"frozen {one_or_many(frozen, 'tensor', 'tensors')}",
        one_or_many(frozen, "goes on moving", "go on moving"),
        sentence(
            em(f"{plural(frozen, 'tensor', 'tensors')} frozen after batch {finding.step} move on"),
            ": their gradient is 0, not None, and the optimizer remembers.",
        ),
        f"moves {plural(frozen, 'tensor', 'tensors')} that are frozen",
    )


def _buffers_left(finding: LoopFinding, subject: LoopSubject) -> Told:
    left = int(finding.number)
    return Told(
        number(left),
        f"{one_or_many(left, 'buffer', 'buffers')} of {finding.name}",
        "never moved",
        sentence(
            em(f"{finding.name} follows the parameters, not the buffers"),
            ": ",
            all_of(finding.paths),
            f" never {one_or_many(left, 'moves', 'move')}.",
        ),
        "",
    )


def _summed(finding: LoopFinding, subject: LoopSubject) -> Told:
    times = int(finding.number)
    return Told(
        f"{times}×",
        "a step sums the gradients",
        f"of {times} whole losses",
        sentence(
            em(f"A step takes the sum of {times} gradients"),
            f", not their mean: it goes {times} times as far.",
        ),
        f"adds a whole gradient, {times} times for a step",
    )


def _hooks_skipped(finding: LoopFinding, subject: LoopSubject) -> Told:
    times, of = int(finding.number), int(finding.of)
    return Told(
        f"{times} of {of}",
        "forwards run without",
        "the model’s hooks",
        sentence(
            em(f"{times} of {of} forwards run no hook"), " of the model: only a call of it does."
        ),
        "runs no hook of the model",
    )


def _graphs(finding: LoopFinding, subject: LoopSubject) -> Told:
    kept = int(finding.number)
    return Told(
        number(kept),
        "graphs are alive",
        f"after {plural(int(finding.of), 'step', 'steps')}",
        sentence(
            em(f"{number(kept)} graphs are alive after {int(finding.of)} steps"),
            ": a loss that is kept keeps its graph, and memory grows.",
        ),
        f"{number(kept)} graphs stay alive",
    )


def _decay(finding: LoopFinding, subject: LoopSubject) -> Told:
    flat = len(finding.paths)
    decayed = plural(flat, "bias or scale", "biases and scales")
    return Told(
        f"{flat} of {len(subject.parameters)}",
        "decayed tensors are biases",
        "or scales of a norm",
        sentence(
            em(f"Weight decay {printed(finding.number)} pulls {decayed} to 0"),
            ": ",
            all_of(finding.paths),
            ".",
        ),
        "decays biases and the scales of norms, too",
    )


def _scheduler(finding: LoopFinding, subject: LoopSubject) -> Told:
    first, used = printed(finding.number), printed(finding.of)
    return Told(
        first,
        "is the learning rate, and",
        f"the first step has {used}",
        sentence(
            em(f"No step is made with the learning rate {first}"), f": the first one has {used}."
        ),
        "before any step: PyTorch warns",
    )


_WORDS: dict[FindingKind, Callable[[LoopFinding, LoopSubject], Told]] = {
    "not in the optimizer": _not_in_the_optimizer,
    "not cleared": _not_cleared,
    "statistics of held-out batches": _statistics,
    "trains in eval": _trains_in_eval,
    "switched on": _switched_on,
    "state follows": _state_follows,
    "nothing loaded": _nothing_loaded,
    "frozen and moves": _frozen,
    "graphs kept": _graphs,
    "hooks skipped": _hooks_skipped,
    "gradients summed": _summed,
    "scheduler first": _scheduler,
    "decay asked for": _decay,
    "buffers left": _buffers_left,
}


def _first(finding: LoopFinding) -> str:
    """One of its tensors, which is enough beside a large number."""
    return finding.paths[0]
