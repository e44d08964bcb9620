"""What the last line did on one side, as a clause of the sentence above both columns."""

from rollcall.experiments.step.books import BookEntry
from rollcall.experiments.step.moment import Assignment, Moment
from rollcall.experiments.step.report import StepSubject
from rollcall.web.view.sentence import Sentence, code, em, sentence
from rollcall.web.view.step.books_table import changed_entries, is_lost
from rollcall.web.view.step.thing_words import in_words, with_article
from rollcall.web.view.words import all_of, plural, size


def after_line(subject: StepSubject, moment: Moment) -> Sentence:
    """What it put on the model, else what it made, else that it did neither."""
    if moment.ran is None:
        return _before(moment)
    if moment.raised:
        return sentence(f"line {moment.ran} raises {moment.raised.type}")
    return _on_the_model(subject, moment) or _elsewhere(subject, moment)


def _on_the_model(subject: StepSubject, moment: Moment) -> Sentence:
    lost = [entry for entry in changed_entries(subject) if is_lost(entry)]
    if lost and not subject.gained:
        return _lost(lost[0], moment)
    if subject.gained:
        return sentence(f"line {moment.ran} registers ", all_of(subject.gained), _how(moment))
    if subject.dropped:
        return sentence(f"line {moment.ran} takes ", all_of(subject.dropped), " out again")
    if moment.assigned:
        return _assigned(moment.assigned[-1])
    return ()


def _elsewhere(subject: StepSubject, moment: Moment) -> Sentence:
    if moment.event == "end":
        return ended(moment)
    if moment.event == "return" and moment.returned:
        return sentence(code(_short(moment)), f" returns {with_article(moment.returned)}")
    if subject.changed_variables:
        return _variable(subject, moment)
    if moment.statement.startswith("super().__init__("):
        return sentence("the registries are there, and ", _contents(moment))
    if moment.printed:
        return sentence(f"line {moment.ran} prints something")
    return sentence(f"line {moment.ran} changes nothing that is shown")


def ended(moment: Moment) -> Sentence:
    """How a phase ended."""
    if moment.phase == "forward" and moment.returned:
        return sentence(f"forward returns {with_article(moment.returned)}")
    if moment.total:
        return sentence(f"all is built, and {_registered(moment)}")
    return sentence("all is built, and ", em("no tensor is registered"))


def _before(moment: Moment) -> Sentence:
    if moment.event == "end":
        return ended(moment)
    if moment.callers:
        return sentence(f"line {moment.callers[-1]} calls ", code(_short(moment)))
    return sentence(f"line {moment.line} comes first in ", code(_short(moment)))


def _short(moment: Moment) -> str:
    return moment.function.rpartition("<locals>.")[2]


def _lost(entry: BookEntry, moment: Moment) -> Sentence:
    if entry.value.kind == "container":
        nothing = em("tells PyTorch nothing, so no registry gains anything")
        plain = f" is a plain {entry.value.name}: it takes what it is given and "
        return sentence(code(entry.name), plain, nothing)
    passed_by = em("no registry has it")
    what = f" is {with_article(entry.value)}, and "
    return sentence(code(entry.name), what, passed_by, _how(moment))


def _how(moment: Moment) -> Sentence:
    """By which call of the line: a method of a container, or an assignment."""
    for call in reversed(moment.came_back):
        if call.value.kind == "module" and call.value.name != call.function:
            return sentence(": ", code(f"{call.value.name}.{call.function}"), " does it")
    for made in reversed(moment.assigned):
        if made.landed_in and made.landed_in != "attribute":
            return sentence(": ", code(made.name), " goes into ", code(made.landed_in))
    return ()


def _assigned(made: Assignment) -> Sentence:
    name, method = code(made.name), code(f"Module.{made.method}")
    if made.landed_in is None:
        return sentence(method, " refuses ", name)
    if made.landed_in == "attribute":
        why = f": {with_article(made.value)} is no Parameter, no Module and no buffer"
        return sentence(method, " leaves ", name, " a plain attribute", why)
    by: Sentence = ()
    if made.passed_on_to:
        by = sentence(" by ", code(made.passed_on_to[0]))
    return sentence(method, " puts ", name, " into ", code(made.landed_in), by)


def _contents(moment: Moment) -> Sentence:
    if moment.total:
        return sentence(_registered(moment))
    return sentence("empty")


def _registered(moment: Moment) -> str:
    return plural(moment.total, "tensor is registered", "tensors are registered")


def _variable(subject: StepSubject, moment: Moment) -> Sentence:
    name = subject.changed_variables[-1]
    value = next(each for each in moment.variables if each.name == name)
    said = in_words(value.value)
    if value.dtype:
        said = size(value.value.shape)
    made_by: Sentence = ()
    if value.made_by:
        made_by = sentence(", made by ", code(value.made_by))
    return sentence(code(name), f" is now {said}", made_by)
