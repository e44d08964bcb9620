"""The chapters on training loops: what an optimizer holds, what a step leaves, modes, and files."""

from typing import Any

import torch

from lectures.course import build
from web.claims.claim import Shown, by_path, claim, code


def kinds(loop: Any) -> list[str]:
    """What is found in it."""
    return [finding.kind for finding in loop.findings]


def only(loop: Any, kind: str) -> Any:
    """The one thing that is found in it, at the line that did it."""
    (finding,) = loop.findings
    assert finding.kind == kind
    return finding


def line_of(loop: Any, number: int | None) -> str:
    """A line of the source that the page shows."""
    lines = [line for lines in loop.source.classes for line in lines]
    (found,) = [str(line.text) for line in lines if line.number == number]
    return found.strip()


def twin_is_clean(step: Shown) -> None:
    """The right side has nothing to find, and both ran to their end."""
    assert step.right.findings == ()
    assert (step.left.ended, step.right.ended) == (True, True)
    assert step.left.shown == step.right.shown == 40
    assert step.left.stopped is None
    assert step.right.stopped is None
    assert step.left.held_out[0] == step.right.held_out[0] or step.left.tensors[-1].replaced_at == 0


@claim("Checks before training", 3)
def innocent(step: Shown) -> None:
    """A model can pass every check, and the loop be wrong. Here both train one healthy model; two
    lines are exchanged."""
    assert step.left.model == step.right.model == "HeadedNet"
    left, right = (side.source.classes[0][1:] for side in step.sides)
    assert [line.text for line in left[:2]] == [line.text for line in right[1::-1]]
    assert [line.text for line in left[2:]] == [line.text for line in right[2:]]
    assert build("loop_optimizers.HeadedNet")(torch.randn(4, 10)).shape == (4, 5)
    twin_is_clean(step)


@claim("A new head, too late")
def new_head(step: Shown) -> None:
    """The optimizer was built first, so it holds the old head. The new one is registered, gets a
    gradient and never moves."""
    found = only(step.left, "not in the optimizer")
    assert found.paths == ("head.weight", "head.bias")
    assert line_of(step.left, found.line).startswith("optimizer = SGD(")
    for tensor in step.left.tensors[-2:]:
        assert (tensor.in_optimizer, tensor.changed, tensor.replaced_at) == (False, False, 0)
        assert all(tensor.gradients)
        assert len(tensor.uncleared) == 39  # the optimizer clears what it holds
    assert all(tensor.changed for tensor in step.right.tensors)
    assert "4 of 6 tensors are in the optimizer" in step.page
    twin_is_clean(step)


@claim("A criterion that learns")
def criterion(step: Shown) -> None:
    """The criterion has a parameter of its own, which is not in model.parameters(): a gradient at
    every step, and no step."""
    assert only(step.left, "not in the optimizer").paths == ("criterion.log_scale",)
    left, right = (by_path(side.tensors)["criterion.log_scale"] for side in step.sides)
    assert (left.of, len(left.gradients), all(left.gradients)) == ("criterion", 40, True)
    assert not left.changed
    assert right.changed
    assert "6 of 7 tensors are in the optimizer: criterion.log_scale" in step.page
    twin_is_clean(step)


@claim("Frozen, and stepped")
def frozen(step: Shown) -> None:
    """After 16 batches the body is frozen. AdamW remembers gradients; then the left gives it
    zeros for the body, the right None."""
    found = only(step.left, "frozen and moves")
    assert (found.step, len(found.paths)) == (16, 4)
    assert all(path.startswith("body.") for path in found.paths)
    assert "zero_grad(set_to_none=False)" in code(step.left)
    for path in found.paths:
        left, right = (by_path(side.tensors)[path] for side in step.sides)
        assert set(left.gradients[16:]) == {0}
        assert set(right.gradients[16:]) == {None}
        assert right.moved[-1] == right.moved[16] != 0
    twin_is_clean(step)


