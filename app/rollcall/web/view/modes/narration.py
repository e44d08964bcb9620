"""The sentences above both columns of the modes page."""

from dataclasses import dataclass

from rollcall.core.query import Mode
from rollcall.experiments.modes.effects import Drop, Effects
from rollcall.experiments.modes.experiment import ModesReport
from rollcall.experiments.modes.subject import ModesSubject
from rollcall.web.view.no_answer import without_result
from rollcall.web.view.sentence import Sentence, code, em, joined, sentence
from rollcall.web.view.words import all_of, one_or_many, unheard_mode


@dataclass(frozen=True)
class Acting:
    """What still acts on a forward in one mode."""

    dropping: list[str]  # modules; a model that acts itself has its own name
    drawing: list[str]  # modules whose answers show no mask
    functions: list[Drop]
    updating: list[str]  # modules whose statistics change
    changing: list[str]  # other tensors that a forward changes
    paths: list[str]  # of all these modules, "" for the model itself

    @property
    def anything(self) -> bool:
        """Whether the mode leaves anything acting."""
        modules = self.dropping or self.drawing or self.updating
        return bool(modules or self.functions or self.changing)


def modes_narration(report: ModesReport) -> Sentence:
    """What each model does in the mode of the query; the same model is told of once."""
    subjects = [report.left]
    if report.left.card != report.right.card:
        subjects.append(report.right)
    told = [_about(subject, report.query.mode) for subject in subjects]
    if len(told) == 2 and told == [_equal(subject) for subject in subjects]:
        return sentence("Two forwards are equal on both sides.")
    return joined(told)


def _equal(subject: ModesSubject) -> Sentence:
    return sentence(f"Two forwards of {subject.card.said} are equal.")


def acting(name: str, effects: Effects) -> Acting:
    """Sort what acts by how it acts, each module once; `name` is the model's."""
    active = [drop for drop in effects.drops if drop.acts]
    modules = [drop for drop in active if not drop.function]
    changes = [each for each in effects.tensor_changes if each.by != 0]
    owners = [each.owner for each in changes]
    drawing = _named(name, [drop.path or "" for drop in modules if not drop.of])
    dropping = _named(name, [drop.path or "" for drop in modules])
    return Acting(
        dropping=[each for each in dropping if each not in drawing],
        drawing=drawing,
        functions=[drop for drop in active if drop.function],
        updating=_named(name, [each.owner for each in changes if each.statistic]),
        changing=[each.path for each in changes if not each.statistic],
        paths=_once([drop.path or "" for drop in modules] + owners),
    )


def _named(name: str, paths: list[str]) -> list[str]:
    return _once([path or name for path in paths])


def _once(names: list[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _about(subject: ModesSubject, mode: Mode) -> Sentence:
    name = subject.card.said
    if subject.raised:
        return without_result(subject, "run")
    effects = subject.train
    if mode == "eval":
        effects = subject.eval
    assert effects
    if effects.raised:
        return sentence(f"After {mode}() the forward of {name} raises {effects.raised.type}.")
    if mode == "eval":
        return _after_eval(subject, effects)
    return _after_train(subject, effects)


def _after_eval(subject: ModesSubject, effects: Effects) -> Sentence:
    name = subject.card.said
    found = acting(name, effects)
    if found.anything:
        return _still_acting(subject, found)
    if effects.apart or effects.unlike:
        differ = em(f"Two forwards of {name} differ")
        return sentence(differ, " after eval(), and no random generator moved in them.")
    if effects.apart is None:
        return _without_numbers(name)
    if subject.unheard:
        mode = unheard_mode(subject.calls[-1][1])
        stayed = f" of {name} stayed in {mode} mode; no layer here behaves differently in it."
        return sentence(all_of(subject.unheard), stayed)
    assert subject.train
    if _changes_state(subject.train) and not subject.train.apart:
        return sentence(f"{name} keeps its statistics.")
    return _equal(subject)


def _without_numbers(name: str) -> Sentence:
    return sentence(
        f"The forward of {name} returns no tensor with numbers: there is nothing to compare."
    )


def _changes_state(effects: Effects) -> bool:
    return any(each.by != 0 for each in effects.tensor_changes)


def _still_acting(subject: ModesSubject, found: Acting) -> Sentence:
    """Who acts after eval(), and why: nobody called it, or it has no flag."""
    still, after = "", " after these calls"
    alone = len(subject.calls) == 1
    if alone:
        still, after = "still ", " after eval()"
    acts = em(_clauses(found, still))
    unheard = frozenset(subject.unheard)
    deaf = [path for path in found.paths if path in unheard]
    why = "."
    if deaf:
        why = f": the call did not reach {one_or_many(len(deaf), 'it', 'them')}."
    elif alone and found.functions and _draws_weights(found.functions[0]):
        why = ": forward makes a layer there."
    elif alone and found.functions:
        why = ": a function has no flag to switch."
    return sentence(_place(subject, found), acts, after, why)


def _after_train(subject: ModesSubject, effects: Effects) -> Sentence:
    name = subject.card.said
    found = acting(name, effects)
    if found.anything:
        when = one_or_many(len(subject.calls), " in training mode", " after these calls")
        difference = "."
        if effects.apart:
            difference = f": two forwards differ by up to {effects.apart:.2f}."
        elif effects.unlike:
            difference = ": two forwards differ in their shapes."
        place = _place(subject, found)
        return sentence(place, _clauses(found, ""), when, difference)
    if effects.apart or effects.unlike:
        differ = em(f"Two forwards of {name} differ")
        return sentence(differ, ", and no random generator moved in them.")
    if effects.apart is None:
        return _without_numbers(name)
    return sentence(f"Two forwards of {name} are equal, in training mode too.")


def _place(subject: ModesSubject, found: Acting) -> str:
    """In which model; not where it is the model itself that acts, which is named anyway."""
    if any(found.paths) or found.functions:
        return f"In {subject.card.said}, "
    return ""


def _clauses(found: Acting, still: str) -> Sentence:
    """Who does what, one clause for each way to act."""
    clauses = []
    if found.dropping:
        verb = one_or_many(len(found.dropping), "drops", "drop")
        clauses.append(sentence(all_of(found.dropping), f" {still}{verb}"))
    if found.drawing:
        verb = one_or_many(len(found.drawing), "draws", "draw")
        clauses.append(sentence(all_of(found.drawing), f" {still}{verb} random numbers"))
    if found.functions:
        clauses.append(_function(found.functions[0], still))
    if found.updating:
        verb = one_or_many(len(found.updating), "updates its", "update their")
        clauses.append(sentence(all_of(found.updating), f" {still}{verb} statistics"))
    if found.changing:
        verb = one_or_many(len(found.changing), "changes", "change")
        clauses.append(sentence(all_of(found.changing), f" {still}{verb}"))
    return joined(clauses, " and ")


def _draws_weights(drop: Drop) -> bool:
    """Whether it is one of nn.init's, as a layer calls them when it is made."""
    return drop.function.startswith("init.")


def _function(drop: Drop, still: str) -> Sentence:
    line = ""
    if drop.line:
        line = f" in line {drop.line}"
    verb = "draws random numbers"
    if _draws_weights(drop):
        verb = "draws weights"
    if drop.of:
        verb = "drops"
    return sentence(code(drop.function), f"{line} {still}{verb}")
