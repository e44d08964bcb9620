"""Models that override, hide or lose a method of nn.Module. Their forward runs."""

import torch
from torch import nn


class Net(nn.Module):
    """An ordinary one, from which the odd ones take their layers."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(10, 4)
        self.drop = nn.Dropout(0.5)

    def forward(self, x):
        return self.drop(self.fc(x))


class ParametersIsAList(Net):
    def __init__(self):
        super().__init__()
        self.parameters = [self.fc.weight]


class NamedParametersTakesAnArgument(Net):
    def named_parameters(self, group):
        return [(group, self.fc.weight)]


class ModulesIsANumber(Net):
    def __init__(self):
        super().__init__()
        self.modules = 3
        self.children = 2


class NamedModulesRaises(Net):
    def named_modules(self, *args, **kwargs):
        raise RuntimeError("this model keeps its modules to itself")


class BuffersReturnsNone(Net):
    def buffers(self, recurse=True):
        return None


class StateDictIsAList(Net):
    def state_dict(self, *args, **kwargs):
        return [self.fc.weight, self.fc.bias]


class StateDictRaises(Net):
    def state_dict(self, *args, **kwargs):
        raise NotImplementedError("save me with save()")


class LoadReturnsNothing(Net):
    def load_state_dict(self, *args, **kwargs):
        super().load_state_dict(*args, **kwargs)


class TrainReturnsNothing(Net):
    def train(self, mode=True):
        self.training = mode
        self.fc.train(mode)


class TrainIsALoop(Net):
    def train(self, data, epochs):
        for _ in range(epochs):
            self(data)


class EvalIsATable(Net):
    def __init__(self):
        super().__init__()
        self.eval = {"loss": 0.0}


class ToReturnsNothing(Net):
    def to(self, *args, **kwargs):
        super().to(*args, **kwargs)


class ToRaises(Net):
    def to(self, device):
        raise ValueError(f"cannot go to {device}")

    def double(self):
        self.to(torch.float64)


class RequiresGradIsAnAttribute(Net):
    def __init__(self):
        super().__init__()
        self.requires_grad_ = True
        self.zero_grad = None
        self.apply = "softmax"


class EmptyByLength(Net):
    def __len__(self):
        return 0


class LengthRaises(Net):
    def __len__(self):
        raise TypeError("this model has no length")


class NeverTrue(Net):
    def __bool__(self):
        raise RuntimeError("do not ask")


class EqualWithoutHash(Net):
    def __eq__(self, other):
        return isinstance(other, EqualWithoutHash)


class HashRaises(nn.Module):
    class Layer(nn.Linear):
        def __hash__(self):
            raise RuntimeError("not before fit()")

    def __init__(self):
        super().__init__()
        self.fc = self.Layer(10, 4)

    def forward(self, x):
        return self.fc(x)


class EqualByWeights(Net):
    def __eq__(self, other):
        return self.fc.weight == other.fc.weight

    def __hash__(self):
        return 1


class KnowsEveryName(Net):
    def __getattr__(self, name):
        try:
            return super().__getattr__(name)
        except AttributeError:
            return lambda *args: name


class GetattrRaisesKeyError(Net):
    names = {}

    def __getattr__(self, name):
        if name in ("fc", "drop"):
            return super().__getattr__(name)
        return self.names[name]


class CalledWithoutHooks(Net):
    def __call__(self, x):
        return self.forward(x)


class ReprRaises(Net):
    def __repr__(self):
        raise RuntimeError("no print today")


class ExtraReprRaises(nn.Module):
    class Layer(nn.Linear):
        def extra_repr(self):
            return f"{self.missing}"

    def __init__(self):
        super().__init__()
        self.fc = self.Layer(10, 4)

    def forward(self, x):
        return self.fc(x)


class ExtraReprIsANumber(Net):
    def extra_repr(self):
        return 7


class SetattrIsClosed(Net):
    def __init__(self):
        super().__init__()
        vars(self)["closed"] = True

    def __setattr__(self, name, value):
        if vars(self).get("closed"):
            raise AttributeError("this model is frozen")
        super().__setattr__(name, value)


class TrainingIsAProperty(Net):
    @property
    def training(self):
        return True

    @training.setter
    def training(self, mode):
        pass


class CopyRaises(Net):
    def __deepcopy__(self, memo):
        raise RuntimeError("there can be only one")

    def __reduce__(self):
        raise RuntimeError("there can be only one")


class ClassLies(Net):
    @property
    def __class__(self):
        return dict


class NoSuperInit(nn.Module):
    def __init__(self):
        self.scale = 2.0

    def forward(self, x):
        return x * self.scale


class ForwardIsAnAttribute(Net):
    def __init__(self):
        super().__init__()
        self.forward = lambda x: torch.relu(self.fc(x))
