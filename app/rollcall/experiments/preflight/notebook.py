"""The pre-flight checklist as Python that a student can paste into a notebook."""

import textwrap
from collections.abc import Iterable
from string import Template

from rollcall.core.findings.training_run import MORE_STEPS, STEPS
from rollcall.core.input.input_python import InputPython
from rollcall.core.input.model_input import ModelInput
from rollcall.core.input.other_choices import MOST_CHOICES
from rollcall.experiments.preflight.notebook_head import (
    HEAD,
    NESTED,
    SWITCH,
    SWITCH_THAT_RAISES,
)
from rollcall.experiments.preflight.notebook_text import LINES, Line
from rollcall.experiments.subject import ModelFactory


class Notebook:
    """The checklist written for one model.

    Args:
        factory: the model; its class is expected in the notebook already.
        mode: of `train()` or `eval()`, what is called on it.
        example: the input that the page used; the notebook draws the same.
        device: where `.to()` sends the model; on the CPU it becomes float64.
        needs_graph: whether its forward raises under no_grad().
    """

    def __init__(
        self,
        factory: ModelFactory,
        mode: str,
        example: ModelInput,
        device: str,
        *,
        needs_graph: bool,
    ) -> None:
        self._words = {
            "seed": str(factory.seed),
            "other": str(factory.seed ^ 1),
            "steps": str(STEPS),
            "most_steps": str(STEPS + MORE_STEPS),
            "most_choices": str(MOST_CHOICES),
            "call": factory.card.call.replace("()", f"({', '.join(map(repr, factory.card.args))})"),
            "mode": mode,
            "quietly": "torch.no_grad()",
            "to": f'to("{device}")',
            "move": f'tensor.to("{device}")',
            "together": "one device",
            "where": "device",
            "target": f'"{device}"',
            "stays": f't.device != torch.device("{device}")',
        }
        if needs_graph:
            self._words["quietly"] = "torch.enable_grad()"
        if device == "cpu":
            self._words |= {
                "to": "double()",
                "move": "tensor.double() if tensor.is_floating_point() else tensor",
                "together": "one dtype",
                "where": "dtype",
                "target": "torch.float64",
                "stays": "t.is_floating_point() and t.dtype != torch.float64",
            }
        self._words |= _words_for(InputPython(example), self._words)

    def line(self, name: str) -> Line:
        """One line of the checklist, for this model."""
        title, python, block = LINES[name]
        texts = (title, python, textwrap.dedent(block).strip())
        return Line(*(Template(text).substitute(self._words) for text in texts))

    def text(self, names: Iterable[str], *, switch_raises: bool) -> str:
        """The whole notebook; a line that does not concern this model is left out.

        Args:
            names: of the lines.
            switch_raises: whether train() or eval() raised. The page went on without it.
        """
        switch = SWITCH
        if switch_raises:
            switch = SWITCH_THAT_RAISES
        blocks = [Template(HEAD).substitute(self._words, switch=switch)]
        for name in names:
            title, _, block = self.line(name)
            blocks.append(f'with line("{title}"):\n{textwrap.indent(block, "    ")}\n')
        return "\n".join(blocks)


def _words_for(given: InputPython, words: dict[str, str]) -> dict[str, str]:
    """What stands for the input in the program."""
    nested = ""
    if not given.is_one_tensor:
        nested = Template(NESTED).substitute(words)
    return {
        "nested": nested,
        "drawn": textwrap.indent(given.drawn, "    "),
        "names": given.names,
        "passed": given.passed,
        "copied": given.copied,
        "moved": given.moved(words["to"]),
        "exported": given.exported,
    }
