"""The callers that PyTorch answered with an exception."""

from collections.abc import Sequence
from dataclasses import dataclass

from rollcall.core.report import Raised
from rollcall.core.roll_call import RollCall
from rollcall.core.scan import TensorEntry
from rollcall.core.used_parameters import UsedParameters


@dataclass(frozen=True)
class Refusal:
    """A call, and what it raised."""

    call: str
    raised: Raised


def refusals_of(
    roll: RollCall,
    used: UsedParameters | None,
    tensors: Sequence[TensorEntry],
) -> list[Refusal]:
    refusals = []
    trains = any(tensor.requires_grad for tensor in tensors) or (used and used.fresh)
    if roll.optimizer_raised and trains:  # else nobody wants an optimizer
        # The head of the column says what the optimizer is made from.
        call = roll.optimizer_raised.during.replace("(model.parameters())", "(…)") or "SGD(…)"
        refusals.append(Refusal(call, roll.optimizer_raised))
    if roll.backward_raised:
        call = roll.backward_raised.during or "backward()"
        refusals.append(Refusal(call, roll.backward_raised))
    if roll.to_raised:
        refusals.append(Refusal(f"model.to({roll.moved_to})", roll.to_raised))
    if roll.state_dict_raised:
        refusals.append(Refusal("model.state_dict()", roll.state_dict_raised))
    if roll.eval_raised:
        refusals.append(Refusal("model.eval()", roll.eval_raised))
    return refusals
