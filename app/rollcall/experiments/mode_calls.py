"""Calls of train() and eval(), on the whole model or on a submodule, and who did not hear them."""

import itertools
from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import Field, ValidationError
from torch import nn

from rollcall.core.model_code import set_mode
from rollcall.core.pair_query import PairQuery
from rollcall.core.query import ALSO_REFUSED, InvalidParameter, Mode
from rollcall.core.scan import ModuleEntry
from rollcall.core.walk.found import is_within
from rollcall.core.walk.object_walk import walk

NO_SUCH_PATH = "a path that neither model has"
Paths = tuple[Annotated[str, Field(max_length=200, examples=["layers[0]"])], ...]
# Path of the module on which train() or eval() is called, and which; "" is the whole model.
ModeCall = tuple[str, Mode]


class ModeCallsQuery(PairQuery):
    """Two models, and what was called on them."""

    eval: Paths = Field(
        (),
        max_length=64,
        description="path of a submodule on which eval() is called",
        json_schema_extra={ALSO_REFUSED: NO_SUCH_PATH},
    )
    train: Paths = Field(
        (),
        max_length=64,
        description="path of a submodule on which train() is called",
        json_schema_extra={ALSO_REFUSED: NO_SUCH_PATH},
    )

    def in_mode(self, mode: Mode) -> Self:
        """A call on the whole model overrides every other."""
        return self.called("", mode)

    def called(self, path: str, mode: Mode) -> Self:
        """The same experiment after one more call, on the module at `path`.

        It overrides the calls on modules below that one.
        """
        if path == "":
            return self.replace(mode=mode, eval=(), train=())
        kept = {"eval": _outside(self.eval, path), "train": _outside(self.train, path)}
        return self.replace(**{**kept, mode: (*kept[mode], path)})

    def call_url(self, path: str, mode: Mode) -> str | None:
        """The address after one more call; None where an address has no room for it."""
        try:
            return self.called(path, mode).url
        except ValidationError:
            return None

    @property
    def calls(self) -> tuple[ModeCall, ...]:
        """What is called on whom: the whole model first, then submodules from the outside in."""
        inner: list[ModeCall] = [
            *((path, "eval") for path in self.eval),
            *((path, "train") for path in self.train),
        ]
        return (("", self.mode), *sorted(inner, key=lambda call: len(call[0])))


def make_mode_calls(model: nn.Module, calls: tuple[ModeCall, ...]) -> tuple[ModeCall, ...]:
    """Call train() and eval() where the paths lead somewhere; return the calls that were made."""
    modules = {"": model}
    if any(path for path, _ in calls):
        modules = {found.path: found.value for found in walk(model).modules}
    made = tuple(call for call in calls if call[0] in modules)
    for path, mode in made:
        set_mode(modules[path], mode, _as_written(path))
    return made


def _as_written(path: str) -> str:
    """How a script names the module at a path."""
    if not path:
        return "model"
    return f"model.{path}"


def unheard_by(modules: Sequence[ModuleEntry], calls: tuple[ModeCall, ...]) -> tuple[str, ...]:
    """Modules within a called one, as Python nests them, whose flag is not what was called."""
    unheard = []
    for module in modules:
        concerning = [mode for path, mode in calls if _isis_within(module, path)]
        if concerning and module.training != (concerning[-1] == "train"):
            unheard.append(module.path)
    return tuple(unheard)


def _isis_within(module: ModuleEntry, outer: str) -> bool:
    return outer == "" or any(is_within(name, outer) for name in module.names)


def refuse_unknown_paths(query: ModeCallsQuery, *subjects: Sequence[ModuleEntry]) -> None:
    """Accept a path that leads somewhere in either model.

    Raises:
        InvalidParameter: a path that neither has.
    """
    paths = [module.path for module in itertools.chain(*subjects) if module.path]
    known = tuple(dict.fromkeys(paths))
    for parameter in ("eval", "train"):
        for path in getattr(query, parameter):
            if path not in known:
                raise InvalidParameter(parameter, path, known)


def _outside(paths: Paths, outer: str) -> Paths:
    """Each path that does not lead through `outer`, once."""
    return tuple(dict.fromkeys(path for path in paths if not is_within(path, outer)))
