"""A short training, and what it shows: who gets a gradient, who is stale, what moves or appears."""

from collections.abc import Collection, Iterator
from contextlib import suppress

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from rollcall.core.autograd_leaves import leaves_of
from rollcall.core.findings.added_by_forward import added_by_forward, plain_tensors_added
from rollcall.core.findings.array_watch import ArrayWatch
from rollcall.core.findings.forward_kinds import (
    CarriedOver,
    ReplacedByForward,
)
from rollcall.core.findings.forward_watch import calls_noted, steps_noted, tensors_in_graph
from rollcall.core.findings.frozen_moves import frozen_moves
from rollcall.core.findings.graph_exits import GraphExits
from rollcall.core.findings.input_watch import InputWatch
from rollcall.core.findings.kinds import Finding, NoGraph, StaleCopy
from rollcall.core.findings.mode_watch import ModeWatch
from rollcall.core.findings.model_under_test import ModelUnderTest
from rollcall.core.findings.own_optimizers import own_optimizers
from rollcall.core.findings.renewed import replaced_since, runs_elsewhere
from rollcall.core.findings.unreached import Reach
from rollcall.core.findings.written_parameters import WrittenParameters
from rollcall.core.findings.zero_gradients import zero_gradients
from rollcall.core.input.other_choices import other_choices
from rollcall.core.model_code import model_code, raised_during, set_mode
from rollcall.core.model_raised import ModelRaised
from rollcall.core.query import Mode
from rollcall.core.rng.random_state import seeded
from rollcall.core.tensors.nested_tensors import tensors_in
from rollcall.core.tensors.tensor_compare import is_zero, same
from rollcall.core.tensors.tensor_shape import shape_of
from rollcall.core.walk.object_walk import Found, Walk, walk, walk_with_holders

STEPS = 3  # a weight behind one that starts at zero gets a gradient from the second on
LEARNING_RATE = 0.01
BACKWARD = "loss.backward()"
OF_THE_TARGETS = 1_000_003  # added to the seed, so that they are not the input
# By itself: without a state its recurrent weight meets zeros, and no target may be of some class.
NEEDS_MORE = (nn.RNNCell, nn.LSTMCell, nn.GRUCell, nn.AdaptiveLogSoftmaxWithLoss)
MORE_STEPS = 16  # with further inputs, where a router may have chosen others so far


