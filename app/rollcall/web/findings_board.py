"""The findings about all models that are served, looked for one model after the other."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

from rollcall.lab import Lab, LabError
from rollcall.lab.errors import understood
from rollcall.lectures.contents import Contents
from rollcall.web.view.findings.model_record import TOLD_MODEL, ToldModel, packed_model


@dataclass
class FindingsRound:
    """What is known by now of one state of the lecture files."""

    version: str
    contents: Contents
    models: dict[str, ToldModel] = field(default_factory=dict)  # by name
    silent: dict[str, str] = field(default_factory=dict)  # why a model brought no answer
    task: "asyncio.Task[None] | None" = None

    @property
    def is_complete(self) -> bool:
        """Whether every model was looked at."""
        return len(self.models) + len(self.silent) == len(self.contents.cards)


class FindingsBoard:
    """Looks at every model once for each state of the files, when somebody asks.

    One at a time, so that the other workers answer whoever looks at another page meanwhile.
    """

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._round: FindingsRound | None = None

    async def after(self, seconds: float) -> FindingsRound:
        """What is known when all is, or when the time is over.

        Raises:
            LabError: the lecture files brought no answer.
        """
        current = await self._current()
        if current.task is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(current.task), seconds)
        return current

    async def first_of(self, names: list[str]) -> ToldModel | None:
        """The first of these models about which something is found; None where nothing is."""
        current = await self._current()
        for name in names:
            await self._look(current, name)
            told = current.models.get(name)
            if told is not None and any(each.record.ignored is None for each in told.told):
                return told
        return None

    async def _current(self) -> FindingsRound:
        choices = await self._lab.choices()
        version = self._lab.version
        known = self._round
        if known is None or known.version != version:
            if known is not None and known.task is not None:
                known.task.cancel()
            known = self._round = FindingsRound(version, choices.contents)
            known.task = asyncio.create_task(self._look_at_all(known))
        return known

    async def _look_at_all(self, current: FindingsRound) -> None:
        for name in current.contents.cards:
            await self._look(current, name)

    async def _look(self, current: FindingsRound, name: str) -> None:
        if name in current.models or name in current.silent:
            return
        try:
            answer = await self._lab.look(name, packed_model)
            told = understood(TOLD_MODEL, answer)
        except LabError as error:
            current.silent[name] = str(error)
        except Exception as error:  # the files were changed, or the server is being ended
            current.silent[name] = f"{type(error).__name__}: {error}"
        else:
            current.models[name] = told
