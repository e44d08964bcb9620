"""The models of the lecture files: which there are, and how each is built."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from operator import attrgetter
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from cachetools import LRUCache
from torch import nn

from rollcall.core.compiled import compiled_parts
from rollcall.core.process.process_state import OwnState, StateChange
from rollcall.core.query import InvalidParameter
from rollcall.core.rng.random_state import seeded
from rollcall.lectures.contents import Contents, ModelCard
from rollcall.lectures.example_input import InputSource
from rollcall.lectures.lecture_file import LoadedFile

KEPT = 256  # answers of `Catalog.once`

T = TypeVar("T")


@dataclass(frozen=True)
class Buildable:
    """What it takes to build a model and to call it."""

    class_name: str
    file: LoadedFile
    args: tuple[bool | int | float | str, ...]  # that the course gives to its constructor
    defaults: dict[str, Any]  # of the constructor's other arguments
    input: InputSource
    maker: str = ""  # the function that makes it, "make_net" or "Net.example_model"; "": its class

    @property
    def make(self) -> Callable[..., nn.Module]:
        """Its class, or what makes it; another one after the file was run anew."""
        return self._in(self.file.module)

    @property
    def make_beside(self) -> Callable[..., nn.Module]:
        """The same in the file as it was last run."""
        return self._in(self.file.shared_state.module)

    def _in(self, module: ModuleType) -> Callable[..., nn.Module]:
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


@dataclass
class Catalog:
    """The lecture files that are served, loaded, and every model in them."""

    contents: Contents = field(default_factory=lambda: Contents(chapters=(), problems=()))
    models: dict[str, Buildable] = field(default_factory=dict)  # by the names of the cards
    left_out: str | None = None  # "left" or "right": the column that is not to be run
    guarded: bool = False  # each model leaves the process as it found it
    _once: LRUCache[Hashable, Any] = field(default_factory=lambda: LRUCache(KEPT))
    _compiled: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def leaving_out(self, side: str | None) -> "Catalog":
        """The same catalog, for a call that runs only the model in the other column."""
        return replace(self, left_out=side)

    def guarding(self) -> "Catalog":
        """The same catalog, for a call in which each model leaves the process as it found it."""
        return replace(self, guarded=True)

    def changes_of_file(self, name: str) -> tuple[StateChange, ...]:
        """What the file of a model changes for the whole process when it is run."""
        return self.models[name].file.state_changes

    def own_state(self, name: str) -> OwnState | None:
        """What a model changes for the whole process.

        None where it need not be watched: its file changed nothing when it was run.
        """
        differences = self.models[name].file.differences
        if not differences and not self.guarded:
            return None
        return OwnState(differences)

    def card(self, name: str, parameter: str) -> ModelCard:
        """Look up a model that the query's `parameter` asks for.

        Raises:
            InvalidParameter: the catalog has no such model.
        """
        cards = self.contents.cards
        if name not in cards:
            raise InvalidParameter(parameter, name, tuple(cards))
        return cards[name]

    def file(self, name: str) -> Path:
        """The lecture file that defines a model."""
        return self.models[name].file.path

    def build(self, name: str, seed: int, **options: Any) -> nn.Module:
        """A fresh model on the CPU, its weights drawn from `seed`.

        Its constructor must take the `options`.
        """
        with seeded(seed):
            model = self.models[name].make(*self.models[name].args, **options)
        if name not in self._compiled:
            self._compiled[name] = compiled_parts(model)
        return model

    def build_beside(self, name: str, seed: int, model: nn.Module) -> nn.Module:
        """One more of the class of a model, while its file stays as it was run for that model."""
        buildable = self.models[name]
        make: Callable[..., nn.Module] = type(model)
        if buildable.maker:
            make = buildable.make_beside
        with seeded(seed):
            return make(*buildable.args)

    def may_share(self, name: str) -> bool:
        """Whether the file of a model holds what two models could both change."""
        return not self.models[name].file.shared_state.is_as_it_was

    def compiled_parts(self, name: str) -> tuple[str, ...]:
        """What of a model torch.compile was asked to compile; empty until it was built."""
        return self._compiled.get(name, ())

    def kind(self, name: str) -> type[nn.Module]:
        """The class of a model, for whoever builds it with other arguments.

        Of what a function makes, it is known after one was made.
        """
        make = self.models[name].make
        if isinstance(make, type):
            return make
        return self.once(("kind", name), lambda: type(self.build(name, 0)))

    def default(self, name: str, option: str) -> Any:
        """The default of an argument of a model's constructor; None where there is no such one."""
        return self.models[name].defaults.get(option)

    def takes(self, name: str, option: str) -> bool:
        """Whether a model's constructor takes an argument that the course gives no value."""
        return option in self.models[name].defaults

    def run_anew(self, name: str) -> None:
        """Run the lecture file of a model once more, for two models that are called in turns.

        What is built next shares nothing with what was built before.
        """
        self.models[name].file.run_anew()

    def input(self, name: str) -> InputSource:
        """What a model is shown with, and who says so."""
        return self.models[name].input

    def forget_answers(self) -> None:
        """Compute anew what `once` has kept."""
        self._once.clear()

    def once(self, key: Hashable, compute: Callable[[], T]) -> T:
        """What `compute` returned when it was last asked for by this key, while the files stay.

        For what one model is, whatever a page asks about it.
        """
        if key not in self._once:
            self._once[key] = compute()
        kept: T = self._once[key]
        return kept
