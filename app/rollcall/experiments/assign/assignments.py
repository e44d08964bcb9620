"""What can stand on the right of `self.x = ...`, what x can be before, and where x is after it."""

from functools import cache
from types import FunctionType, SimpleNamespace
from typing import Any, Literal

import torch
from torch import Tensor, nn

from rollcall.core.autograd_leaves import leaves_of
from rollcall.core.report import Raised, Report
from rollcall.core.rng.random_state import seeded
from rollcall.core.scan import TensorEntry, scan
from rollcall.core.tensors.nested_tensors import tensors_in

Value = Literal[
    "parameter",
    "parameter_times",
    "parameter_clone",
    "parameter_t",
    "parameter_to_cpu",
    "parameter_to_float64",
    "tensor",
    "tensor_with_grad",
    "buffer",
    "linear",
    "list_of_linear",
    "tuple_of_linear",
    "dict_of_linear",
    "module_list",
    "module_dict",
    "parameter_list",
    "nested_parameter_list",
    "plain_object",
    "closure",
    "function",
    "none",
    "number",
    "string",
]
Slot = Literal["nothing", "parameter", "buffer", "module", "none", "empty_buffer"]
When = Literal["after", "before"]
StoredIn = Literal["_parameters", "_buffers", "_modules", "attribute"]

VALUES: dict[Value, str] = {
    "parameter": "nn.Parameter(torch.ones(3))",
    "parameter_times": "nn.Parameter(torch.ones(3)) * 2",
    "parameter_clone": "nn.Parameter(torch.ones(3)).clone()",
    "parameter_t": "nn.Parameter(torch.ones(3)).t()",
    "parameter_to_cpu": 'nn.Parameter(torch.ones(3)).to("cpu")',
    "parameter_to_float64": "nn.Parameter(torch.ones(3)).to(torch.float64)",
    "tensor": "torch.ones(3)",
    "tensor_with_grad": "torch.ones(3, requires_grad=True)",
    "buffer": "nn.Buffer(torch.ones(3))",
    "linear": "nn.Linear(3, 3)",
    "list_of_linear": "[nn.Linear(3, 3)]",
    "tuple_of_linear": "(nn.Linear(3, 3),)",
    "dict_of_linear": '{"a": nn.Linear(3, 3)}',
    "module_list": "nn.ModuleList([nn.Linear(3, 3)])",
    "module_dict": 'nn.ModuleDict({"a": nn.Linear(3, 3)})',
    "parameter_list": "nn.ParameterList([torch.ones(3)])",
    "nested_parameter_list": "nn.ParameterList([[nn.Parameter(torch.ones(3))]])",
    "plain_object": "SimpleNamespace(w=nn.Parameter(torch.ones(3)))",
    "closure": "(lambda f: lambda x: f(x))(nn.Linear(3, 3))",
    "function": "torch.relu",
    "none": "None",
    "number": "0.5",
    "string": '"relu"',
}
SLOTS: dict[Slot, str] = {
    "nothing": "",
    "parameter": "self.x = nn.Parameter(torch.zeros(3))",
    "buffer": 'self.register_buffer("x", torch.zeros(3))',
    "module": "self.x = nn.Linear(3, 3)",
    "none": "self.x = None",
    "empty_buffer": 'self.register_buffer("x", None)',
}
_FILE = "<assignment>"
_SUPER = "super().__init__()"


class Landing(Report):
    """Where one assignment landed, and who finds it there."""

    place: StoredIn | None = None  # None: an exception was raised
    holds: str = ""  # class of what x is now
    raised: Raised | None = None  # `line` counts the lines of the class that was run
    by_slot: bool = False  # raised before the assignment, by what was to make x something else
    parameters: tuple[str, ...] = ()  # names in named_parameters()
    keys: tuple[str, ...] = ()  # of state_dict()
    unregistered: tuple[str, ...] = ()  # paths of state that PyTorch does not know
    called: int = 0  # unregistered tensors that a call of x reached, as behind a closure
    printed: str = ""  # str(module)

    @property
    def lost(self) -> bool:
        """Whether there is state that PyTorch will never find."""
        return bool(self.unregistered or self.called)


def written(value: Value, slot: Slot, when: When) -> str:
    """The class that is run, as a student would write it."""
    lines = [line for line in (SLOTS[slot], _assignment(value)) if line]
    if when == "after":
        lines.insert(0, _SUPER)
    else:
        lines.append(_SUPER)
    body = [f"        {line}" for line in lines]
    return "\n".join(["class Net(nn.Module):", "    def __init__(self):", *body])


def assign(value: Value, slot: Slot, when: When, seed: int) -> Landing:
    """Run the class and look where x is."""
    try:
        with seeded(seed):
            module = _class(value, slot, when)()
    except Exception as error:
        raised = Raised.of(error, _FILE)
        assignment = len(written(value, slot, when).splitlines())
        if when == "before":
            assignment -= 1  # the last line is super().__init__()
        by_slot = raised.line is not None and raised.line < assignment
        return Landing(raised=raised, by_slot=by_slot)
    x, place = module.x, _place(module)
    unregistered = [entry.path for entry in scan(module).missing if isinstance(entry, TensorEntry)]
    if not unregistered and place == "attribute" and isinstance(x, Tensor) and not x.is_leaf:
        # A scan leaves out what was computed, as activations are. This one was meant to stay.
        unregistered = ["x"]
    called = 0
    if isinstance(x, FunctionType):
        called = _called(x)
    return Landing(
        place=place,
        holds=type(x).__name__,
        parameters=tuple(name for name, _ in module.named_parameters()),
        keys=tuple(module.state_dict()),
        unregistered=tuple(unregistered),
        called=called,
        printed=str(module),
    )


@cache
def _class(value: Value, slot: Slot, when: When) -> type[nn.Module]:
    namespace: dict[str, Any] = {"nn": nn, "torch": torch, "SimpleNamespace": SimpleNamespace}
    exec(compile(written(value, slot, when), _FILE, "exec"), namespace)
    made: type[nn.Module] = namespace["Net"]
    return made


def _assignment(value: Value) -> str:
    return f"self.x = {VALUES[value]}"


def _place(module: nn.Module) -> StoredIn:
    registries: tuple[StoredIn, ...] = ("_parameters", "_buffers", "_modules")
    return next((name for name in registries if "x" in vars(module)[name]), "attribute")


def _called(x: FunctionType) -> int:
    """Tensors that backward reaches through a call of x."""
    return len(leaves_of(tensors_in(x(torch.ones(1, 3)))))
