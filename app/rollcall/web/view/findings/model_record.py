"""One model as a record for people: what was found, and what could not be looked at."""

from typing import Literal, NamedTuple

from pydantic import Field

from rollcall.core.report import Raised, Report
from rollcall.core.wire import Wire
from rollcall.experiments.registry.one_model import ModelFindings
from rollcall.web.view.findings.record import FindingRecord, Told, told_findings
from rollcall.web.view.no_answer import without_result
from rollcall.web.view.registry.findings import not_run
from rollcall.web.view.registry.headline import headline
from rollcall.web.view.sentence import read
from rollcall.web.view.words import one_line

# checked: every call was made; partly: a call raised; not run: it could not be built
Status = Literal["checked", "partly", "not run"]


class ModelRecord(Report):
    """What is known of one model."""

    model: str = Field(description="file.Class, as an address writes it")
    class_name: str
    file: str
    line: int = Field(description="of its class")
    status: Status = Field(description="partly: a call raised; not run: it could not be built")
    headline: str = Field(description="how many trainable numbers answer the roll call")
    trouble: str = Field(description="why something was not looked at; empty where all was")
    abstract: bool = Field(description="that is because it raised NotImplementedError")
    notes: int = Field(description="what is unregistered and does no harm; it is never a finding")
    findings: tuple[FindingRecord, ...]


class ToldModel(NamedTuple):
    """The record, with its sentences as a page shows them."""

    record: ModelRecord
    told: tuple[Told, ...]


MODEL_RECORD: Wire[ModelRecord] = Wire(ModelRecord)
TOLD_MODEL: Wire[ToldModel] = Wire(ToldModel)


def told_model(found: ModelFindings, file: str) -> ToldModel:
    """What is said of one model.

    Args:
        found: what was found about it.
        file: the file that defines it.
    """
    subject = found.subject
    told = tuple(told_findings(found, file))
    status, trouble, raised = _trouble(found)
    line, notes, said = 1, 0, ""
    if found.defined_at:
        line = found.defined_at.line
    if subject.scan:
        entries = (*subject.scan.modules, *subject.scan.tensors)
        notes = sum(1 for entry in entries if entry.is_note)
        over = headline(subject)
        said = f"{over.count} {over.first} {over.second}"
    record = ModelRecord(
        model=subject.card.name,
        class_name=subject.card.class_name,
        file=file,
        line=line,
        status=status,
        headline=said,
        trouble=trouble,
        abstract=raised is not None and raised.type == NotImplementedError.__name__,
        notes=notes,
        findings=tuple(each.record for each in told),
    )
    return ToldModel(record, told)


def packed_model(found: ModelFindings, file: str) -> bytes:
    """The same, ready to be sent to another process."""
    return TOLD_MODEL.write(told_model(found, file))


def _trouble(found: ModelFindings) -> tuple[Status, str, Raised | None]:
    """Whether everything was looked at, and if not, why."""
    subject = found.subject
    if subject.raised:
        said = read(without_result(subject, "built"))
        return "not run", _with_message(said, subject.raised), subject.raised
    raised = subject.forward_raised
    if raised:
        call = raised.during or "forward"
        return "partly", _with_message(f"{call} raises {raised.type}.", raised), raised
    failed = subject.findings.not_run
    if failed:
        return "partly", read(not_run(subject.findings)), failed[0].raised
    return "checked", "", None


def _with_message(said: str, raised: Raised) -> str:
    line = ""
    if raised.line:
        line = f" (line {raised.line})"
    if not raised.message:
        return f"{said.removesuffix('.')}{line}."
    return f"{said.removesuffix('.')}{line}: {one_line(raised.message)}"
