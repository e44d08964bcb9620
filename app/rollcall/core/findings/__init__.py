"""What else is the matter with a model: the neighbours of unregistered state, each with its run."""

from rollcall.core.findings.kinds import Finding
from rollcall.core.findings.look import Findings, look_for_findings
from rollcall.core.findings.model_under_test import ModelUnderTest

__all__ = ["Finding", "Findings", "ModelUnderTest", "look_for_findings"]
