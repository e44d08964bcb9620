"""A task that anyone can be given: reproduce a fixed random network, the teacher."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from rollcall.core.input.model_input import ModelInput, stacked
from rollcall.core.model_code import hearing, raised_during
from rollcall.core.model_raised import ModelRaised
from rollcall.core.rng.random_state import seeded

BATCHES = 16  # as many inputs as 16 examples hold: more than a last layer could learn by heart
HIDDEN = 32
OF_THE_TEACHER = 1_000_003  # added to the seed, so that the teacher is not the student
OF_THE_NOISE = 2_000_003


class NoLoss(Exception):
    """What forward returned has no loss. The message says why, and forward is its subject."""


@dataclass(frozen=True)
class Task:
    """One batch: an input and, for every tensor that the model returns, what it should be."""

    input: ModelInput
    targets: tuple[Tensor, ...]
    unseen: "Task | None" = None  # other inputs, on which nobody trains; None: nobody asks

    @property
    def batch(self) -> tuple[int, ...]:
        """The shape of its first tensor."""
        tensors = self.input.tensors
        if not tensors:
            return ()
        return tuple(tensors[0].shape)

    def answer(self, model: nn.Module) -> list[Tensor]:
        """The tensors that the model returns."""
        return self.input.outputs(model)

    def loss(self, outputs: list[Tensor]) -> Tensor:
        """Mean squared error, summed over the tensors of an answer.

        Raises:
            NoLoss: for another number of tensors than the first forward returned, and for none.
            ModelRaised: from what PyTorch raises.
        """
        if not outputs:
            raise NoLoss("returned no tensor")
        if len(outputs) != len(self.targets):
            change = f"from {len(self.targets)} to {len(outputs)}"
            raise NoLoss(f"changed how many tensors it returns, {change}")
        with raised_during("loss"):
            pairs = zip(outputs, self.targets, strict=True)
            errors = [_mean_squared(output - target) for output, target in pairs]
            if len(errors) == 1:  # by far the most, and each step goes forth and back through it
                return errors[0]
            return torch.stack(errors).sum()

    def to(self, device: str) -> "Task":
        """The same task on another device."""
        targets = tuple(target.to(device) for target in self.targets)
        unseen = self.unseen
        if unseen is not None:
            unseen = unseen.to(device)
        return Task(self.input.to(device), targets, unseen)


def _mean_squared(error: Tensor) -> Tensor:
    if error.is_complex():
        error = error.abs()
    return error.square().mean()


def task_for(
    build: Callable[[], nn.Module],
    example: Callable[[int], ModelInput],
    seed: int,
    noise: float = 0.0,
) -> Task:
    """Draw a task whose targets have the shapes of the model's own outputs.

    Args:
        build: returns a fresh model with the same weights at every call.
        example: returns the input that a number draws; `BATCHES` of them are stacked where the
            model takes that.
        seed: of the inputs, the teacher and the noise.
        noise: added to the targets, in their own standard deviations. With any there are as many
            inputs that stay unseen, with the same teacher's targets and no noise.

    Raises:
        ModelRaised: from whatever the model raises on its example.
    """
    task = drawn(build, example, seed, first=0)
    if not noise:
        return task
    generator = torch.Generator().manual_seed(seed + OF_THE_NOISE)
    noisy = tuple(_noisy(target, noise, generator) for target in task.targets)
    return Task(task.input, noisy, unseen=drawn(build, example, seed, first=BATCHES))


def drawn(
    build: Callable[[], nn.Module],
    example: Callable[[int], ModelInput],
    seed: int,
    *,
    first: int,
    number: int = BATCHES,
) -> Task:
    """A task on a `number` of inputs from the `first` on; the teacher is always the same.

    Raises:
        ModelRaised: as `task_for` does.
    """
    with hearing():
        examples = [example(seed + first + place) for place in range(number)]
    try:
        many = stacked(examples)
        outputs = _outputs(build(), many, seed)
    except ModelRaised:  # a model may insist on the size of its example
        many = examples[0]
        outputs = _outputs(build(), many, seed)
    generator = torch.Generator().manual_seed(seed + OF_THE_TEACHER)
    return Task(many, tuple(_teach(many.tensors, out, generator) for out in outputs))


def _outputs(model: nn.Module, example: ModelInput, seed: int) -> list[Tensor]:
    with seeded(seed), torch.no_grad():
        return example.outputs(model)


def _teach(tensors: list[Tensor], output: Tensor, generator: torch.Generator) -> Tensor:
    """Two random layers with a tanh between, from each sample's numbers to those of its output.

    For what is no grid of numbers, such as a sparse tensor, the goal is 0.
    """
    if output.is_nested or output.layout != torch.strided:
        return torch.zeros_like(output)
    samples = 1
    batched = [each for each in tensors if each.shape[:1] == output.shape[:1] != ()]
    if batched:
        tensors, samples = batched, output.shape[0]
    flat = torch.cat([_numbers_of(each).reshape(samples, -1) for each in tensors], dim=1)
    numbers = output.numel() // samples
    inner = _layer(flat.shape[1], HIDDEN, generator)
    outer = _layer(HIDDEN, numbers, generator)
    # Not with @, which a lecture file may have replaced.
    answer: Tensor = torch.mm(torch.tanh(2 * torch.mm(flat, inner)), outer)
    return answer.reshape(output.shape)


def _noisy(target: Tensor, noise: float, generator: torch.Generator) -> Tensor:
    if target.layout != torch.strided or target.is_nested or target.numel() < 2:
        return target
    drawn = torch.empty(target.shape, dtype=torch.float32, device="cpu")
    return target + noise * target.std() * drawn.normal_(generator=generator)


def _layer(n_in: int, n_out: int, generator: torch.Generator) -> Tensor:
    """A random one, whatever default type and device a lecture file has set."""
    weight = torch.empty(n_in, n_out, dtype=torch.float32, device="cpu")
    return weight.normal_(0, 1 / max(1, n_in) ** 0.5, generator=generator)


def _numbers_of(tensor: Tensor) -> Tensor:
    """As float32. Integers, such as token ids, are brought to a size of at most 1."""
    numbers = tensor.float()
    if tensor.is_floating_point() or not tensor.numel():
        return numbers
    return numbers / numbers.abs().max().clamp(min=1)
