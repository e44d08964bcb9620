"""What the last line called that is not the file's own, and what came back."""

from dataclasses import dataclass

from rollcall.experiments.step.moment import Assignment, Moment
from rollcall.web.view.step.thing_words import in_words
from rollcall.web.view.words import plural

PLACES = {"attribute": "a plain attribute"}


@dataclass(frozen=True)
class Call:
    """One call."""

    function: str
    way: tuple[str, ...]  # what it led to, one after the other


def calls_line(moment: Moment) -> list[Call]:
    """The calls in order; then the assignments, as nn.Module made them."""
    calls = [Call(each.function, (in_words(each.value),)) for each in moment.came_back]
    calls += [_assignment(each) for each in moment.assigned]
    if moment.passed:
        lines = plural(moment.passed, "line", "lines")
        calls.append(Call(f"… {lines} of later rounds ran unseen", ()))
    return calls


def _assignment(made: Assignment) -> Call:
    landed = "refused"
    if made.landed_in:
        landed = PLACES.get(made.landed_in, made.landed_in)
    return Call(f"Module.{made.method} {made.name}", (*made.passed_on_to[:1], landed))
