"""One training loop of a file, as it stands in the catalog."""

from types import FunctionType

from rollcall.lectures.buildable import Buildable
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.contents import ModelCard
from rollcall.lectures.declared_course import DeclaredModel
from rollcall.lectures.example_input import InputSource
from rollcall.lectures.lecture_file import LoadedFile
from rollcall.lectures.loops import further_arguments, loops_in, trained_by
from rollcall.lectures.model_entry import can_be_asked_for
from rollcall.lectures.placed_chapter import PlacedChapter
from rollcall.lectures.problems import Problems


def add_loops(
    placed: PlacedChapter, file: LoadedFile, catalog: Catalog, problems: Problems
) -> dict[str, ModelCard]:
    """Put those of a file into the catalog; their cards, by name."""
    cards = {}
    for function, loop in loops_in(file.shared_state.module).items():
        name = placed.full_name(function)
        if not can_be_asked_for(name):
            why = f"{name} cannot be asked for: rename it, or its file, or its folder"
            problems.note(placed.file_name, ValueError(why))
        elif name not in catalog.models:  # else it says that it returns a model
            catalog.models[name] = _buildable(name, loop, placed, file, catalog)
            needs = further_arguments(loop)
            cards[name] = ModelCard(name=name, class_name=function, needs=needs, is_loop=True)
    return cards


def _buildable(
    name: str, loop: FunctionType, placed: PlacedChapter, file: LoadedFile, catalog: Catalog
) -> Buildable:
    """How the model is built that it trains."""
    chapter = placed.declared
    trained = trained_by(loop, file.shared_state.module)
    own = chapter.models.get(trained.__name__, DeclaredModel())
    return Buildable(
        class_name=loop.__name__,
        file=file,
        args=(),
        defaults={},
        input=InputSource(
            build=lambda: catalog.build(name, seed=0),
            kind=lambda: catalog.kind(name),
            module=lambda: file.module,
            run_anew=file.run_anew,
            filename=str(file.path),
            declared=own.input or chapter.input,
        ),
        loop=loop.__name__,
    )
