"""What the forward page says of one subject."""

from rollcall.experiments.forward.call_log import CallLog
from rollcall.experiments.subject import Subject


class ForwardSubject(Subject):
    """One forward of one model."""

    input_shape: tuple[int, ...] = ()
    input_dtype: str = ""
    # what its constructor takes for p where nobody gives one; None: it takes none
    p: float | None = None
    call_log: CallLog | None = None
    printed: str = ""  # what the model's code printed meanwhile; its beginning
