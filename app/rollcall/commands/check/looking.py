"""Look at every model that the command line names; what does not answer costs itself alone."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rollcall.commands.check.crew import Crew, Silence
from rollcall.commands.check.report import CheckReport, NotRun
from rollcall.commands.check.reporting import Looked, report_of
from rollcall.lectures.named_targets import named_targets
from rollcall.lectures.target_files import own_files
from rollcall.lectures.targets import Targets


def look_at(named: Sequence[str], seconds: float) -> CheckReport:
    """The report on what the command line names.

    Args:
        named: files, folders, package.module:factory.
        seconds: time limit for one model, and for the files of all.
    """
    served = named_targets(named, course=None)
    refused = [refused_target(line) for line in served.refused]
    if not served.targets.own:
        return report_of([], refused)
    looked = _look(served.targets, seconds)
    if looked.choices is not None:
        return report_of([looked], refused)
    # A file of them hangs, or ends its process: which one is seen when each is run alone.
    alone = list(files_alone(served.targets))
    if len(alone) == 1:
        return report_of([looked], refused)
    return report_of([_look(each, seconds) for each in alone], refused)


def _look(targets: Targets, seconds: float) -> Looked:
    crew = Crew(targets, seconds)
    try:
        choices = crew.choices()
        if isinstance(choices, Silence):
            return Looked(targets, None, silent={"": choices.why})
        looked = Looked(targets, choices)
        for name, record in crew.records(list(choices.contents.cards)):
            if isinstance(record, Silence):
                looked.silent[name] = record.why
            else:
                looked.records[name] = record
        return looked
    finally:
        crew.close()


def files_alone(targets: Targets) -> Iterator[Targets]:
    """Each file of them, under the name that it has among all."""
    for target in targets.own:
        if target.kind != "folder":
            yield Targets(None, (target,))
            continue
        for path in own_files(target):
            inside = path.relative_to(target.path).with_suffix("").as_posix()
            file = replace(target, kind="file", label=f"{target.label}/{inside}", path=path)
            yield Targets(None, (file,))


def refused_target(line: str) -> NotRun:
    """A target that the command line names and that is none."""
    what, _, why = line.partition(": ")
    return NotRun(what=what, why=why)
