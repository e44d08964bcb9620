"""Reports on models of any size, whose records count how often they are read."""

from typing import Any

from rollcall.core.roll_call import ModuleAnswers, RollCall, TensorAnswers
from rollcall.core.scan import ModuleEntry, Scan, TensorEntry
from rollcall.core.used_parameters import UsedParameters
from rollcall.experiments.modes.effects import Drop, Effects
from rollcall.experiments.modes.experiment import ModesQuery, ModesReport
from rollcall.experiments.modes.subject import ModesSubject
from rollcall.experiments.registry.experiment import RegistryQuery, RegistryReport
from rollcall.experiments.registry.subject import RegistrySubject
from rollcall.lectures.source_lines import Source
from web.view.entries import card, hidden, module, tensor

BLOCK = 10  # modules that stand in one, so that a tree is neither flat nor a chain
LEFT, RIGHT = card("Left"), card("Right")
PAIR = {"left": LEFT.name, "right": RIGHT.name, "mode": "eval"}


class Count:
    """How often a record was read, or a path compared."""

    reads = 0


class CountedPath(str):
    """A path that counts with how many it is compared."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        Count.reads += 1
        return str.__eq__(self, other) is True

    def __hash__(self) -> int:
        return str.__hash__(self)


class CountedModule(ModuleEntry):
    """A module's record."""

    def __getattribute__(self, name: str) -> Any:
        Count.reads += 1
        return object.__getattribute__(self, name)


class CountedTensor(TensorEntry):
    """A tensor's record."""

    def __getattribute__(self, name: str) -> Any:
        Count.reads += 1
        return object.__getattribute__(self, name)


def registry_report(size: int) -> RegistryReport:
    """A model of so many modules that registers and hears nothing, beside one that does all."""
    return RegistryReport.model_construct(
        query=RegistryQuery.model_validate(PAIR),
        left=_registry_subject(size, good=False),
        right=_registry_subject(size, good=True),
        changes=(),
    )


def modes_report(size: int) -> ModesReport:
    """The same, where each module is a dropout and calls another."""
    return ModesReport.model_construct(
        query=ModesQuery.model_validate(PAIR),
        left=_modes_subject(size, good=False),
        right=_modes_subject(size, good=True),
    )


def _registry_subject(size: int, *, good: bool) -> RegistrySubject:
    modules = _modules(size, good=good)
    paths = [CountedPath(object.__getattribute__(each, "path")) for each in modules]
    weights = [CountedPath(f"{path}.weight") for path in paths]
    status = {} if good else hidden("layers")
    tensors = tuple(
        _counted(CountedTensor, tensor(weight, path, **status))
        for weight, path in zip(weights, paths, strict=True)
    )
    answers: dict[str, Any] = {
        "trainable": True,
        "autograd": True,
        "optimizer": good,
        "stepped": good,
        "to": good,
        "state_dict": good,
    }
    roll = RollCall.model_construct(
        moved_to="float64",
        tensors=tuple(TensorAnswers.model_construct(path=each, **answers) for each in weights),
        modules=tuple(ModuleAnswers.model_construct(path=each, eval=good) for each in paths),
        backward_raised=None,
        optimizer_raised=None,
        to_raised=None,
        state_dict_raised=None,
        eval_raised=None,
    )
    used = UsedParameters(
        reached=size, answering=size if good else 0, paths=tuple(weights), unreachable=()
    )
    scan = Scan.model_construct(class_name="Net", modules=modules, tensors=tensors, used=used)
    return RegistrySubject.model_construct(
        card=RIGHT if good else LEFT,
        calls=(("", "eval"),),
        scan=scan,
        unheard=() if good else tuple(paths),
        forward_raised=None,
        roll_call=roll,
        source=Source(file="net.py", classes=()),
    )


def _modes_subject(size: int, *, good: bool) -> ModesSubject:
    modules = _modules(size, good=good)
    paths = [CountedPath(object.__getattribute__(each, "path")) for each in modules]
    drops = []
    for path in paths:
        for function in ("", "F.dropout"):
            drop = Drop(
                path=None,
                function=function,
                line=3,
                zeroed=1,
                of=4,
                acts=not good,
                drew=not good,
                calls=1,
            )
            drops.append(drop.model_copy(update={"path": path}))
    effects = Effects(apart=0.0, drops=()).model_copy(update={"drops": tuple(drops)})
    return ModesSubject.model_construct(
        card=RIGHT if good else LEFT,
        calls=(("", "eval"),),
        before=modules,
        modules=modules,
        unheard=() if good else tuple(paths),
        train=effects,
        eval=effects,
    )


def _modules(size: int, *, good: bool) -> tuple[ModuleEntry, ...]:
    status = {} if good else hidden("layers")
    modules = [module("")]
    for index in range(1, size):
        owner = CountedPath("" if index < BLOCK else f"layers.{index // BLOCK}")
        path = CountedPath(f"layers.{index}")
        modules.append(module(path, owner, training=not good, **status))
    return tuple(_counted(CountedModule, each) for each in modules)


def _counted(kind: type[Any], record: Any) -> Any:
    return kind(**{name: getattr(record, name) for name in kind.__dataclass_fields__})
