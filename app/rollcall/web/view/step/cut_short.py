"""Why the moments of one side end here."""

from rollcall.experiments.step.report import StepSubject


def cut_short(subject: StepSubject) -> str:
    """One sentence; "" where they do not, or an exception says why."""
    if subject.cut_short == "full":
        return f"No more than {subject.total} moments are recorded; the rest ran unseen."
    if subject.cut_short == "tracer":
        return "The file called sys.settrace itself: the rest ran unseen."
    if subject.cut_short != "time":
        return ""
    if subject.hung_at is None:
        return "It did not end, and was stopped."
    return f"Line {subject.hung_at} did not end, and was stopped."
