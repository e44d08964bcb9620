"""An exercise: a layer to be written or a model to be repaired, checked by running it."""

from typing import ClassVar, Literal

from pydantic import computed_field

from rollcall.core.model_raised import ModelRaised
from rollcall.core.pair_query import LeftModel, PairQuery, RightModel
from rollcall.core.report import Raised, Report
from rollcall.experiments.base import Download, Experiment
from rollcall.experiments.checked_measures import MEASURES
from rollcall.experiments.checked_subject import Checked
from rollcall.experiments.examine import examine_both, model_factories
from rollcall.experiments.exercise.repair import Repair, Wanted, wanted_of
from rollcall.experiments.exercise.repair_checks import RepairLine, check_repair
from rollcall.experiments.exercise.student_code import StudentCode, student_code
from rollcall.experiments.layer_checks.checked_layer import CheckLine, check_layer
from rollcall.experiments.subject import ModelFactory
from rollcall.lectures.catalog import Catalog

UNWRITTEN = NotImplementedError.__name__
State = Literal["todo", "fail", "pass"]
Solved = Wanted | Raised | None  # what the solution does, or what it raised


class ExerciseQuery(PairQuery):
    """Which code is checked, and which is its solution."""

    path: ClassVar[str] = "/exercise"
    mode_travels: ClassVar[bool] = False
    left: LeftModel = "exercises.YourLinear"
    right: RightModel = "linear.MyLinear"


class ExerciseSubject(Checked):
    """The code of one side, and how far it got."""

    code: StudentCode | None = None
    # A layer that imitates one of PyTorch's is checked against it, any other model against the
    # solution. One of the two is empty.
    layer_lines: tuple[CheckLine, ...] = ()
    repair_lines: tuple[RepairLine, ...] = ()
    solution_raised: Raised | None = None  # then there is nothing to check a model against

    @property
    def verdicts(self) -> list[str]:
        """One for each check."""
        layer = [line.finding.verdict for line in self.layer_lines]
        return [*layer, *(line.finding.verdict for line in self.repair_lines)]

    @computed_field  # type: ignore[prop-decorator]  # mypy does not know it yet
    @property
    def todo(self) -> int:
        """Checks that end in NotImplementedError."""
        return self.count("todo")

    @computed_field  # type: ignore[prop-decorator]  # mypy does not know it yet
    @property
    def state(self) -> State:
        """That of the first check that does not pass; `todo` while the code says TODO."""
        if self.raised:
            return _not_passed(fails=self.raised.type != UNWRITTEN)
        if self.verdicts and self.passed == len(self.verdicts):
            return "pass"
        if self.code and self.code.todo_lines:
            return "todo"
        waiting = ("pass", "unreached")
        first = next((verdict for verdict in self.verdicts if verdict not in waiting), "todo")
        return _not_passed(fails=first == "fail")


class ExerciseReport(Report):
    """The exercise on the left, its solution on the right."""

    query: ExerciseQuery
    left: ExerciseSubject
    right: ExerciseSubject


def exercise(query: ExerciseQuery, catalog: Catalog) -> ExerciseReport:
    """Check both subjects.

    Raises:
        InvalidParameter: a model or device that does not exist here.
    """
    factories = model_factories(query, catalog)
    wanted = _wanted(factories, query)
    left, right = (
        subject.model_copy(update={"code": student_code(factory)})
        for subject, factory in zip(
            examine_both(
                query, catalog, ExerciseSubject, lambda factory: _check(factory, query, wanted)
            ),
            factories,
            strict=True,
        )
    )
    return ExerciseReport(query=query, left=left, right=right)


def _wanted(factories: tuple[ModelFactory, ModelFactory], query: ExerciseQuery) -> Solved:
    """What the solution does; None where nobody is held against it, or it is not to be run."""
    solution = factories[1]
    if solution.left_out or all(factory.card.reference for factory in factories):
        return None
    try:
        with solution.running():
            return wanted_of(Repair(solution, query.mode, solution.device))
    except ModelRaised as error:
        return solution.raised(error)


def _file(report: ExerciseReport) -> Download:
    """The whole file of the exercise, as it is now."""
    code = report.left.code
    assert code
    return Download(code.source.file, code.text)


EXERCISE = Experiment(
    name="exercise",
    title="Exercise",
    summary="Code to be written or repaired: TODO, FAIL or PASS by checks that run it, "
    "and a hint at the first that does not pass.",
    query=ExerciseQuery,
    report=ExerciseReport,
    run=exercise,
    measures=MEASURES,
    download=_file,
    has_tab=False,
)


def _check(factory: ModelFactory, query: ExerciseQuery, solved: Solved) -> ExerciseSubject:
    card = factory.card
    if card.reference is not None:
        checked = check_layer(factory, card.reference, query.mode, factory.device)
        return ExerciseSubject(card=card, layer_lines=checked.lines)
    if isinstance(solved, Wanted):
        repair = Repair(factory, query.mode, factory.device)
        return ExerciseSubject(card=card, repair_lines=check_repair(repair, solved))
    return ExerciseSubject(card=card, solution_raised=solved)


def _not_passed(*, fails: bool) -> State:
    if fails:
        return "fail"
    return "todo"
