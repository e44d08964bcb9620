"""A callback for Lightning: a LightningModule is looked at whole, before the first step."""

from typing import Any

from rollcall.in_python.warn import Warner

try:
    from lightning.pytorch import Callback
except ImportError:
    from pytorch_lightning import Callback  # the older name of the package


class RollCallCallback(Callback):
    """Warns of what the module hides, when a fit begins; with several processes, in the first.

    Args:
        error: raise a `rollcall.UnregisteredError` instead.
    """

    def __init__(self, *, error: bool = False) -> None:
        self._warner = Warner(error=error)

    def on_fit_start(self, trainer: Any, pl_module: Any) -> None:
        if trainer.is_global_zero or self._warner.error:
            self._warner.tell(pl_module)
