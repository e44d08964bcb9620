"""While a model's code runs: what it says is heard, and which random numbers it seeds is noted."""

from types import TracebackType

from rollcall.core.heard import Heard
from rollcall.core.model_code import listening
from rollcall.core.rng.random_state import seeded_by_code


class Running(listening):
    """Inside the block one model's code runs.

    Args:
        heard: where what it says is noted.
        seeded: gets the names of the libraries whose random numbers it seeds itself.
    """

    def __init__(self, heard: Heard, seeded: set[str]) -> None:
        super().__init__(heard)
        self._seeded = seeded

    def __enter__(self) -> None:
        seeded_by_code.clear()
        super().__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        super().__exit__(kind, error, at)
        self._seeded.update(seeded_by_code)
