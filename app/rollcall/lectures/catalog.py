"""The models of the lecture files: which there are, and how each is built."""

from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from cachetools import LRUCache
from torch import nn

from rollcall.core.compiled import compiled_parts
from rollcall.core.process.process_state import OwnState, StateChange
from rollcall.core.query import InvalidParameter
from rollcall.core.rng.random_state import seeded
from rollcall.lectures.buildable import Buildable
from rollcall.lectures.contents import Contents, ModelCard
from rollcall.lectures.device_globals import device_globals, devices_replaced
from rollcall.lectures.example_input import InputSource
from rollcall.lectures.lecture_file import LoadedFile
from rollcall.lectures.source_lines import LectureFile
from rollcall.lectures.versions import FIXED, break_of, made_version, version_of

KEPT = 256  # answers of `Catalog.once`

T = TypeVar("T")


@dataclass
class Catalog:
    """The lecture files that are served, loaded, and every model in them."""

    contents: Contents = field(default_factory=lambda: Contents(chapters=(), problems=()))
    models: dict[str, Buildable] = field(default_factory=dict)  # by the names of the cards
    left_out: str | None = None  # "left" or "right": the column that is not to be run
    guarded: bool = False  # each model leaves the process as it found it
    _once: LRUCache[Hashable, Any] = field(default_factory=lambda: LRUCache(KEPT))
    _compiled: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _versions: dict[tuple[Path, str, str], LoadedFile] = field(default_factory=dict)

    def leaving_out(self, side: str | None) -> "Catalog":
        """The same catalog, for a call that runs only the model in the other column."""
        return replace(self, left_out=side)

    def guarding(self) -> "Catalog":
        """The same catalog, for a call in which each model leaves the process as it found it."""
        return replace(self, guarded=True)

    def buildable(self, name: str) -> Buildable:
        """What it takes to build a model; a version of one is made when it is first asked for."""
        if name not in self.models:
            original, word = version_of(name)
            self.models[name] = self._version(name, self.models[original], word)
        return self.models[name]

    def _version(self, name: str, original: Buildable, word: str) -> Buildable:
        key = (original.file.path, original.class_name, word)
        if word == FIXED:  # of all its models together
            key = (original.file.path, "", word)
        if key not in self._versions:
            self._versions[key] = made_version(original.file, original.class_name, word)
        file = self._versions[key]
        source = replace(
            original.input,
            build=lambda: self.build(name, seed=0),
            kind=lambda: self.kind(name),
            module=lambda: file.module,
            run_anew=file.run_anew,
            filename=str(file.path),
        )
        return replace(original, file=file, input=source)

    def changes_of_file(self, name: str) -> tuple[StateChange, ...]:
        """What the file of a model changes for the whole process when it is run."""
        return self.buildable(name).file.state_changes

    def own_state(self, name: str) -> OwnState | None:
        """What a model changes for the whole process.

        None where it need not be watched: its file changed nothing when it was run.
        """
        differences = self.buildable(name).file.differences
        if not differences and not self.guarded:
            return None
        return OwnState(differences)

    def card(self, name: str, parameter: str) -> ModelCard:
        """Look up a model that the query's `parameter` asks for.

        Raises:
            InvalidParameter: the catalog has no such model.
        """
        card = self.contents.card(name)
        if card is not None and card.version == "broken":
            card = self._broken(card)
        if card is None or card.is_loop:
            problem = self.contents.problem_of(name, "models")
            raise InvalidParameter(parameter, name, tuple(self.contents.cards), problem)
        return card

    def loop_card(self, name: str, parameter: str) -> ModelCard:
        """Look up a training loop that the query's `parameter` asks for.

        Raises:
            InvalidParameter: the catalog has no such loop.
        """
        card = self.contents.loops.get(name)
        if card is None:
            problem = self.contents.problem_of(name, "loops")
            raise InvalidParameter(parameter, name, tuple(self.contents.loops), problem)
        return card

    def loop(self, name: str) -> Callable[..., Any]:
        """The function of a training loop."""
        buildable = self.models[name]
        loop: Callable[..., Any] = getattr(buildable.file.module, buildable.loop)
        return loop

    def _broken(self, card: ModelCard) -> ModelCard | None:
        """The card with what was broken; None where there is no such way."""
        original = self.models[card.original]
        way = break_of(original.file, original.class_name, version_of(card.name)[1])
        if way is None:
            return None
        return card.model_copy(update={"changes": (way.sentence,)})

    def file(self, name: str) -> Path:
        """The lecture file that defines a model."""
        return self.buildable(name).file.path

    def own_files(self, name: str) -> dict[str, LectureFile]:
        """The file that defines a model, and the user's files that it imports, by their paths."""
        files = {str(self.file(name)): self.lecture_file(name)}
        others = {*self.buildable(name).file.shared_state.files} - {self.file(name)}
        for path in sorted(others):
            with suppress(OSError, SyntaxError, ValueError):  # it was changed since it was run
                files[str(path)] = LectureFile.read(path)
        return files

    def lecture_file(self, name: str) -> LectureFile:
        """The text of that file."""
        file = self.buildable(name).file
        return LectureFile.of_text(file.path, file.text, file.shown_name)

    def build(self, name: str, seed: int, **options: Any) -> nn.Module:
        """A fresh model on the CPU, its weights drawn from `seed`.

        Its constructor must take the `options`.
        """
        with seeded(seed):
            model = self.buildable(name).make(*self.buildable(name).args, **options)
        if name not in self._compiled:
            self._compiled[name] = compiled_parts(model)
        return model

    def build_on(self, name: str, seed: int, device: str) -> nn.Module:
        """The same where the globals of its file that name a device name this one."""
        buildable = self.buildable(name)
        make = buildable.make
        with seeded(seed), devices_replaced(buildable.file.shared_state.module, device):
            return make(*buildable.args)

    def device_globals(self, name: str) -> tuple[str, ...]:
        """The globals of the file of a model that name a device."""
        return device_globals(self.buildable(name).file.shared_state.module)

    def build_beside(self, name: str, seed: int, model: nn.Module) -> nn.Module:
        """One more of the class of a model, while its file stays as it was run for that model."""
        buildable = self.buildable(name)
        make: Callable[..., nn.Module] = type(model)
        if buildable.maker:
            make = buildable.make_beside
        with seeded(seed):
            return make(*buildable.args)

    def may_share(self, name: str) -> bool:
        """Whether the file of a model holds what two models could both change."""
        return not self.buildable(name).file.shared_state.is_as_it_was

    def compiled_parts(self, name: str) -> tuple[str, ...]:
        """What of a model torch.compile was asked to compile; empty until it was built."""
        return self._compiled.get(name, ())

    def kind(self, name: str) -> type[nn.Module]:
        """The class of a model, for whoever builds it with other arguments.

        Of what a function makes, it is known after one was made.
        """
        make = self.buildable(name).make
        if isinstance(make, type):
            return make
        return self.once(("kind", name), lambda: type(self.build(name, 0)))

    def default(self, name: str, option: str) -> Any:
        """The default of an argument of a model's constructor; None where there is no such one."""
        return self.buildable(name).defaults.get(option)

    def takes(self, name: str, option: str) -> bool:
        """Whether a model's constructor takes an argument that the course gives no value."""
        return option in self.buildable(name).defaults

    def run_anew(self, name: str) -> None:
        """Run the lecture file of a model once more, for two models that are called in turns.

        What is built next shares nothing with what was built before.
        """
        self.buildable(name).file.run_anew()

    def input(self, name: str) -> InputSource:
        """What a model is shown with, and who says so."""
        return self.buildable(name).input

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
