"""The kinds of findings. Each is the outcome of a run, in the paths and numbers that prove it."""

from typing import Annotated, Literal

from pydantic import Field

from rollcall.core.findings.forward_kinds import (
    AddedByForward,
    CarriedOver,
    ChangedByForward,
    ChangedInput,
    MixedRows,
    OwnOptimizer,
    ReplacedByForward,
    SwitchedMode,
)
from rollcall.core.report import Raised, Report
from rollcall.core.tensors.tensor_shape import Shape


class SharedModule(Report):
    """One module with parameters that PyTorch's registries list under several names."""

    kind: Literal["shared module"] = "shared module"
    path: str
    aliases: tuple[str, ...]  # every further name
    class_name: str
    numel: int  # elements of its parameters, each counted once
    shallow: bool = False  # several modules, of which all but one are shallow copies


class SharedByModels(Report):
    """What one model trains, and another model of the same class has as well."""

    kind: Literal["shared by two models"] = "shared by two models"
    paths: tuple[str, ...]  # of modules and parameters, the outermost of each


class LeftOutByParameters(Report):
    """Registered trainable parameters that an overridden parameters() does not give."""

    kind: Literal["left out by parameters()"] = "left out by parameters()"
    paths: tuple[str, ...]


class HiddenByClass(Report):
    """A registered module or tensor that its attribute does not give, since the class has one."""

    kind: Literal["hidden by a class attribute"] = "hidden by a class attribute"
    path: str  # as the registry lists it
    class_name: str  # the class whose attribute is given in its place
    given: str  # class of what the attribute gives


class UnreadFlag(Report):
    """An attribute that was set to freeze something, and that PyTorch never reads."""

    kind: Literal["a flag that nothing reads"] = "a flag that nothing reads"
    path: str  # of the module or Parameter that has it
    name: str  # of the attribute
    value: bool
    others: tuple[str, ...]  # further ones that have it
    numel: int  # elements of the Parameters that it was to freeze, or to thaw


class TiedByData(Report):
    """Two Parameters over the same memory."""

    kind: Literal["two Parameters over one memory"] = "two Parameters over one memory"
    path: str
    other: str
    tied_after_move: bool  # whether they still share it after model.double()
    alike: bool = True  # whether they have one shape; a transposed view has another


class WrappedKeys(Report):
    """A wrapper that puts its own name into the keys of state_dict()."""

    kind: Literal["wrapper in the keys"] = "wrapper in the keys"
    path: str
    class_name: str
    prefix: str  # what it adds: "_orig_mod."
    keys: int  # how many keys have it
    example: str  # one of them


class ModeNotPassedOn(Report):
    """An overridden train() or eval() that does not do what nn.Module's does."""

    kind: Literal["mode is not passed on"] = "mode is not passed on"
    path: str
    class_name: str
    method: str  # "train"
    returned: str | None  # class of what it returned; None: the module itself
    unheard: tuple[str, ...]  # registered modules below it that eval() left in training mode
    raised: Raised | None


class RandomPlace(Report):
    """A call that drew random numbers."""

    path: str | None  # of the module, or of the one whose forward calls the function
    name: str  # the module's class, or the function: "torch.rand"
    line: int | None  # of a function, and of a module that no attribute leads to


class RandomInEval(Report):
    """A forward after eval() draws random numbers."""

    kind: Literal["random in eval"] = "random in eval"
    places: tuple[RandomPlace, ...]
    apart: float | None  # largest difference of two such forwards on one input


class EvalForwardsDiffer(Report):
    """Two forwards after eval() differ, although input and random numbers are the same."""

    kind: Literal["eval forwards differ"] = "eval forwards differ"
    apart: float | None  # None: they have different shapes
    changed: tuple[str, ...]  # tensors that the first of them changed or replaced


class BatchStatisticsInEval(Report):
    """A batch norm that normalizes by the batch after eval()."""

    kind: Literal["batch statistics in eval"] = "batch statistics in eval"
    path: str | None
    name: str  # the module's class, or the function
    line: int | None  # of a function, and of a module that no attribute leads to
    also: tuple[str, ...] = ()  # further modules whose forward runs that line
    row_change: float  # how far the first row's answer moves when the other rows change


