"""The two models of a query, each ready to be built as often as an experiment needs it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from torch import nn

from rollcall.core.findings import Findings, ModelUnderTest
from rollcall.core.heard import Heard
from rollcall.core.input.model_input import ModelInput
from rollcall.core.model_code import model_code, move_to, set_mode, unheard
from rollcall.core.model_raised import ModelRaised
from rollcall.core.no_answer import NoAnswer
from rollcall.core.process.process_state import OwnState, StateChange, changes_of_seeds
from rollcall.core.query import Mode
from rollcall.core.report import Raised, Report
from rollcall.core.rng.random_state import seeded
from rollcall.core.rng.randomness import SourceKey, drawing_in_training
from rollcall.experiments.kept_findings import SEED_OF_FINDINGS, KeptFindings, look
from rollcall.experiments.model_source import source_of, source_of_class
from rollcall.experiments.notes import Notes
from rollcall.experiments.running import Running
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.contents import ModelCard
from rollcall.lectures.example_input import InputOrigin
from rollcall.lectures.source_lines import LectureFile, Source


class Subject(Report):
    """What stands in a column; every experiment adds what it found."""

    card: ModelCard
    input: InputOrigin | None = None  # what it is called with; None: it was not called
    # why the rest is empty: the model could not be built or looked at, or brought no answer
    raised: Raised | NoAnswer | None = None
    notes: Notes = Notes()
    source: Source | None = None  # with the lines marked that hide something; None: it was not run


@dataclass(frozen=True)
class ModelFactory:
    """One model of a query, not built yet."""

    card: ModelCard
    seed: int
    catalog: Catalog
    heard: Heard  # what the model says while the page runs it
    left_out: bool = False  # the other column is run alone
    own_state: OwnState | None = None  # None: it is not watched
    seeded: set[str] = field(default_factory=set)  # whose random numbers its code seeds itself
    typed: str = ""  # the input that the query asks for; "": the model's own
    device: str = "cpu"  # where the query sends this one

    def build(self, **options: Any) -> nn.Module:
        """A fresh model on the CPU, with the same weights at every call.

        Its constructor must take the `options`.
        """
        with model_code(self.card.call):
            return self.catalog.build(self.card.name, self.seed, **options)

    def build_in(self, mode: Mode, device: str | None = None, **options: Any) -> nn.Module:
        """The same after train() or eval(), and where a device is given, after to()."""
        model = self.build(**options)
        with seeded(self.seed):  # a train() of its own may draw
            set_mode(model, mode)
        if device is not None:
            move_to(model, device)
        return model

    def build_other(self) -> nn.Module:
        """A fresh model with weights of its own, as one that a file is loaded into has."""
        with model_code(self.card.call):
            return self.catalog.build(self.card.name, (self.seed + 1) % 2**32)

    def example(self, seed: int | None = None) -> ModelInput:
        """The input that goes with it, on the CPU, the same at every call.

        Another seed than that of the query draws other numbers.
        """
        if seed is None:
            seed = self.seed
        with model_code(self.card.call):
            return self.catalog.input(self.card.name).draw(seed, self.typed)

    @property
    def build_on(self) -> Callable[[str], nn.Module] | None:
        """Builds one whose constructor, or whose file, is given a device; None: it takes none."""
        if self.catalog.takes(self.card.name, "device"):
            return lambda device: self.build(device=device)
        if self.device_global:
            return self._build_on
        return None

    def _build_on(self, device: str) -> nn.Module:
        with model_code(self.card.call):
            return self.catalog.build_on(self.card.name, self.seed, device)

    @property
    def device_global(self) -> str:
        """The global of its file that says where it is built; "" where an argument may."""
        if self.catalog.takes(self.card.name, "device"):
            return ""
        return next(iter(self.catalog.device_globals(self.card.name)), "")

    @property
    def build_beside(self) -> Callable[[nn.Module], nn.Module] | None:
        """Builds one that shares with a model what two models of a script would share."""
        if not self.catalog.may_share(self.card.name):
            return None
        return self._build_beside

    def _build_beside(self, model: nn.Module) -> nn.Module:
        with model_code(self.card.call):
            return self.catalog.build_beside(self.card.name, self.seed, model)

    @property
    def input_origin(self) -> InputOrigin:
        """Who says that it is called so."""
        with model_code(self.card.call):
            return self.catalog.input(self.card.name).origin(self.seed, self.typed)

    def drawing_in_training(
        self, example: ModelInput, device: str, options: dict[str, Any] | None = None
    ) -> frozenset[SourceKey]:
        """The sources of randomness of a fresh model after train(), on the example's device."""
        model = self.build_in("train", device, **(options or {}))
        return drawing_in_training(model, example, self.seed, str(self.file))

    def run_file_anew(self) -> None:
        """Run its lecture file once more.

        What is built next shares nothing with what was built before, so that both can be called in
        turns. Raises whatever the file raises.
        """
        with model_code(self.file.name):
            self.catalog.run_anew(self.card.name)

    @property
    def under_test(self) -> ModelUnderTest:
        """The model for runs that build their own."""
        return ModelUnderTest(
            build=self.build,
            build_other=self.build_other,
            draw_input=self.example,
            seed=self.seed,
            filename=str(self.file),
            build_on=self.build_on,
            device_global=self.device_global,
            build_beside=self.build_beside,
        )

    @property
    def findings(self) -> Findings:
        """What else is the matter, with any seed, in any mode and on any device: looked for once.

        Each time anew where the model is watched, since what its code changes is told each time.
        """

        def look_once() -> KeptFindings:
            return look(replace(self, seed=SEED_OF_FINDINGS).under_test)

        if self.own_state is None:
            key = ("findings", self.card.name, self.typed)
            kept = self.catalog.once(key, look_once)
        else:
            kept = look_once()
        self.seeded.update(kept.seeded)
        return kept.findings

    @property
    def notes(self) -> Notes:
        """What is known of it by now, whatever the page is about."""
        name = self.card.name
        changes = [*self.catalog.changes_of_file(name), *changes_of_seeds(self.seeded)]
        if self.own_state:
            changes.extend(self.own_state.changes)
        if self.heard.sets_filters:
            changes.append(StateChange(kind="changed", name="the warning filters"))
        return Notes(
            compiled=self.catalog.compiled_parts(name),
            raised=tuple(self.heard.raised),
            warned=tuple(self.heard.warned),
            more_warned=self.heard.has_missed,
            state_changes=tuple(dict.fromkeys(changes)),
        )

    @property
    def noted(self) -> tuple[int, ...]:
        """How much there is to tell in the notes. As long as it stays, they do."""
        name = self.card.name
        left = len(self.own_state.changes) if self.own_state else 0
        of_file = len(self.catalog.changes_of_file(name)) + len(self.catalog.compiled_parts(name))
        return self.heard.said, len(self.seeded), left, of_file

    @property
    def source(self) -> Source:
        """Its classes, with the lines marked that hide something from PyTorch."""

        def read() -> Source:
            try:
                with unheard():
                    return source_of(self.lecture_file, self.build(), self.card.maker)
            except ModelRaised:
                return source_of_class(self.lecture_file, self.card.class_name)

        return self.catalog.once(("source", self.card.name), read)

    def running(self) -> AbstractContextManager[None]:
        """Run its code inside the block, and hear what it warns of and which calls it refuses.

        What it changes for the process is put back.
        """
        if self.own_state is None:
            return Running(self.heard, self.seeded)
        return self._running_in(self.own_state)

    @contextmanager
    def _running_in(self, own_state: OwnState) -> Iterator[None]:
        with own_state.entered(), Running(self.heard, self.seeded):
            yield

    @property
    def own_p(self) -> float | None:
        """The default of its constructor's argument p; None where that is no probability."""
        default = self.catalog.default(self.card.name, "p")
        if isinstance(default, float) and 0 <= default <= 1:
            return default
        return None

    @property
    def lecture_file(self) -> LectureFile:
        """The text of that file."""
        return self.catalog.lecture_file(self.card.name)

    @property
    def file(self) -> Path:
        """The lecture file that defines it."""
        return self.catalog.file(self.card.name)

    def raised(self, error: Exception) -> Raised:
        """What PyTorch said, with the line of the lecture file."""
        return Raised.of(error, str(self.file))
