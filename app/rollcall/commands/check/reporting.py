"""The report of a check, from what was found about each model."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from rollcall import __version__
from rollcall.commands.check.definitions import line_of_definition
from rollcall.commands.check.report import COMMENT, CheckReport, NotBuilt, NotRun, shown_path
from rollcall.lab.choices import Choices
from rollcall.lectures.contents import Problem
from rollcall.lectures.ignore_comments import refused_comments
from rollcall.lectures.target_files import own_files
from rollcall.lectures.targets import Target, Targets
from rollcall.web.view.findings.model_record import ModelRecord

NO_MODEL = "has no model: looked for classes that are an nn.Module, and functions -> nn.Module"
NO_REASON = "rollcall: ignore takes a reason, as in # rollcall: ignore[a frozen teacher]"


@dataclass(frozen=True)
class Looked:
    """What came of some targets."""

    targets: Targets
    choices: Choices | None  # the models that there are; None: the files did not answer
    records: dict[str, ModelRecord] = field(default_factory=dict)  # by the names of models
    silent: dict[str, str] = field(default_factory=dict)  # why there is none; "": of all


def report_of(looked: Sequence[Looked], refused: Sequence[NotRun] = ()) -> CheckReport:
    """Put it together.

    Args:
        looked: all that was looked at.
        refused: what the command line names and does not exist.
    """
    here = Path.cwd()
    models = [model for each in looked for model in _models(each)]
    not_run = [*refused]
    for each in looked:
        not_run.extend(_silent(each))
        not_run.extend(_problems(each))
        not_run.extend(_empty(each))
    not_run.extend(_raised(models))
    not_run.extend(_refused_comments(models))
    return CheckReport(
        rollcall=__version__,
        torch=_torch_version(),
        models=tuple(_from_here(model, here) for model in models),
        not_run=tuple(
            each.model_copy(update={"file": each.file and shown_path(each.file, here)})
            for each in not_run
        ),
        not_built=tuple(
            part.model_copy(update={"file": part.file and shown_path(part.file, here)})
            for each in looked
            for part in _not_built(each)
        ),
    )


def _models(looked: Looked) -> list[ModelRecord]:
    """In the order of the course."""
    if looked.choices is None:
        return []
    cards = looked.choices.contents.cards
    return [looked.records[name] for name in cards if name in looked.records]


def _silent(looked: Looked) -> Iterator[NotRun]:
    for name, why in looked.silent.items():
        if name:
            yield NotRun(what=name, file=_file_of(name, looked.targets), why=why)
            continue
        for target in looked.targets.own:
            yield NotRun(what=target.said, file=str(target.path), why=why)


def _problems(looked: Looked) -> Iterator[NotRun]:
    if looked.choices is None:
        return
    for problem in looked.choices.contents.problems:
        yield NotRun(
            what=problem.file,
            file=_file_of(problem.file, looked.targets),
            line=problem.raised.line,
            why=_words(problem),
        )


def _words(problem: Problem) -> str:
    return f"{problem.raised.type}: {problem.raised.message}"


def _empty(looked: Looked) -> Iterator[NotRun]:
    """A target without a model, where nothing else says why."""
    if looked.choices is None:
        return
    troubled = {problem.file for problem in looked.choices.contents.problems}
    names = [*looked.choices.contents.cards, *troubled]
    for target in looked.targets.own:
        if not any(_is_of(target, name) for name in names):
            yield NotRun(what=target.said, file=str(target.path), why=_why_empty(target, looked))


def _why_empty(target: Target, looked: Looked) -> str:
    needing = [each for each in _not_built(looked) if _is_of(target, each.model)]
    if needing:
        first = needing[0]
        needs = ", ".join(first.needs)
        return f"has no model that can be built: {first.model} needs {needs}"
    if target.kind == "folder" and not own_files(target):
        return "has no .py file"
    return NO_MODEL


def _is_of(target: Target, name: str) -> bool:
    """Whether a model or a file is one of a target's."""
    if name == target.said:
        return True
    return any(name.startswith(f"{target.label}{sign}") for sign in "./:")


def _raised(models: Sequence[ModelRecord]) -> Iterator[NotRun]:
    """What could not be run, apart from models that are abstract."""
    for model in models:
        if model.trouble and not model.abstract:
            yield NotRun(what=model.model, file=model.file, line=model.line, why=model.trouble)


def _refused_comments(models: Sequence[ModelRecord]) -> Iterator[NotRun]:
    for file in dict.fromkeys(model.file for model in models):
        for line in refused_comments(file):
            yield NotRun(what=COMMENT, file=file, line=line, why=NO_REASON)


def _not_built(looked: Looked) -> Iterator[NotBuilt]:
    if looked.choices is None:
        return
    for chapter in looked.choices.contents.chapters:
        for card in chapter.models:
            if card.needs:
                file = _file_of(card.name, looked.targets)
                yield NotBuilt(
                    model=card.name,
                    file=file,
                    line=line_of_definition(file, card.maker or card.class_name),
                    needs=card.needs,
                    remedies=card.remedies,
                    part=card.is_part,
                )


def _file_of(name: str, targets: Targets) -> str:
    """The path of a model's file, or of one by the name that it has among all."""
    for target in targets.own:
        if not _is_of(target, name):
            continue
        if target.kind != "folder":
            return str(target.path)
        inside = name.removeprefix(f"{target.label}/")
        path = target.path / inside
        if path.suffix not in (".py", ".toml"):  # the name of a class
            path = path.with_suffix(".py")
        return str(path)
    return ""


def _from_here(model: ModelRecord, folder: Path) -> ModelRecord:
    """The same with files as they are typed in a folder."""
    findings = tuple(
        each.model_copy(update={"file": shown_path(each.file, folder)}) for each in model.findings
    )
    return model.model_copy(update={"file": shown_path(model.file, folder), "findings": findings})


def _torch_version() -> str:
    try:
        return version("torch")
    except PackageNotFoundError:  # built from source, and never installed as a package
        return "unknown"