class GraphExit(Report):
    """A call whose answer no backward can pass."""

    name: str  # "detach"
    line: int | None


class Unreached(Report):
    """Registered parameters that no backward reached in several training steps."""

    kind: Literal["no backward reaches it"] = "no backward reaches it"
    paths: tuple[str, ...]
    numel: int
    never_called: tuple[str, ...]  # modules with such parameters that forward never called
    steps: int
    exits: tuple[GraphExit, ...] = ()  # where what was computed from them left the graph
    frozen: bool = False  # forward has set their requires_grad to False
    only_in_eval: bool = False  # forward calls their modules in eval mode alone


class NoGraph(Report):
    """No output requires a gradient, although parameters do."""

    kind: Literal["no output requires a gradient"] = "no output requires a gradient"
    numel: int  # elements of the parameters that do
    exits: tuple[GraphExit, ...] = ()  # where what was computed from them left the graph
    returned: str = ""  # class of what forward returned, where there is no tensor in it


class ZeroGradient(Report):
    """Parameters whose gradient was exactly 0 in every one of several training steps."""

    kind: Literal["gradient is always 0"] = "gradient is always 0"
    paths: tuple[str, ...]
    numel: int
    steps: int
    only_biases: bool = False  # of modules whose weight had another one


class StaleCopy(Report):
    """A tensor that was computed once, that forward uses, and that no step updates."""

    kind: Literal["computed once"] = "computed once"
    path: str
    shape: Shape
    sources: tuple[str, ...]  # registered parameters that it was computed from
    moved: bool  # whether the steps changed one of these, and the copy stayed as it was


class FrozenMoves(Report):
    """A part whose parameters are all frozen, and whose buffers a training forward changes."""

    kind: Literal["frozen and moving"] = "frozen and moving"
    path: str
    class_name: str
    tensors: tuple[str, ...]


class ArrayAsWeight(Report):
    """An array, or a list of lists, of which every forward makes a tensor."""

    kind: Literal["array as a weight"] = "array as a weight"
    path: str | None  # the attribute that holds it; None: it is in a closure, or a global
    class_name: str  # "ndarray"
    shape: Shape
    line: int | None  # where the tensor is used first


class SplitByMove(Report):
    """A buffer with a second name, under which a move leaves the old tensor behind."""

    kind: Literal["split by a move"] = "split by a move"
    path: str
    alias: str
    moved_to: str  # dtype under `path` after model.double()
    left_at: str  # dtype under `alias`


class LostOnDevice(Report):
    """Parameters that are plain tensors where a model is built on another device."""

    kind: Literal["no Parameter on another device"] = "no Parameter on another device"
    paths: tuple[str, ...]
    device: str  # "cuda:0", which is simulated
    device_global: str = ""  # of its file, which was given it; "": the constructor was


class FileDoesNotReproduce(Report):
    """A fresh model that loads the file answers otherwise, on the same input."""

    kind: Literal["the file does not reproduce the output"] = (
        "the file does not reproduce the output"
    )
    apart: float | None  # largest difference of two elements
    missing: tuple[str, ...]  # tensors that are not in the file
    trainable: bool = False  # whether one of these asks for a gradient
    # Python numbers that a forward before it was saved has changed; no file holds them
    numbers: tuple[str, ...] = ()
    loading_raised: str | None = None  # class of what load_state_dict() raised
    left_out_by: str = ""  # class whose state_dict() leaves out what is registered


Finding = Annotated[
    SharedModule
    | SharedByModels
    | LeftOutByParameters
    | HiddenByClass
    | UnreadFlag
    | TiedByData
    | WrappedKeys
    | ModeNotPassedOn
    | RandomInEval
    | EvalForwardsDiffer
    | BatchStatisticsInEval
    | MixedRows
    | OwnOptimizer
    | Unreached
    | NoGraph
    | ZeroGradient
    | StaleCopy
    | ArrayAsWeight
    | FrozenMoves
    | AddedByForward
    | ReplacedByForward
    | ChangedByForward
    | ChangedInput
    | CarriedOver
    | SwitchedMode
    | SplitByMove
    | LostOnDevice
    | FileDoesNotReproduce,
    Field(discriminator="kind"),
]
