"""The sentences above both columns of the registry page."""

from rollcall.core.findings.kinds import NoGraph, Unreached
from rollcall.core.report import Raised
from rollcall.core.roll_call import RollCall
from rollcall.core.scan import ModuleEntry, Scan
from rollcall.core.used_parameters import UsedParameters
from rollcall.experiments.registry.experiment import RegistryReport
from rollcall.experiments.registry.subject import RegistrySubject
from rollcall.web.view.no_answer import without_result
from rollcall.web.view.registry.hidden_words import named_places, out_of_reach
from rollcall.web.view.registry.own_books import told_of_own_books
from rollcall.web.view.sentence import Sentence, code, em, joined, sentence
from rollcall.web.view.words import (
    all_of,
    number,
    one_or_many,
    plural,
    unheard_mode,
)

NUMBER = ("number", "numbers")
NUMBERS = ("trainable number", "trainable numbers")


def registry_narration(report: RegistryReport) -> Sentence:
    """With how many numbers the two compute, and what is the matter with each."""
    subjects = [report.left, report.right]
    if _are_one(report.left, report.right):  # which is told of once
        subjects = [report.left]
    troubled = [subject for subject in subjects if _about(subject, alone=True)]
    told = [_about(subject, alone=len(troubled) == 1) for subject in troubled]
    more_follows = bool(told) or any(subject.findings.findings for subject in subjects)
    return joined([*_counts(report.left, report.right, more_follows), *told])


def _are_one(left: RegistrySubject, right: RegistrySubject) -> bool:
    """Whether it is one model on both sides; what its file set is noted where it was set first."""
    return left.model_copy(update={"notes": right.notes}) == right


def _counts(left: RegistrySubject, right: RegistrySubject, more_follows: bool) -> list[Sentence]:
    """One sentence; none where a forward did not run, or where neither model heard the calls."""
    if _unheard_paths(left) and _unheard_paths(right):
        return []
    if not (left.scan and left.scan.used and right.scan and right.scan.used):
        return []
    ours, theirs = left.scan.used.reached, right.scan.used.reached
    compute = _compute(left, right, ours, theirs)
    if ours == theirs == 0 and (_has_unreached(left) or _has_unreached(right)):
        return [sentence(f"{compute}.")]  # a finding says why
    if ours == theirs == 0:
        return [sentence(f"{compute}: {_without_any(left.scan, right.scan)}.")]
    if more_follows:
        return [sentence(f"{compute}.")]
    knows = one_or_many(max(ours, theirs), "it", "them all")
    return [sentence(f"{compute}, and PyTorch knows {knows}.")]


def _compute(left: RegistrySubject, right: RegistrySubject, ours: int, theirs: int) -> str:
    """With how many numbers each computes, as far as a backward can tell."""
    name, other = left.card.said, right.card.said
    if _has_unreached(left) or _has_unreached(right):
        if ours == theirs:
            return f"Backward reaches {plural(ours, *NUMBERS)} on both sides"
        return f"Backward reaches {plural(ours, *NUMBERS)} of {name}, {number(theirs)} of {other}"
    if ours == theirs:
        return f"Both compute with {plural(ours, *NUMBERS)}"
    return f"{name} computes with {plural(ours, *NUMBERS)}, {other} with {number(theirs)}"


def _has_unreached(subject: RegistrySubject) -> bool:
    """Whether it has parameters that a forward may use, and backward does not reach."""
    return any(isinstance(finding, Unreached | NoGraph) for finding in subject.findings.findings)


def _without_any(left: Scan, right: Scan) -> str:
    """What it means that neither forward used a trainable number."""
    idle = max(each.registered + each.unregistered for each in (left, right))
    if idle == 0 and not left.missing and not right.missing:
        return "there is nothing to register"
    if idle == 0:
        return "nothing in them asks for a gradient"
    return f"this forward left out all {number(idle)} that are there"


def _about(subject: RegistrySubject, *, alone: bool) -> Sentence:
    """What is the matter with one model; empty where nothing is.

    Args:
        alone: nothing is the matter with the other, so that the model needs no name.
    """
    name = subject.card.said
    if subject.raised:
        return without_result(subject, "built")
    if subject.forward_raised:
        return sentence(f"The forward of {name} raises {subject.forward_raised.type}.")
    if unheard := _unheard_paths(subject):
        return _unheard(subject, unheard)
    scan = subject.scan
    assert scan
    refused = _refused(subject.roll_call)
    if refused and scan.registered:
        return _refusing(name, scan, refused)
    if own := told_of_own_books(subject):
        return own
    return _unregistered(name, scan, alone=alone)


def _refusing(name: str, scan: Scan, refused: Raised) -> Sentence:
    told = sentence(code(refused.during), f" of {name} ", em(f"raises {refused.type}"), ".")
    if not scan.missing:
        return told
    return joined([told, sentence(f"In {name} ", _out_of_reach(scan))])


