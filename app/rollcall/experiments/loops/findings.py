"""What is the matter with a loop, read off what was measured. No name and no source is asked."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from rollcall.experiments.loops.recorded import Flag, Step
from rollcall.experiments.loops.report import FindingKind, LoopFinding, LoopSubject, TensorInLoop

FEWEST = 3  # steps or graphs that make a habit
Found = Iterator[LoopFinding]


def findings(subject: LoopSubject, steps: list[Step]) -> tuple[LoopFinding, ...]:
    """All of them, what ruins a training first."""
    return tuple(finding for find in _ALL for finding in find(subject, steps))


def scheduler_first(line: int, made_with: Sequence[float], steps: list[Step]) -> LoopFinding:
    """PyTorch itself warns of it, at this line."""
    return LoopFinding(
        kind="scheduler first",
        line=line,
        step=1,
        number=max(made_with, default=0),
        of=max(steps[1].rates, default=0),
    )


def _not_in_the_optimizer(subject: LoopSubject, steps: list[Step]) -> Found:
    """It asks for gradients, gets them, and no optimizer has it."""
    lost = [t for t in subject.parameters if t.has_gradient and not t.in_optimizer]
    lost = [tensor for tensor in lost if tensor.frozen_from is None and not tensor.changed]
    if lost and subject.n_optimizer_steps:
        yield LoopFinding(
            kind="not in the optimizer",
            line=_line("optimizer", steps),
            step=min(_first(tensor.gradients) for tensor in lost),
            paths=_paths(lost),
            number=len(lost),
            of=len(subject.parameters),
        )


def _not_cleared(subject: LoopSubject, steps: list[Step]) -> Found:
    """Backward adds to gradients that the optimizer has used already."""
    kept = [t for t in subject.parameters if t.in_optimizer and len(t.uncleared) >= FEWEST]
    if kept:
        yield LoopFinding(
            kind="not cleared",
            line=_line("backward", steps),
            step=min(tensor.uncleared[0] for tensor in kept),
            paths=_paths(kept),
            number=max(len(tensor.uncleared) for tensor in kept),
            of=sum(step.backwards > 0 for step in steps),
        )


def _held_out_statistics(subject: LoopSubject, steps: list[Step]) -> Found:
    moved = [tensor for tensor in subject.tensors if tensor.moved_by_held_out]
    if moved:
        yield LoopFinding(
            kind="statistics of held-out batches",
            line=_line("forward, held out", steps),
            step=min(tensor.moved_by_held_out[0] for tensor in moved),
            paths=_paths(moved),
            number=max(len(tensor.moved_by_held_out) for tensor in moved),
        )


def _trains_in_eval(subject: LoopSubject, steps: list[Step]) -> Found:
    """It trained in train mode at first, and not at the end."""
    yield from _mode_changed("trains in eval", "train", "eval", subject, steps)


def _switched_on(subject: LoopSubject, steps: list[Step]) -> Found:
    """It trained in eval mode at first, on purpose, and not at the end."""
    yield from _mode_changed("switched on", "eval", "train", subject, steps)


def _mode_changed(
    kind: FindingKind, was: Flag, now: Flag, subject: LoopSubject, steps: list[Step]
) -> Found:
    changed = [(tensor, _change(tensor, was, now)) for tensor in subject.tensors]
    there = [(tensor, step) for tensor, step in changed if step is not None]
    if there:
        tensor, first = there[0]
        yield LoopFinding(
            kind=kind,
            line=_line(now, steps[first - 1 :: -1]),
            step=first,
            paths=_paths([tensor for tensor, _ in there]),
            number=tensor.trained_in.count(now),
            of=len(tensor.trained_in),
        )


def _state_follows(subject: LoopSubject, steps: list[Step]) -> Found:
    for moved in subject.states:
        if moved.kind == "loaded" and moved.equal is False:
            yield LoopFinding(
                kind="state follows",
                line=_taken_at(subject, moved.of_step),
                step=moved.step,
                number=moved.of_step or 0,
            )


def _nothing_loaded(subject: LoopSubject, steps: list[Step]) -> Found:
    for moved in subject.states:
        if moved.kind == "loaded" and not moved.tensors and moved.unexpected:
            yield LoopFinding(
                kind="nothing loaded",
                line=moved.line,
                step=moved.step,
                number=moved.unexpected,
                of=moved.missing,
            )


def _frozen_and_moves(subject: LoopSubject, steps: list[Step]) -> Found:
    moving = [tensor for tensor in subject.parameters if tensor.moved_while_frozen]
    if moving:
        yield LoopFinding(
            kind="frozen and moves",
            line=_line("step", steps),
            step=min(tensor.frozen_from or 0 for tensor in moving),
            paths=_paths(moving),
            number=len(moving),
        )


def _graphs_kept(subject: LoopSubject, steps: list[Step]) -> Found:
    graphs = subject.graphs[1:]
    rising = [later > earlier for earlier, later in pairwise(graphs)]
    if len(rising) >= FEWEST and all(rising):
        yield LoopFinding(kind="graphs kept", step=1, number=graphs[-1], of=len(graphs))


def _hooks_skipped(subject: LoopSubject, steps: list[Step]) -> Found:
    skipping = [number for number, step in enumerate(steps) if step.skipping]
    if skipping:
        yield LoopFinding(
            kind="hooks skipped",
            line=_line("forward alone", steps),
            step=skipping[0],
            number=sum(step.skipping for step in steps),
            of=sum(step.forwards for step in steps),
        )


def _gradients_summed(subject: LoopSubject, steps: list[Step]) -> Found:
    """Several whole losses between two steps of the optimizer, none of them divided."""
    whole = sum(step.whole for step in steps)
    if whole >= FEWEST and not any(tensor.uncleared for tensor in subject.parameters):
        yield LoopFinding(
            kind="gradients summed",
            line=_line("backward", steps),
            step=next(number for number, step in enumerate(steps) if step.whole),
            number=_accumulated(steps),
            of=subject.n_optimizer_steps,
        )


def _decay(subject: LoopSubject, steps: list[Step]) -> Found:
    flat = [tensor for tensor in subject.parameters if tensor.dims < 2 and tensor.decay]
    if flat:
        yield LoopFinding(
            kind="decay asked for",
            line=_line("optimizer", steps),
            step=0,
            paths=_paths(flat),
            number=flat[0].decay,
        )


def _buffers_left(subject: LoopSubject, steps: list[Step]) -> Found:
    """Of another module that moved along, the buffers did not, though those of the model did."""
    moved = {tensor.path for tensor in subject.tensors if tensor.is_buffer and tensor.changed}
    names = dict.fromkeys(tensor.of for tensor in subject.tensors if tensor.of)
    for name in names:
        own = [tensor for tensor in subject.tensors if tensor.of == name]
        left = [
            tensor
            for tensor in own
            if tensor.is_buffer
            and not tensor.changed
            and tensor.path.removeprefix(f"{name}.") in moved
        ]
        if left and any(tensor.changed for tensor in own):
            yield LoopFinding(
                kind="buffers left", step=1, paths=_paths(left), number=len(left), name=name
            )


_ALL: tuple[Callable[[LoopSubject, list[Step]], Found], ...] = (
    _not_in_the_optimizer,
    _not_cleared,
    _nothing_loaded,
    _state_follows,
    _trains_in_eval,
    _switched_on,
    _held_out_statistics,
    _frozen_and_moves,
    _buffers_left,
    _gradients_summed,
    _hooks_skipped,
    _graphs_kept,
    _decay,
)


def _change(tensor: TensorInLoop, first: str, then: str) -> int | None:
    """The step from which on it is called in another mode than at first."""
    modes = [mode for mode in tensor.trained_in if mode]
    if tensor.of or not modes or modes[0] != first or modes[-1] != then:
        return None
    return tensor.trained_in.index(then) + 1


def _taken_at(subject: LoopSubject, step: int | None) -> int | None:
    """The line that took the state of a step."""
    lines = [m.line for m in subject.states if m.kind == "taken" and m.step == step]
    return next(iter(lines), None)


def _accumulated(steps: list[Step]) -> int:
    """Backwards for one step of the optimizer."""
    with_step = [number for number, step in enumerate(steps) if step.optimizer_steps]
    if not with_step:
        return 0
    return sum(step.backwards for step in steps[: with_step[0] + 1])


def _line(name: str, steps: list[Step]) -> int | None:
    return next((step.lines[name] for step in steps if name in step.lines), None)


def _first(gradients: Sequence[float | None]) -> int:
    return next(number for number, norm in enumerate(gradients, 1) if norm)


def _paths(tensors: Sequence[TensorInLoop]) -> tuple[str, ...]:
    return tuple(tensor.path for tensor in tensors)
