"""The model inside the wrappers that a training script puts around it."""

from torch import nn

from rollcall.core.walk.raw_read import home_of_class, module_dict, name_of_class

# By name: to import them takes a second. Each keeps the model as its only child.
_WRAPPERS = {
    ("torch._dynamo.eval_frame", "OptimizedModule"): "_orig_mod",
    ("torch.nn.parallel.data_parallel", "DataParallel"): "module",
    ("torch.nn.parallel.distributed", "DistributedDataParallel"): "module",
}


def unwrapped(model: nn.Module) -> nn.Module:
    """What was given to torch.compile, DataParallel or DDP, however often; else itself."""
    while True:
        kind = type(model)
        name = _WRAPPERS.get((home_of_class(kind), name_of_class(kind)))
        if name is None:
            return model
        inner = module_dict(model)["_modules"].get(name)
        if not isinstance(inner, nn.Module):
            return model
        model = inner