@claim("Thawed, and not stepped")
def thawed(step: Shown) -> None:
    """The body is unfrozen after 16 batches. The optimizer was built for the head alone, so the
    left's body never moves."""
    found = only(step.left, "not in the optimizer")
    assert (found.step, len(found.paths)) == (17, 4)
    left, right = (by_path(side.tensors)["body.0.weight"] for side in step.sides)
    assert set(left.gradients[:16]) == {None}
    assert all(left.gradients[16:])
    assert not left.changed
    assert right.moved[16] == 0 != right.moved[17]
    twin_is_clean(step)


@claim("Decay for everything")
def decay(step: Shown) -> None:
    """Weight decay pulls every tensor that it is given to 0: on the left also the biases and the
    scale of the batch norm."""
    assert only(step.left, "decay asked for").paths == (
        *("body.0.bias", "body.1.weight", "body.1.bias", "head.bias"),
    )
    assert {each.decay for each in step.left.parameters} == {0.1}
    decayed = [each.path for each in step.right.parameters if each.decay]
    assert decayed == ["body.0.weight", "head.weight"]
    twin_is_clean(step)


@claim("zero_grad() forgotten")
def zero_grad(step: Shown) -> None:
    """Backward adds to the gradients that are there. The left never calls zero_grad(); all else
    is the same."""
    found = only(step.left, "not cleared")
    assert (found.number, found.of, found.step) == (39, 40, 2)
    assert line_of(step.left, found.line) == "loss.backward()"
    left, right = (by_path(side.tensors)["head.weight"] for side in step.sides)
    assert left.gradients[0] == right.gradients[0]
    assert left.gradients[1] > 1.5 * right.gradients[1]
    assert min(step.left.held_out[20:]) > step.right.held_out[-1]
    assert "In 39 of 40 steps" in step.page
    twin_is_clean(step)


@claim("Four batches, one step")
def accumulated(step: Shown) -> None:
    """Four losses are added up before a step. Only the right divides them by 4; the left steps
    with a gradient four times as large."""
    assert only(step.left, "gradients summed").number == 4
    assert step.left.n_optimizer_steps == step.right.n_optimizer_steps == 10
    left, right = (by_path(side.tensors)["head.weight"] for side in step.sides)
    assert left.gradients[3] / right.gradients[3] > 3.99
    assert left.gradients[3] / right.gradients[3] < 4.01
    twin_is_clean(step)


@claim("A loss with its graph")
def graphs(step: Shown) -> None:
    """Both add up their losses: the left adds the loss, a tensor that backward came from; the
    right adds loss.item(), a number."""
    assert only(step.left, "graphs kept").number == 40
    assert list(step.left.graphs[1:]) == list(range(1, 41))
    assert set(step.right.graphs[1:]) == {1}
    assert "total += loss" in code(step.left)
    assert "total += loss.item()" in code(step.right)
    twin_is_clean(step)


@claim("A scheduler that comes first")
def scheduler(step: Shown) -> None:
    """Called before the optimizer, the scheduler skips the first learning rate. PyTorch warns of
    it, once."""
    found = only(step.left, "scheduler first")
    assert (found.number, found.of) == (0.2, 0.1)
    assert line_of(step.left, found.line) == "scheduler.step()"
    (warned,) = step.left.notes.warned
    assert "`lr_scheduler.step()` before `optimizer.step()`" in warned.message
    assert warned.line == found.line
    assert step.right.notes.warned == ()
    assert "Detected call of `lr_scheduler.step()`" in step.page
    twin_is_clean(step)


@claim("forward() and hooks")
def hooks(step: Shown) -> None:
    """A hook doubles the input before the model sees it. model.forward(x) runs no hook, model(x)
    does."""
    found = only(step.left, "hooks skipped")
    assert (found.number, found.of) == (40, 40)
    assert "model.forward(x)" in line_of(step.left, found.line)
    assert step.left.losses[0] != step.right.losses[0]
    twin_is_clean(step)