class TrainingRun:
    """`STEPS` steps of SGD towards random targets, each with an input of its own.

    Args:
        subject: the model, of which one is built.
        mode: in which it is trained.

    Raises:
        ModelRaised: from whatever the forward or the backward raises.
    """

    def __init__(self, subject: ModelUnderTest, mode: Mode = "train") -> None:
        self._subject = subject
        self._model = subject.build_in(mode)
        self._before, holders = walk_with_holders(self._model)
        self._modes = ModeWatch(self._before.modules)
        self._exits = GraphExits(subject.filename)
        self._arrays = ArrayWatch(holders, subject.filename, subject.build_other)
        self._copies = _copies(self._before)
        self._called: set[int] = set()
        self._called_in_eval: set[int] = set()
        self._graph: set[int] = set()  # ids of tensors from before that the first graph holds
        self._renewed: set[str] = set()  # what a later forward puts something else in the place of
        self._has_graph = False
        self._carried: list[CarriedOver] = []
        self._steps = 0  # backwards that were done
        self._own_steps: list[int] = []  # lines at which the first forward makes one
        self._with_grad: set[int] = set()
        self._with_nonzero: set[int] = set()
        self.changed: set[int] = set()  # by the first forward, before any step
        self._run(subject)

    def findings(self) -> Iterator[Finding]:
        """What it showed, in the order of the model."""
        renewed = self._renewed
        if self._kept and runs_elsewhere(self._subject):
            renewed = renewed | self._kept
        yield from added_by_forward(self._before, self._after, renewed)
        yield from self._replaced()
        yield from self._written.findings(self._own_steps)
        yield from self._input.findings()
        yield from self._carried
        yield from self._modes.findings()
        yield from self._stale()
        yield from self._arrays.findings(self._before)
        yield from frozen_moves(self._before, self.changed)
        if not self._trainable:
            return
        if not self._has_graph:
            exits = self._exits.of(_ids(self._trainable))
            yield NoGraph(numel=_numel(self._trainable), exits=exits, returned=self._returned)
            return
        if type(self._model) in NEEDS_MORE:  # a class of the user's own is told
            return
        reach = self._reach
        yield from reach.unreached(self._exits, self._called_in_eval)
        met = [each for each in self._trainable if id(each.value) in self._with_grad]
        yield from zero_gradients(met, self._with_nonzero, self._steps)
        yield from own_optimizers(self._before.modules, met)

    @property
    def _reach(self) -> Reach:
        return self._reach_of(self._with_grad)

    @property
    def _may_be_routed(self) -> bool:
        return self._reach.may_be_routed or self._reach_of(self._with_nonzero).may_be_routed

    def _reach_of(self, reached: Collection[int]) -> Reach:
        return Reach(self._trainable, reached, self._called, self._steps)

    def _run(self, subject: ModelUnderTest) -> None:
        x = subject.input()
        asked = _ids(_trainable(self._before))
        with calls_noted(self._called):
            own = x.clone()
            self._input = InputWatch(own.tensors, subject.filename)
            own_steps = steps_noted(subject.filename, self._own_steps)
            with self._exits, self._arrays, self._input, own_steps:
                returned = subject.returned_on(self._model, own)
            outputs = tensors_in(returned)
            self._returned = ""
            if not outputs:
                self._returned = type(returned).__name__
            self._exits.look(outputs)
            self._modes.look()
            self.changed = {
                key for key, (found, copy) in self._copies.items() if not same(copy, found.value)
            }
            self._after = walk(self._model)
            self._trainable = _trainable(self._after, asked)
            self._written = WrittenParameters(
                [each for each in self._trainable if id(each.value) in self.changed]
            )
            added = plain_tensors_added(self._before, self._after)
            self._graph = tensors_in_graph(outputs, self._computed())
            self._step(outputs, subject.seed)
            try:
                for step in range(1, STEPS):
                    with self._written.compared():
                        outputs = subject.outputs(self._model, subject.input(step), step)
                    self._renewed |= replaced_since(self._model, added)
                    self._step(outputs, subject.seed + step)
            except ModelRaised as error:
                self._carried = list(self._carried_over(subject, error))
                if not self._graph and not self._carried:
                    raise
                # A graph that every forward goes through again: the findings name the tensor.
            else:
                self._try_more_inputs(subject)
        if self._has_graph and self._reach.without_grad:
            with suppress(ModelRaised), torch.no_grad(), calls_noted(self._called_in_eval):
                set_mode(self._model, "eval")
                subject.outputs(self._model, x)
        self._kept = {found.path for found in added} - self._renewed

    def _carried_over(self, subject: ModelUnderTest, error: ModelRaised) -> Iterator[CarriedOver]:
        """What leads from one forward to the next, where a backward raised."""
        if error.call != BACKWARD:
            return
        kept = [found for found in walk(self._model).tensors if found.value.grad_fn is not None]
        kept = [found for found in kept if id(found.value) not in self._graph]
        with suppress(ModelRaised):
            used = tensors_in_graph(subject.outputs(self._model, subject.input()), kept)
            leading = [found for found in kept if id(found.value) in used]
            now = {found.path: found.value for found in walk(self._model).tensors}
            once = all(now.get(found.path) is found.value for found in leading)
            if leading:
                paths, raised = tuple(each.path for each in leading), type(error.cause).__name__
                yield CarriedOver(paths=paths, raised=raised, once=once)

    def _try_more_inputs(self, subject: ModelUnderTest) -> None:
        """An expert that no input was routed to so far gets its gradient from another one.

        Where all experts answer, and one answer is chosen, that gradient is 0 and not absent.
        """
        step = STEPS
        while self._has_graph and self._may_be_routed and step < STEPS + MORE_STEPS:
            self._step(subject.outputs(self._model, subject.input(step), step), subject.seed + step)
            step += 1
        if self._has_graph and self._reach.without_grad:  # a caller may choose what answers
            for choice in other_choices(self._model, subject.input()):
                with suppress(ModelRaised):
                    self._step(subject.outputs(self._model, choice), subject.seed)

    def _computed(self) -> list[Found]:
        """Tensors that were there before the first forward, and are no leaves."""
        return [each for each in self._before.tensors if each.value.grad_fn is not None]

    def _step(self, outputs: list[Tensor], seed: int) -> None:
        wanted = [each for each in outputs if each.requires_grad]
        if not wanted:
            return
        self._has_graph = True
        parameters = [each.value for each in self._trainable]
        for parameter in parameters:
            parameter.grad = None
        with seeded(seed + OF_THE_TARGETS), raised_during("loss"):
            losses = [(each - torch.randn_like(each)).abs().square().mean() for each in wanted]
        with model_code(BACKWARD):
            torch.autograd.backward(losses, retain_graph=bool(self._computed()))
        self._steps += 1
        for parameter in parameters:
            if parameter.grad is not None:
                self._with_grad.add(id(parameter))
                if not is_zero(parameter.grad):
                    self._with_nonzero.add(id(parameter))
        if parameters:
            with model_code("optimizer.step()"):
                torch.optim.SGD(parameters, lr=LEARNING_RATE).step()

    def _stale(self) -> Iterator[StaleCopy]:
        after = {found.path: found.value for found in self._after.tensors}
        paths = {id(found.value): found.path for found in self._after.tensors}
        for found in self._computed():
            copy: Tensor = found.value
            if id(copy) not in self._graph or after.get(found.path) is not copy:
                continue
            sources = [leaf for leaf in leaves_of([copy]) if id(leaf) in paths]
            yield StaleCopy(
                path=found.path,
                shape=shape_of(copy) or (),
                sources=tuple(paths[id(leaf)] for leaf in sources),
                moved=any(self._was_changed(id(leaf)) for leaf in sources)
                and not self._was_changed(id(copy)),
            )

    def _was_changed(self, key: int) -> bool:
        if key not in self._copies:
            return False
        found, copy = self._copies[key]
        return not same(copy, found.value)

    def _replaced(self) -> Iterator[ReplacedByForward]:
        after = {found.path: found.value for found in self._after.tensors}
        for found in self._before.tensors:
            now = after.get(found.path, found.value)
            if found.kind == "parameter" and now is not found.value:
                yield ReplacedByForward(path=found.path, numel=found.value.numel())


def _copies(walked: Walk) -> dict[int, tuple[Found, Tensor]]:
    """Of every tensor that has values, by its id."""
    return {
        id(found.value): (found, found.value.detach().clone())
        for found in walked.tensors
        if not is_lazy(found.value)
    }


def _trainable(walked: Walk, asked: Collection[int] = ()) -> list[Found]:
    """Now, or before a forward that froze it: then `asked` has its id."""
    registered = [each for each in walked.tensors if each.registered and each.kind == "parameter"]
    ready = [each for each in registered if each.value.is_leaf and not is_lazy(each.value)]
    return [each for each in ready if each.value.requires_grad or id(each.value) in asked]


def _paths(tensors: list[Found]) -> tuple[str, ...]:
    return tuple(found.path for found in tensors)


def _ids(tensors: list[Found]) -> set[int]:
    return {id(found.value) for found in tensors}


def _numel(tensors: list[Found]) -> int:
    return sum(found.value.numel() for found in tensors)
