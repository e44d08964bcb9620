"""Each model of the course moved to a simulated GPU and to the real one, tensor by tensor."""

import sys
from dataclasses import dataclass

from lectures.course import COURSE, FINISHED
from rollcall.experiments.device.move import Destination, move
from rollcall.experiments.device.report import Move, TensorMove

DEVICE = "cuda:0"


@dataclass(frozen=True)
class Compared:
    """One model after both moves."""

    name: str
    tensors: int
    differences: tuple[str, ...]  # a sentence for each; none: the simulation tells the truth


def compare(name: str) -> Compared:
    """Move a model to both, and call it there."""
    real, fake = moved(name, simulated=False), moved(name, simulated=True)
    told = [*_differing_tensors(real, fake), *_differing_forwards(real, fake)]
    return Compared(name, len(real.tensors), tuple(told))


def moved(name: str, *, simulated: bool) -> Move:
    """What the move of a fresh model did."""

    def build() -> object:
        return COURSE.build(name, 0)

    example = COURSE.input(name).draw(0)
    to = Destination(DEVICE, None, simulated)
    return move(build(), build, example, to, 0, "")  # type: ignore[arg-type]


def _differing_tensors(real: Move, fake: Move) -> list[str]:
    here = {tensor.path: tensor for tensor in real.tensors}
    there = {tensor.path: tensor for tensor in fake.tensors}
    if here.keys() != there.keys():
        return [f"other tensors: {', '.join(sorted(here.keys() ^ there.keys()))}"]
    pairs = [(tensor, there[path]) for path, tensor in here.items()]
    return [
        f"{one.path}: {_said(one)}, simulated {_said(other)}"
        for one, other in pairs
        if one.model_copy(update={"same_object": None}) != other
    ]


def _differing_forwards(real: Move, fake: Move) -> list[str]:
    if not real.forward or not fake.forward:
        return [f"the move raises: {real.raised}, simulated {fake.raised}"]
    one, other = real.forward, fake.forward
    if not other.believable:
        return []  # the page says that it is not known
    if (one.raised is None) != (other.raised is None):
        return [f"forward raises {one.raised}, simulated {other.raised}"]
    if one.outputs != other.outputs:
        return [f"forward returns {one.outputs}, simulated {other.outputs}"]
    return []


def _said(tensor: TensorMove) -> str:
    return f"{tensor.outcome} ({tensor.after.dtype} on {tensor.after.device})"


def main() -> int:
    """Print what was compared; 1 where the simulation said something else than the GPU."""
    compared = [compare(name) for name in FINISHED]
    for each in compared:
        for difference in each.differences:
            print(f"{each.name}: {difference}")
    wrong = sum(bool(each.differences) for each in compared)
    tensors = sum(each.tensors for each in compared)
    print(f"{len(compared)} models, {tensors} tensors: {wrong or 'no'} models differ")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
