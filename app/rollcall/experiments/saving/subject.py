"""What the saving page says of one subject."""

from rollcall.core.round_trip import RoundTrip
from rollcall.experiments.saving.pretrain import Pretraining
from rollcall.experiments.subject import Subject


class SavingSubject(Subject):
    """Everything that one column shows."""

    pretraining: Pretraining | None = None
    trip: RoundTrip | None = None
