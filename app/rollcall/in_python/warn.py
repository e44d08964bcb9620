"""`rollcall.warn()`: each model is looked at once, at its first forward."""

from typing import TYPE_CHECKING

from torch import nn

from rollcall.in_python.outermost import OutermostCalls
from rollcall.in_python.unregistered import UnregisteredError, UnregisteredWarning

if TYPE_CHECKING:
    from rollcall.in_python.warner import Warner


class _Watch:
    """Looks at every outermost module that is called."""

    def __init__(self, *, error: bool) -> None:
        self.error = error
        self._warner: Warner | None = None
        self._calls = OutermostCalls(self._look)

    def stop(self) -> None:
        self._calls.stop()

    def _look(self, model: nn.Module) -> None:
        known = self._calls.known
        known.add([model])  # first, so that another thread does not look at it, too
        try:
            known.add(self._with_words().tell(model))
        except UnregisteredError:
            known.forget(model)  # it is looked at again, mended or not
            raise
        except UnregisteredWarning:
            raise
        except Exception:  # a fault of ours, which is no fault of the model
            return

    def _with_words(self) -> "Warner":
        """Imported at the first look: a script that only imports does not wait for it."""
        if self._warner is None:
            from rollcall.in_python.warner import Warner

            self._warner = Warner(error=self.error)
        return self._warner


_watch: _Watch | None = None


def warn(on: bool = True, *, error: bool = False) -> None:
    """Look at each model of this process once, at its first forward, and warn of what it hides.

    A model is the outermost module that is called. Nothing is said of healthy models, and nothing
    of a model is changed.

    Args:
        on: False ends it, as if it had never been called.
        error: raise an `UnregisteredError` in place of the warning, at every call of the model
            until nothing is hidden.
    """
    global _watch  # nn.Module is one for the process, and so is this
    if _watch is not None:
        if on and _watch.error == error:
            return
        _watch.stop()
        _watch = None
    if on:
        _watch = _Watch(error=error)
