"""A callback for the Trainer of transformers: its model is looked at before the first step."""

from typing import Any

from transformers import TrainerCallback

from rollcall.in_python.warn import Warner


class RollCallCallback(TrainerCallback):
    """Warns of what the model hides, when a training begins; with several processes, in the first.

    Args:
        error: raise a `rollcall.UnregisteredError` instead.
    """

    def __init__(self, *, error: bool = False) -> None:
        self._warner = Warner(error=error)

    def on_train_begin(
        self, args: Any, state: Any, control: Any, model: Any = None, **kwargs: Any
    ) -> None:
        if model is not None and (state.is_world_process_zero or self._warner.error):
            self._warner.tell(model)
