"""What the registry page says of one subject."""

from rollcall.core.findings import Findings
from rollcall.core.report import Raised
from rollcall.core.roll_call import RollCall
from rollcall.core.scan import Scan
from rollcall.experiments.mode_calls import ModeCall
from rollcall.experiments.subject import Subject


class RegistrySubject(Subject):
    """Everything that one column shows."""

    calls: tuple[ModeCall, ...] = ()  # those of the query that were made on this subject, in order
    scan: Scan | None = None  # after the calls and after .to(device)
    # modules whose flag is not what was called on them or on a module around them
    unheard: tuple[str, ...] = ()
    forward_raised: Raised | None = None  # then scan.used is None
    roll_call: RollCall | None = None
    findings: Findings = Findings()  # of the model as it is built with seed 0, on the CPU
    printed: str = ""  # str(model)
