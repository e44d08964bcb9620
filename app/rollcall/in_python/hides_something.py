"""Whether a model keeps anything from PyTorch: asked of every model, healthy ones too."""

import torch

from rollcall.core.rank import FINDINGS, ranks
from rollcall.core.walk.found import Walk


def hides_something(walked: Walk) -> bool:
    """Whether there is a finding among what is unregistered."""
    with torch._C.DisableTorchFunction():  # a mode of the script's own would be asked otherwise
        rank_of = ranks(walked)
    return any(
        found.trail is not None and rank_of[id(found.value)] in FINDINGS
        for found in (*walked.modules, *walked.tensors)
    )