@claim("eval() forgotten")
def eval_forgotten(step: Shown) -> None:
    """After each epoch held-out batches go through the model, under no_grad(). Only the right
    calls eval() before."""
    found = only(step.left, "statistics of held-out batches")
    assert (found.paths, found.number) == (("body.1.running_mean", "body.1.running_var"), 5)
    assert "model(x)" in line_of(step.left, found.line)
    left, right = (by_path(side.tensors)["body.1.running_mean"] for side in step.sides)
    assert left.moved_by_held_out == (8, 16, 24, 32, 40)
    assert set(left.held_out_in) == {"", "train"}
    assert set(right.held_out_in) == {"", "eval"}
    assert "torch.no_grad()" in code(step.left)
    twin_is_clean(step)


@claim("train() forgotten")
def train_forgotten(step: Shown) -> None:
    """eval() for the first validation, and nobody calls train() after it: 32 of 40 batches are
    trained on in eval mode."""
    found = only(step.left, "trains in eval")
    assert (found.number, found.of, found.step) == (32, 40, 9)
    assert line_of(step.left, found.line) == "model.eval()"
    mean = by_path(step.left.tensors)["body.1.running_mean"]
    assert len(set(mean.moved[8:])) == 1
    assert set(by_path(step.right.tensors)["head.weight"].trained_in) == {"train"}
    twin_is_clean(step)


@claim("model.train(was)")
def put_back(step: Shown) -> None:
    """The body was in eval on purpose. model.train(was) puts one flag back over all modules, and
    so switches the body on."""
    found = only(step.left, "switched on")
    assert found.step == 9
    assert all(path.startswith("body.") for path in found.paths)
    assert line_of(step.left, found.line) == "model.train(was)"
    left, right = (by_path(side.tensors)["body.1.running_mean"] for side in step.sides)
    assert left.moved[8] == 0 != left.moved[9]
    assert not right.changed
    assert set(right.trained_in) == {"eval"}
    twin_is_clean(step)


@claim("The best state, kept")
def best(step: Shown) -> None:
    """Both keep the state of their best epoch and load it at the end: the left as state_dict()
    gave it, the right as a deep copy."""
    found = only(step.left, "state follows")
    assert (found.number, found.step) == (32, 40)
    assert line_of(step.left, found.line) == "best = model.state_dict()"
    left, right = (side.states[-1] for side in step.sides)
    assert (left.kind, left.of_step, left.equal) == ("loaded", 32, False)
    assert (right.kind, right.of_step, right.equal) == ("loaded", 32, True)
    assert step.right.held_out[-1] == min(step.right.held_out[8::8])
    assert step.left.held_out[-1] > step.right.held_out[-1]
    twin_is_clean(step)


@claim("strict=False")
def not_strict(step: Shown) -> None:
    """The file was saved from a DataParallel, with module. before each key. The left loads it
    with strict=False; nothing is raised."""
    found = only(step.left, "nothing loaded")
    assert (found.number, found.of) == (9, 8)
    assert line_of(step.left, found.line).endswith("strict=False)")
    left, right = (side.states[-1] for side in step.sides)
    assert (left.tensors, left.missing, left.unexpected) == (0, 8, 9)
    assert (right.tensors, right.missing, right.unexpected) == (9, 0, 0)
    assert (right.of_step, right.equal) == (24, True)
    assert step.right.held_out[-1] == step.right.held_out[24]
    assert step.left.held_out[-1] != step.left.held_out[24]
    twin_is_clean(step)


@claim("An average without buffers")
def average(step: Shown) -> None:
    """The average follows the parameters. The left forgets the buffers, so its batch norm
    normalizes by statistics of the start."""
    found = only(step.left, "buffers left")
    names = ("average.body.1.running_mean", "average.body.1.running_var")
    assert (found.paths, found.name) == (names, "average")
    for name in names:
        left, right = (by_path(side.tensors)[name] for side in step.sides)
        assert not left.changed
        assert right.changed
    assert by_path(step.left.tensors)["average.head.weight"].changed
    twin_is_clean(step)
