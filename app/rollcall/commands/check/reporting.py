"""The report of a check, from what was found about each model."""

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from rollcall import __version__
from rollcall.commands.check.report import CheckReport, NotBuilt, NotRun, shown_path, troubles
from rollcall.lab.choices import Choices
from rollcall.web.view.findings.model_record import ModelRecord


def report_of(
    choices: Choices | None, records: Mapping[str, ModelRecord], silent: Sequence[NotRun]
) -> CheckReport:
    """Put it together.

    Args:
        choices: the models that there are; None: that is not known.
        records: what was found, by the names of models.
        silent: the models that brought no answer.
    """
    not_run, not_built, models = list(silent), [], []
    if choices is not None:
        models = [records[name] for name in choices.contents.cards if name in records]
        not_run.extend(troubles(models, choices))
        not_built = list(_not_built(choices))
    here = Path.cwd()
    return CheckReport(
        rollcall=__version__,
        torch=_torch_version(),
        models=tuple(_from_here(model, here) for model in models),
        not_run=tuple(
            each.model_copy(update={"file": each.file and shown_path(each.file, here)})
            for each in not_run
        ),
        not_built=tuple(not_built),
    )


def _not_built(choices: Choices) -> Iterator[NotBuilt]:
    for chapter in choices.contents.chapters:
        for card in chapter.models:
            if card.needs:
                yield NotBuilt(model=card.name, needs=card.needs)


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
