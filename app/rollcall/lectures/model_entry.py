"""One model of a file, as it stands in the catalog: how it is built, and what is said of it."""

import inspect
from typing import Any

from pydantic import TypeAdapter, ValidationError

from rollcall.core.model_name import ModelName
from rollcall.core.model_raised import is_of_file
from rollcall.core.report import Raised
from rollcall.lectures.buildable import Buildable
from rollcall.lectures.catalog import Catalog
from rollcall.lectures.contents import ModelCard
from rollcall.lectures.declared_course import DeclaredModel
from rollcall.lectures.example_input import InputSource
from rollcall.lectures.lecture_file import LoadedFile
from rollcall.lectures.placed_chapter import PlacedChapter
from rollcall.lectures.problems import Problems
from rollcall.lectures.reference_layer import guess_reference
from rollcall.lectures.remedies import remedies
from rollcall.lectures.subjects import Offered, example_maker, needed, open_arguments

_MODEL_NAME: TypeAdapter[str] = TypeAdapter(ModelName)


def add_model(
    offered: Offered,
    placed: PlacedChapter,
    file: LoadedFile,
    catalog: Catalog,
    problems: Problems,
) -> ModelCard | None:
    """Put it into the catalog.

    Returns its card; None where no query could name it.

    Raises:
        Exception: its signature cannot be read.
    """
    name = placed.full_name(offered.name)
    if not can_be_asked_for(name):
        why = f"{name} cannot be asked for: rename it, or its file, or its folder"
        problems.note(placed.file_name, ValueError(why))
        return None
    chapter = placed.declared
    own = chapter.models.get(offered.name, DeclaredModel())
    args: tuple[Any, ...] = tuple(own.args)
    arguments = open_arguments(offered.call, len(args))
    maker = offered.maker
    if needed(arguments) and not maker:
        maker = _example_maker(offered, placed, file, problems)
        if maker:
            args, arguments = (), []
    catalog.models[name] = Buildable(
        class_name=offered.name,
        file=file,
        args=args,
        defaults={each.name: each.default for each in arguments},
        input=InputSource(
            build=lambda: catalog.build(name, seed=0),
            kind=lambda: catalog.kind(name),
            module=lambda: file.module,
            run_anew=file.run_anew,
            filename=str(file.path),
            declared=own.input or chapter.input,
        ),
        maker=maker,
    )
    return _card(name, offered, placed, maker, needed(arguments))


def _card(
    name: str,
    offered: Offered,
    placed: PlacedChapter,
    maker: str,
    needs: list[inspect.Parameter],
) -> ModelCard:
    own = placed.declared.models.get(offered.name, DeclaredModel())
    reference = own.reference
    if reference is None and not maker:
        reference = guess_reference(offered.name)
    return ModelCard(
        name=name,
        class_name=offered.name,
        args=() if maker else tuple(own.args),
        reference=reference,
        needs=tuple(each.name for each in needs),
        remedies=remedies(str(placed.declared.file), offered, needs),
        maker=maker,
    )


def _example_maker(
    offered: Offered, placed: PlacedChapter, file: LoadedFile, problems: Problems
) -> str:
    """What makes an example of a class; "" where there is none, or where it raises."""
    kind = offered.call
    assert isinstance(kind, type)
    try:
        return file.on_its_own(lambda module: example_maker(module, kind))
    except BaseException as error:
        if not is_of_file(error):
            raise
        problems.note_at(placed.file_name, file.path, Raised.of(error, str(file.path)))
        return ""


def can_be_asked_for(name: str) -> bool:
    """Whether a query takes a model's name."""
    try:
        _MODEL_NAME.validate_python(name)
    except ValidationError:
        return False
    return True
