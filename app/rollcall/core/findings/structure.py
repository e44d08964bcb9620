"""Findings that the registries alone show."""

from collections.abc import Iterator

from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from rollcall.core.findings.kinds import HiddenByClass, SharedByModels, SharedModule, WrappedKeys
from rollcall.core.walk.object_walk import Found, walk

REGISTRIES = ("_modules", "_parameters", "_buffers")
WRAPPERS = {"_orig_mod": "_orig_mod.", "module": "module."}


def shared_modules(modules: list[Found]) -> Iterator[SharedModule]:
    """Modules with parameters that two registries or two names list; the outermost of each."""
    names: dict[int, list[str]] = {}
    children: dict[int, nn.Module] = {}
    for found in modules:
        if not found.registered:
            continue
        for name, child in (vars(found.value).get("_modules") or {}).items():
            if child is not None:
                names.setdefault(id(child), []).append(joined_path(found.path, name))
                children[id(child)] = child
    for key, paths in names.items():
        if len(paths) == 1:
            continue
        numel = _numel(children[key])
        if numel:
            yield SharedModule(
                path=paths[0],
                aliases=tuple(paths[1:]),
                class_name=type(children[key]).__name__,
                numel=numel,
            )


def shared_by(model: nn.Module, other: nn.Module) -> Iterator[SharedByModels]:
    """What two models of a class both train, such as a layer that is a default argument."""
    theirs = {id(found.value) for found in (*walk(other).modules, *walk(other).tensors)}
    paths: list[str] = []
    walked = walk(model)
    for found in (*walked.modules, *walked.tensors):
        if id(found.value) not in theirs or not found.registered or not _is_trained(found.value):
            continue
        if found.owner is None or id(found.owner.value) not in theirs:
            paths.append(found.path)
    if paths:
        yield SharedByModels(paths=tuple(paths))


def _is_trained(value: nn.Module | Tensor) -> bool:
    if isinstance(value, Tensor):
        return value.requires_grad
    registered = (found.value for found in walk(value).tensors if found.registered)
    return any(each.requires_grad for each in registered)


def _numel(module: nn.Module) -> int:
    """Elements of the parameters of a module and of those below it."""
    registered = (found for found in walk(module).tensors if found.registered)
    parameters = (found.value for found in registered if found.kind == "parameter")
    return sum(each.numel() for each in parameters if not is_lazy(each))


def hidden_by_class(modules: list[Found]) -> Iterator[HiddenByClass]:
    """What a registry holds under a name that the class gives something else for.

    Python looks into the class before it asks `nn.Module.__getattr__`, which knows the registries.
    A property or another descriptor may return what is registered, so these are left out.
    """
    for found in modules:
        for name in _registered_names(found.value):
            for base in type(found.value).__mro__:
                if name in vars(base):
                    given = vars(base)[name]
                    if not _is_descriptor(given):
                        yield HiddenByClass(
                            path=joined_path(found.path, name),
                            class_name=base.__name__,
                            given=type(given).__name__,
                        )
                    break


def _registered_names(module: nn.Module) -> Iterator[str]:
    for registry in REGISTRIES:
        for name, value in (vars(module).get(registry) or {}).items():
            if value is not None:
                yield name


def _is_descriptor(value: object) -> bool:
    """Whether it decides itself what the attribute gives; a method is given as it is."""
    return hasattr(type(value), "__get__") and not callable(value)


def wrapped_keys(modules: list[Found], keys: list[str]) -> Iterator[WrappedKeys]:
    """Wrappers of PyTorch, such as torch.compile and DataParallel, that lengthen the keys."""
    for found in modules:
        of_torch = type(found.value).__module__.partition(".")[0] == "torch"
        children = vars(found.value).get("_modules") or {}
        if not of_torch or not found.registered or len(children) != 1:
            continue
        prefix = WRAPPERS.get(next(iter(children)))
        if prefix is None:
            continue
        start = joined_path(found.path, prefix)
        wrapped = [key for key in keys if key.startswith(start)]
        if wrapped:
            yield WrappedKeys(
                path=found.path,
                class_name=type(found.value).__name__,
                prefix=prefix,
                keys=len(wrapped),
                example=wrapped[0],
            )


def joined_path(path: str, name: str) -> str:
    """The path of what a module registers under a name."""
    if not path:
        return name
    return f"{path}.{name}"
