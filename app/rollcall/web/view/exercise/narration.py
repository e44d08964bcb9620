"""The sentence above an exercise: how far it got, and what is next."""

from rollcall.experiments.exercise.experiment import ExerciseReport, ExerciseSubject
from rollcall.web.view.exercise.checks import checks
from rollcall.web.view.no_answer import without_result
from rollcall.web.view.sentence import Sentence, em, sentence
from rollcall.web.view.words import plural, share, whole


def exercise_narration(report: ExerciseReport) -> Sentence:
    """Of the exercise alone: its solution is folded away."""
    subject = report.left
    name = subject.card.class_name
    if subject.raised:
        return without_result(subject, "built")
    if subject.solution_raised:
        error = subject.solution_raised.type
        return sentence(f"{name} cannot be checked: its solution raises {error}.")
    total = len(subject.verdicts)
    if not total:
        return sentence(f"{name} was not checked.")
    if subject.state == "pass":
        return sentence(f"{name} passes {whole(total, 'check', 'checks')}.")
    return _unfinished(subject, name)


def _unfinished(subject: ExerciseSubject, name: str) -> Sentence:
    total = len(subject.verdicts)
    if subject.state == "todo" and subject.repair_lines:
        failing = share(total - subject.passed, total, "check", "checks")
        return sentence(f"{name} is still to be repaired: {failing} fail.")
    row = checks(subject).next
    assert row is not None
    nearly = f" {subject.passed} of {total} checks pass; next: “{row.title}”."
    if subject.state == "todo" and subject.todo == total:
        waiting = plural(subject.todo, "check waits", "checks wait")
        return sentence(f"{name} is still to be written: {waiting}.")
    if subject.state == "todo":
        return sentence(f"{name} is on its way:{nearly}")
    return sentence(em(f"{name} is not right yet:"), nearly)