def _unregistered(name: str, scan: Scan, *, alone: bool) -> Sentence:
    """What PyTorch does not know of a model that it can work on; empty where it knows all."""
    assert scan.used
    if not scan.missing:
        return beyond_attributes(name, scan.used)
    if _uses_unregistered(scan, scan.used):
        return _partly_seen(name, scan, scan.used)
    if scan.used.answering < scan.used.reached:
        beyond = beyond_attributes(name, scan.used)
        return joined([beyond, sentence(f"In {name} ", _out_of_reach(scan))])
    registered = _registered(name, scan, scan.used, alone=alone)
    return sentence(registered, ", but ", _out_of_reach(scan))


def _refused(roll: RollCall | None) -> Raised | None:
    """What a caller of PyTorch's raised for this model, the optimizer before the others."""
    if roll is None:
        return None
    return roll.optimizer_raised or roll.state_dict_raised or roll.eval_raised or roll.to_raised


def _unheard_paths(subject: RegistrySubject) -> tuple[str, ...]:
    """The modules that did not hear a call; not a teacher that was frozen in eval, say."""
    notes: set[str] = set()
    if subject.scan:
        notes.update(module.path for module in subject.scan.modules if module.is_note)
    return tuple(path for path in subject.unheard if path not in notes)


def _unheard(subject: RegistrySubject, paths: tuple[str, ...]) -> Sentence:
    mode = unheard_mode(subject.calls[-1][1])
    stay = one_or_many(len(paths), "stays", "stay")
    name = subject.card.said
    if paths[0] == "":  # the model itself
        return sentence(em(code(name), f" stays in {mode} mode"), ".")
    return sentence(em(all_of(paths), f" of {name} {stay} in {mode} mode"), ".")


def _uses_unregistered(scan: Scan, used: UsedParameters) -> bool:
    """Whether forward computes with a trainable tensor that an attribute hides."""
    used_paths = set(used.paths)
    return any(t.status == "unregistered" and t.path in used_paths for t in scan.tensors)


def _partly_seen(name: str, scan: Scan, used: UsedParameters) -> Sentence:
    known = f"only {number(used.answering)}"
    if used.answering == 0:
        known = one_or_many(used.reached, "not one", "none")
    seen = em(f"{known} of {name}’s")
    return sentence("PyTorch sees ", seen, ", because ", named_places(scan.hiding_places), ".")


def _registered(name: str, scan: Scan, used: UsedParameters, *, alone: bool) -> str:
    """What is all right in a model that has unregistered state."""
    if used.reached == 0:
        return f"{name} uses no parameter"
    if scan.unregistered:  # such as a layer that forward leaves out
        return f"All parameters that {name} uses are registered"
    if alone:
        return "All parameters are registered"
    return f"All parameters of {name} are registered"


def _out_of_reach(scan: Scan) -> Sentence:
    """Who misses it: eval() looks for modules, .to() and state_dict() for tensors."""
    places = scan.hiding_places
    of_modules = {each.unregistered_at for each in scan.missing if isinstance(each, ModuleEntry)}
    callers = "PyTorch"
    if len(of_modules) == len(places):
        callers = "eval()"
    elif not of_modules:
        callers = ".to() and state_dict()"
    return out_of_reach(places, callers)


def beyond_attributes(name: str, used: UsedParameters) -> Sentence:
    """Trainable numbers that no attribute leads to, or not before the first forward."""
    made_anew = sum(leaf.numel for leaf in used.made_anew)
    if made_anew:
        made = em(f"{name} makes {plural(made_anew, *NUMBER)} anew in every forward")
        if used.added_by_forward:
            return sentence(made, "; state_dict() has them only after the first call.")
        return sentence(made, ", and none of those is registered.")
    if used.gone:
        uses = f"The first forward of {name} uses {plural(used.gone, *NUMBER)} that "
        because: Sentence = ()
        if used.used_up:
            gives = one_or_many(len(used.used_up), "gives", "give")
            because = sentence(": ", all_of(used.used_up), f" {gives} its layers once")
        return sentence(uses, em("the second does not"), because, ".")
    if used.lost:
        return sentence(f"{name} uses {plural(used.lost, *NUMBER)} that no attribute leads to.")
    if used.late:
        made = em(f"The first forward of {name} makes ", all_of(used.late))
        return sentence(made, ", too late for an optimizer that was built before.")
    if used.unreachable:
        another = em("makes another ", all_of([leaf.path for leaf in used.unreachable]))
        return sentence(f"Every forward of {name} ", another, ".")
    if used.answering < used.reached:
        others = number(used.reached - used.answering)
        return sentence(f"{others} of {name}’s are in buffers, which no optimizer is given.")
    return ()
