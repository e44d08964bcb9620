"""Which pages of a course are written, and into which files."""

from collections.abc import Iterator

from rollcall.core.pair_query import PairQuery
from rollcall.experiments import EXPERIMENTS
from rollcall.lectures.contents import Contents
from rollcall.lectures.course_path import Stop, path_of
from rollcall.web.view.lesson.question import UNCOVERED
from rollcall.web.view.lesson.strip import step_query

HOME = "index.html"


def course_pages(contents: Contents) -> dict[str, str]:
    """The file of each address: the lessons, then every step with what can be pressed there."""
    files = {"/": HOME}
    for stop in path_of(contents):
        for suffix, query in _pages_of(stop):
            files.setdefault(query.url, f"{stop.number}{suffix}.html")
    return files


def downloads(contents: Contents) -> dict[str, str]:
    """The file of each address that a step offers as a download."""
    files = {}
    for stop in path_of(contents):
        if EXPERIMENTS[stop.step.page].download:
            files[step_query(stop).file_url] = f"{stop.number}.py"
    return files


def _pages_of(stop: Stop) -> Iterator[tuple[str, PairQuery]]:
    """A step as it opens, with each answer, with its code, and after a switch was pressed."""
    opened = step_query(stop)
    uncovered = opened
    yield "", opened
    yield "-code", opened.replace(code="on")
    question = stop.step.question
    if question:
        uncovered = opened.replace(answer=UNCOVERED)
        for number in range(len(question.answers) + 1):
            yield f"-answer-{number}", opened.replace(answer=str(number))
        yield f"-answer-{UNCOVERED}-code", uncovered.replace(code="on")
    yield "-train", uncovered.in_mode("train")
    yield "-eval", uncovered.in_mode("eval")
    yield "-swapped", uncovered.swapped
