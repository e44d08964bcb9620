"""What can go wrong in the lab without being PyTorch's answer."""


class LabError(Exception):
    """A call that brought no report. Its worker is replaced: the next call finds a fresh one."""


class TimeLimit(LabError):
    """The call took longer than `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the models did not answer within {seconds:g} seconds")
        self.seconds = seconds


class WorkerDied(LabError):
    """The worker process ended in the middle of the call."""

    def __init__(self, exit_code: int | None) -> None:
        told = "the process that ran the models ended"
        if exit_code is not None:
            told += f" with exit code {exit_code}"
        super().__init__(told)
        self.exit_code = exit_code
