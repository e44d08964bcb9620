"""What it takes to build a model of a lecture file."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from types import ModuleType
from typing import Any

from torch import nn

from rollcall.lectures.example_input import InputSource
from rollcall.lectures.lecture_file import LoadedFile
from rollcall.lectures.loops import trained_by


@dataclass(frozen=True)
class Buildable:
    """What it takes to build a model and to call it."""

    class_name: str
    file: LoadedFile
    args: tuple[bool | int | float | str, ...]  # that the course gives to its constructor
    defaults: dict[str, Any]  # of the constructor's other arguments
    input: InputSource
    maker: str = ""  # the function that makes it, "make_net" or "Net.example_model"; "": its class
    loop: str = ""  # the function of the file that trains it; "": it is looked for as a model

    @property
    def make(self) -> Callable[..., nn.Module]:
        """Its class, or what makes it; another one after the file was run anew."""
        return self._in(self.file.module)

    @property
    def make_beside(self) -> Callable[..., nn.Module]:
        """The same in the file as it was last run."""
        return self._in(self.file.shared_state.module)

    def _in(self, module: ModuleType) -> Callable[..., nn.Module]:
        if self.loop and not self.maker:
            return trained_by(getattr(module, self.loop), module)
        if not self.maker:
            kind: type[nn.Module] = getattr(module, self.class_name)
            return kind
        maker: Callable[..., nn.Module] = attrgetter(self.maker)(module)

        def made(*args: Any, **options: Any) -> nn.Module:
            model = maker(*args, **options)
            if not isinstance(model, nn.Module):
                returned = type(model).__name__
                raise TypeError(f"{self.maker}() returned {returned}, and no nn.Module")
            return model

        return made
