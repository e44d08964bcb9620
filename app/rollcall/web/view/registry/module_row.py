"""A module's row in the roll call, and those of its tensors."""

from dataclasses import dataclass, replace

from rollcall.core.scan import ModuleEntry
from rollcall.experiments.registry.experiment import RegistryQuery
from rollcall.web.view.registry.answers import Answer
from rollcall.web.view.registry.mark import mark
from rollcall.web.view.registry.standing import Standing
from rollcall.web.view.registry.tensor_row import TensorRow, tensor_row
from rollcall.web.view.registry.toggle import Toggle, toggle_of, unfolding
from rollcall.web.view.registry.usual import Usual
from rollcall.web.view.tree.branch import Branch
from rollcall.web.view.tree.opening import Line
from rollcall.web.view.words import brief, number

DEEPEST = 9  # levels that are indented; a path says the rest


@dataclass(frozen=True, slots=True)
class ModuleRow:
    """One line of the tree."""

    module: ModuleEntry  # the first, where several share the line
    depth: int
    label: str
    class_text: str  # "Linear(10, 20)"; "" for the model itself
    class_title: str
    devices: str  # "" where all its tensors are where most are
    aliases: str
    lost: bool
    note: bool  # it is unregistered, and that does no harm
    mark: str  # that it is unregistered, and how it was found; "" where it is not
    unheard: bool  # its flag is not what was called on it
    gathers: bool  # it only holds modules, which differ, and is none itself
    toggle: Toggle | None
    unfolding: Toggle | None  # its text is the class
    answers: tuple[Answer, ...]  # of the four callers about all that a closed line keeps
    heard: Answer | None  # of eval(); None where nothing depends on it
    tensors: tuple[TensorRow, ...]

    @property
    def indent(self) -> int:
        """How many steps it is indented."""
        return min(self.depth, DEEPEST)


@dataclass(frozen=True, slots=True)
class Rows:
    """Makes the rows of one column."""

    model: str
    unheard: frozenset[str]
    standing: Standing
    usual: Usual
    query: RegistryQuery

    def of(self, lines: list[Line]) -> tuple[ModuleRow, ...]:
        """All rows from the root down, each before those below it."""
        rows = []
        depth = 0
        for line in lines:
            rows.append(self._row(line, depth))
            if line.open:
                depth += 1
            depth -= line.closes
        return tuple(rows)

    def _row(self, line: Line, depth: int) -> ModuleRow:
        branch, module = line.branch, line.branch.first
        answers, heard = self._answers(line)
        class_text = _class_text(branch)
        return ModuleRow(
            module=module,
            depth=depth,
            label=line.label or self.model,
            class_text=class_text,
            class_title=f"{module.class_name}({module.extra_repr})",
            devices=self._devices(branch),
            aliases=", ".join(module.aliases),
            lost=module.status == "unregistered" and not branch.gathers,
            note=module.is_note,
            mark=_mark(branch),
            unheard=module.path in self.unheard and not branch.gathers,
            gathers=branch.gathers,
            toggle=toggle_of(line, self.query),
            unfolding=unfolding(line, class_text, self.query),
            answers=answers,
            heard=heard,
            tensors=tuple(
                tensor_row(each, module, self.standing.of_tensor(each), self.usual)
                for each in branch.tensors
            ),
        )

    def _answers(self, line: Line) -> tuple[tuple[Answer, ...], Answer | None]:
        """Those of the four callers, and that of eval()."""
        branch, module = line.branch, line.branch.first
        if branch.children and not line.open:
            return self.standing.of_closed(line)
        if branch.gathers or not (branch.tensors or module.stateful):
            return (), None
        return (), self.standing.of_module(module)

    def _devices(self, branch: Branch) -> str:
        devices = list(dict.fromkeys(tensor.device for tensor in branch.tensors))
        if devices == [self.usual.device]:
            return ""
        return ", ".join(devices)


def _class_text(branch: Branch) -> str:
    """The class of a submodule; that of the model is its label already."""
    module = branch.first
    if not module.path or branch.gathers:
        return ""
    arguments = brief(module.extra_repr)
    text = module.class_name
    if arguments:
        text = f"{module.class_name}({arguments})"
    if branch.count == 1:
        return text
    return f"{number(branch.count)} × {text}"


def _mark(branch: Branch) -> str:
    """A module is not called stateless over state that is unregistered, too."""
    if branch.inside:
        return mark(replace(branch.first, rank=None))
    return mark(branch.first)
