"""How each module and tensor of a column stands: its answers, and what makes two look alike."""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence

from rollcall.core.scan import ModuleEntry, TensorEntry
from rollcall.experiments.registry.subject import RegistrySubject
from rollcall.web.view.registry.answers import Answer, heard, of_many, tensor_answers
from rollcall.web.view.tree.branch import Facts, Totals
from rollcall.web.view.tree.opening import Line

CALLERS = 5  # autograd, optimizer, .to(), state_dict and eval()
MODULES, TENSORS, LOST = range(3)  # where totals begin; then who answers and who was asked


class Standing:
    """The answers of one subject that was built."""

    def __init__(self, subject: RegistrySubject) -> None:
        roll = subject.roll_call
        assert roll
        self._roll = roll
        self._tensors = {each.path: each for each in roll.tensors}
        self._modules = {each.path: each for each in roll.modules}
        self._unheard = frozenset(subject.unheard)

    def of_tensor(self, tensor: TensorEntry) -> tuple[Answer, ...]:
        """Autograd, optimizer, .to() and state_dict."""
        return tensor_answers(tensor, self._tensors.get(tensor.path), self._roll)

    def of_module(self, module: ModuleEntry) -> Answer:
        """What it heard of eval()."""
        return heard(self._modules.get(module.path))

    def of_closed(self, line: Line) -> tuple[tuple[Answer, ...], Answer | None]:
        """Of all that a closed line keeps, its own tensors apart; and of eval() with its own."""
        *four, _ = answers_of_many(line.inside)
        *_, hears = answers_of_many(line.totals)
        nobody = all(answer.kind == "na" for answer in (*four, hears))
        if nobody:
            return (), None
        return tuple(four), hears

    def facts(
        self,
        modules: Iterable[ModuleEntry],
        owned: Mapping[str, Sequence[TensorEntry]],
        sought: Collection[str],
    ) -> dict[str, Facts]:
        """Of each module, by its path. What is sought is to be seen, too."""
        return {
            module.path: self._facts(module, owned.get(module.path, ()), module.path in sought)
            for module in modules
        }

    def _facts(self, module: ModuleEntry, tensors: Sequence[TensorEntry], sought: bool) -> Facts:
        cells = [self.of_tensor(tensor) for tensor in tensors]
        hears = self.of_module(module)
        unheard = module.path in self._unheard
        lost = sum(1 for entry in (module, *tensors) if entry.is_finding)
        asked: list[Iterable[Answer]] = [*zip(*cells, strict=True)] or [()] * (CALLERS - 1)
        if tensors or module.stateful:
            asked.append([hears])
        else:
            asked.append(())
        return Facts(
            kind=(module.class_name, module.extra_repr, module.stateful, *map(_kind, tensors)),
            answers=(_flags(module), unheard, hears, *map(_flags, tensors), *cells),
            totals=(1, len(tensors), lost, *_counts(asked)),
            finding=bool(lost) or (unheard and not module.is_note) or sought,
        )


def answers_of_many(totals: Totals) -> tuple[Answer, ...]:
    """One cell for each caller, about all that a line stands for."""
    answering, asked = totals[LOST + 1 :][:CALLERS], totals[LOST + 1 :][CALLERS:]
    return tuple(map(of_many, answering, asked))


def _counts(callers: Sequence[Iterable[Answer]]) -> Iterator[int]:
    """For each caller how many answer, then for each how many were asked."""
    kinds = [[cell.kind for cell in cells] for cells in callers]
    for each in kinds:
        yield each.count("yes") + each.count("held")
    for each in kinds:
        yield len(each) - each.count("na")


def _kind(tensor: TensorEntry) -> Hashable:
    """What is the same in two layers that are built alike."""
    name = tensor.path.removeprefix(tensor.owner or "")
    return name, tensor.kind, tensor.shape, tensor.dtype


def _flags(entry: ModuleEntry | TensorEntry) -> Hashable:
    """What is the same in two that stand alike, apart from their answers."""
    own: tuple[object, ...]
    if isinstance(entry, ModuleEntry):
        own = (entry.training,)
    else:
        own = (entry.device, entry.requires_grad, entry.is_leaf)
    return entry.status, entry.rank, entry.found_by, bool(entry.aliases), own
