"""A few steps of plain SGD towards a fixed random target, on whatever the optimizer can hold."""

import torch
from torch import Tensor, nn

from rollcall.core.input.model_input import ModelInput
from rollcall.core.model_code import model_code, raised_during
from rollcall.core.model_raised import ModelRaised
from rollcall.core.report import Raised, Report
from rollcall.core.rng.random_state import seeded

LEARNING_RATE = 0.1


class Pretraining(Report):
    """What became of the training."""

    asked: int  # steps
    done: int
    in_optimizer: int  # tensors that the optimizer holds
    raised: Raised | None
    returns_nothing: bool = False  # forward returns no tensor of floats for a loss


def pretrain(
    model: nn.Module, example: ModelInput, steps: int, seed: int, filename: str
) -> Pretraining:
    """Train `model` in place, in the mode that it is in.

    Args:
        model: anything; its outputs are drawn towards a target from N(0, 1) of their own shape.
        example: the one batch it sees.
        steps: of SGD with a learning rate of 0.1.
        seed: of the target and of what forward draws.
        filename: lecture file in which to point at the line of an exception.
    """
    in_optimizer = done = 0
    returns_nothing = False
    try:
        with model_code("SGD(model.parameters())"):
            optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)
        in_optimizer = sum(len(group["params"]) for group in optimizer.param_groups)
        with seeded(seed):
            while done < steps:
                optimizer.zero_grad()
                loss = _loss(model, example, seed)
                if loss is None:
                    returns_nothing = True
                    break
                with model_code("loss.backward()"):
                    loss.backward()  # type: ignore[no-untyped-call]
                with model_code("optimizer.step()"):
                    optimizer.step()
                done += 1
    except ModelRaised as error:
        return Pretraining(
            asked=steps, done=done, in_optimizer=in_optimizer, raised=Raised.of(error, filename)
        )
    return Pretraining(
        asked=steps,
        done=done,
        in_optimizer=in_optimizer,
        raised=None,
        returns_nothing=returns_nothing,
    )


def _loss(model: nn.Module, example: ModelInput, seed: int) -> Tensor | None:
    """Mean squared error, summed over the outputs; the target is the same at every step.

    None where no output has floating-point numbers.
    """
    generator = torch.Generator().manual_seed(seed)
    outputs = example.outputs(model)
    errors = []
    with raised_during("loss"):
        for output in outputs:
            if output.is_floating_point():
                target = torch.randn(output.shape, generator=generator).to(output)
                errors.append((output - target).square().mean())
        if not errors:
            return None
        return torch.stack(errors).sum()
