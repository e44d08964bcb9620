"""One loop of a query: its model, ready to be built, and the function that trains it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import nn

from rollcall.core.heard import Heard
from rollcall.core.input.model_input import ModelInput
from rollcall.core.model_code import model_code
from rollcall.core.pair_query import PairQuery
from rollcall.experiments.examine import refuse_unknown_devices
from rollcall.experiments.subject import ModelFactory
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.contents import ModelCard
from rollcall.lectures.source_lines import Source


@dataclass(frozen=True)
class LoopFactory(ModelFactory):
    """The loop of one column. Its name in the catalog stands for the model that it trains."""

    trained: str = ""  # the name of the loop whose model both columns train

    @property
    def loop(self) -> Callable[..., Any]:
        """The function, from the file as it was last run."""
        with model_code(self.card.call):
            return self.catalog.loop(self.card.name)

    def build(self, **options: Any) -> nn.Module:
        """A fresh one of the model that both loops train."""
        with model_code(self.card.call):
            return self.catalog.build(self.trained, self.seed, **options)

    def example(self, seed: int | None = None) -> ModelInput:
        """An input of that model."""
        if seed is None:
            seed = self.seed
        with model_code(self.card.call):
            return self.catalog.input(self.trained).draw(seed, self.typed)

    @property
    def source(self) -> Source:
        """The function, and the functions and classes of its file that it names."""
        return self.lecture_file.source_of_loop(self.card.class_name)


def loop_factories(query: PairQuery, catalog: Catalog) -> tuple[LoopFactory, LoopFactory]:
    """Both loops. They train the model of the left one.

    Raises:
        InvalidParameter: a loop or device that does not exist here.
    """
    refuse_unknown_devices(query)
    left = catalog.loop_card(query.left, "left")
    right = catalog.loop_card(query.right, "right")
    left_device, right_device = query.devices

    def factory(card: ModelCard, side: str, device: str) -> LoopFactory:
        return LoopFactory(
            card,
            query.seed,
            catalog,
            Heard(str(catalog.file(card.name))),
            catalog.left_out == side,
            catalog.own_state(card.name),
            typed=query.x,
            device=device,
            trained=left.name,
        )

    return factory(left, "left", left_device), factory(right, "right", right_device)
