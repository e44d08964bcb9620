"""What the census found in libraries, and why each is right: a pattern of `model: path`, a reason.

A finding that is not on this list is a mistake of ours, or belongs on it with its reason.
"""

import re

TRUE_FINDINGS = {
    r"transformers\.\w+: .*\.padding_(left|right)": (
        "computed from buffers once, and a plain tensor: .to() leaves it where it is"
    ),
    r"transformers\.videomae: embeddings\.position_embeddings": (
        "a plain tensor that forward moves itself: .to() and state_dict() do not know it"
    ),
}


def reason(model: str, path: str) -> str | None:
    """Why a finding is right; None where nobody has said so yet."""
    for pattern, why in TRUE_FINDINGS.items():
        if re.fullmatch(pattern, f"{model}: {path}"):
            return why
    return None
