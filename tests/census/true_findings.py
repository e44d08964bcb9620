"""What the census found in libraries, and why each is right: a pattern of `model: path`, a reason.

A finding that is not on this list is a mistake of ours, or belongs on it with its reason.
"""

import re

TRUE_FINDINGS: dict[str, str] = {}


def reason(model: str, path: str) -> str | None:
    """Why a finding is right; None where nobody has said so yet."""
    for pattern, why in TRUE_FINDINGS.items():
        if re.fullmatch(pattern, f"{model}: {path}"):
            return why
    return None
