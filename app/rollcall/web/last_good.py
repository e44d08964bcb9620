"""The last result of a page whose models cannot be run since a save: shown in grey, below why."""

from cachetools import LRUCache

from rollcall.core.query import Query
from rollcall.experiments import Experiment
from rollcall.lab import Lab
from rollcall.web.bodies import PageBody
from rollcall.web.templates import Templates
from rollcall.web.view.trouble import Trouble

REMEMBERED = 2_000  # pages; what they are made from is kept, or not, by the lab


class LastGood:
    """Which version of the files each page was last made from. Nothing is run for it again."""

    def __init__(self, lab: Lab, templates: Templates) -> None:
        self._lab = lab
        self._templates = templates
        self._versions: LRUCache[str, str] = LRUCache(REMEMBERED)
        self._good: LRUCache[tuple[str, str], None] = LRUCache(REMEMBERED)

    def remember(self, query: Query, version: str) -> None:
        """The page of a query was made from these files."""
        self._versions[query.url] = version
        self._good[query.url, version] = None

    def was_shown_again(self, query: Query, version: str) -> None:
        """The page that was made from these files was shown once more: a save has undone others."""
        if (query.url, version) in self._good:
            self._versions[query.url] = version

    async def page(
        self, experiment: Experiment, query: Query, trouble: Trouble, *, partial: bool, version: str
    ) -> bytes | None:
        """The page as it was, below what is told of now; None where nothing is known of it.

        Args:
            partial: only what htmx puts into a page.
            version: of the files as they are now.
        """
        earlier = self._versions.get(query.url)
        if earlier is None:
            return None
        choices = self._lab.earlier.choices(earlier)
        if choices is None:
            return None
        body = PageBody(
            self._templates.folder,
            self._templates.static,
            experiment.name,
            partial,
            choices,
            version,
            trouble,
        )
        return await self._lab.earlier.make(experiment, query, earlier, body)
