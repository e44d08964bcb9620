"""Parameters that no gradient reaches, and what is no bug all the same."""

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(6, 6)
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(self.between(self.body(x)))

    def between(self, h):
        return h.relu()


class Detached(Net):
    def between(self, h):
        return h.detach()


class ByData(Net):
    def between(self, h):
        return h.data * 1.0


class ThroughNumpy(Net):
    def between(self, h):
        return torch.from_numpy(h.detach().numpy() * 2.0)


class ThroughAList(Net):
    def between(self, h):
        return torch.tensor(h.tolist())


class HardChoice(Net):
    def between(self, h):
        return torch.eye(6)[h.argmax(-1)]


class StraightThrough(Net):
    """Rounds forward, and lets the gradient pass."""

    def between(self, h):
        return h + (h.round() - h).detach()


class Rounded(Net):
    def between(self, h):
        return h.round()


class NoGrad(Net):
    def forward(self, x):
        with torch.no_grad():
            h = self.body(x)
        return self.out(h)


class Predicts(Net):
    def forward(self, x):
        return super().forward(x).argmax(-1)


class Unused(Net):
    def __init__(self):
        super().__init__()
        self.spare = nn.Linear(6, 6)


class ZeroTimes(Net):
    def between(self, h):
        return h * 0.0


class ZeroInit(Net):
    """A gate that starts at 0 opens with the first step."""

    def __init__(self):
        super().__init__()
        self.gate = nn.Parameter(torch.zeros(()))

    def between(self, h):
        return h * self.gate


class DropsAll(Net):
    def __init__(self):
        super().__init__()
        self.drop = nn.Dropout(1.0)

    def between(self, h):
        return self.drop(h)


class Logs(Net):
    """What is logged leaves the graph and does not return."""

    def between(self, h):
        self.largest = h.max().item()
        return h * (h > 0)


class BiasBeforeNorm(Net):
    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(6)

    def between(self, h):
        return self.norm(h)


class InferenceMode(Net):
    def forward(self, x):
        with torch.inference_mode():
            h = self.body(x)
        return self.out(h.clone())


class PerSample(Net):
    """What a forward computes under vmap is computed all the same."""

    def between(self, h):
        return torch.vmap(self.body)(h)


class Slope(Net):
    """The derivative of one part, as in a physics-informed net."""

    def between(self, h):
        slope = torch.func.grad(lambda row: self.body(row).tanh().sum())
        return h + torch.vmap(slope)(h)


class Sampled(Net):
    """sample() where rsample() was meant."""

    def between(self, h):
        return torch.distributions.Normal(h, 1.0).sample()


class Thaws(Net):
    """The body is to be trained later; nobody knows when that is."""

    def __init__(self):
        super().__init__()
        self.calls = 0

    def between(self, h):
        self.calls += 1
        self.body.requires_grad_(self.calls > 1000)
        return self.body(h.detach())


class WritesWeights(Net):
    """The body writes the weights of the head, past autograd."""

    def forward(self, x):
        self.out.weight.data = self.body(x[0]).expand(2, 6) * 0.5
        return self.out(x)


class OnceComputed(nn.Module):
    """Weight normalization by hand, in __init__: the second backward finds its graph used up."""

    def __init__(self):
        super().__init__()
        self.v = nn.Parameter(torch.randn(4, 6))
        self.g = nn.Parameter(torch.ones(4, 1))
        self.weight = self.g * self.v / self.v.norm(dim=1, keepdim=True)

    def forward(self, x):
        return nn.functional.linear(x, self.weight)


class Force(Net):
    """A force is the slope of an energy, and computed in forward: not under no_grad()."""

    def between(self, h):
        h = h.clone().requires_grad_()
        energy = self.body(h).tanh().sum()
        return torch.autograd.grad(energy, h, create_graph=True)[0]


class TrainsItself(Net):
    """Every forward makes a step of its own, also after eval()."""

    def __init__(self):
        super().__init__()
        self.own = torch.optim.SGD(self.body.parameters(), lr=0.1)

    def between(self, h):
        self.own.zero_grad()
        (self.body(h) - h).square().mean().backward()
        self.own.step()
        return self.body(h).detach()


class Checkpointed(Net):
    """Its input asks for no gradient, and the reentrant kind hears of nothing else."""

    def forward(self, x):
        return self.out(checkpoint(self.body, x, use_reentrant=True))


class Decorated(Net):
    @torch.no_grad()
    def between(self, h):
        return self.out(h).relu().repeat(1, 3)


class Generated(nn.Module):
    """A network makes the weight of another, and a Parameter keeps none of its graph."""

    def __init__(self):
        super().__init__()
        self.code = nn.Parameter(torch.ones(3))
        self.maker = nn.Linear(3, 12)
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        self.out.weight = nn.Parameter(self.maker(self.code).view(2, 6))
        return self.out(x)


class Twins(Net):
    """A distance between two answers: the bias is in both."""

    def forward(self, left, right):
        return (self.out(self.body(left)) - self.out(self.body(right).relu())).square().sum(1)


class Routed(nn.Module):
    """Of many experts, a batch reaches some: the next one reaches others."""

    def __init__(self):
        super().__init__()
        self.router = nn.Linear(6, 5)
        self.experts = nn.ModuleList(nn.Linear(6, 2) for _ in range(5))

    def forward(self, x):
        share, chosen = self.router(x).softmax(1).max(1)
        rows = zip(x, share, chosen.tolist(), strict=True)
        return torch.stack([self.experts[i](row) * weight for row, weight, i in rows])


class Averaged(Net):
    """Eval mode answers with an average of the weights, which nobody froze."""

    def __init__(self):
        super().__init__()
        self.average = nn.Linear(6, 6)

    def between(self, h):
        if self.training:
            return h
        return self.average(h)


class Remembers(Net):
    """A state that is kept with its graph, as of an RNN."""

    def __init__(self):
        super().__init__()
        self.state = torch.zeros(6)

    def between(self, h):
        self.state = torch.tanh(h.mean(0) + self.state)
        return h * self.state


class FreezesByAssigning(Net):
    def __init__(self):
        super().__init__()
        self.body.requires_grad = False


class FreezesMisspelt(Net):
    def __init__(self):
        super().__init__()
        for parameter in self.body.parameters():
            parameter.require_grad = False


class Centers(Net):
    def forward(self, x):
        x -= x.mean()
        return super().forward(x)


class ReturnsNothing(Net):
    def forward(self, x):
        self.out(self.body(x))


class Chosen(nn.Module):
    """Every expert answers, and one answer is taken for each row: the others get 0."""

    def __init__(self):
        super().__init__()
        self.router = nn.Linear(6, 5)
        self.experts = nn.ModuleList(nn.Linear(6, 2) for _ in range(5))

    def forward(self, x):
        share, chosen = self.router(x).softmax(1).max(1)
        answers = torch.stack([expert(x) for expert in self.experts], 1)
        return answers[torch.arange(len(x)), chosen] * share[:, None]


class OptimizerTooEarly(Net):
    def __init__(self):
        super().__init__()
        self.optimizer = torch.optim.Adam(self.parameters())
        self.last = nn.Linear(2, 2)

    def forward(self, x):
        return self.last(super().forward(x))


class OwnOptimizers(Net):
    """One for each part."""

    def __init__(self):
        super().__init__()
        self.optimizers = [torch.optim.SGD(part.parameters(), 0.1) for part in self.children()]


class Keep(torch.autograd.Function):
    @staticmethod
    def forward(ctx, h):
        return h.view_as(h)

    @staticmethod
    def backward(ctx, gradient):
        return gradient / 2


class Lose(Keep):
    @staticmethod
    def backward(ctx, gradient):
        return None


class LosesInBackward(Net):
    def between(self, h):
        return Lose.apply(h)


class KeepsInBackward(Net):
    def between(self, h):
        return Keep.apply(h)


class DetachesAfterwards(Net):
    def between(self, h):
        return Keep.apply(h).detach()


class LargestOnly(Net):
    """Places have no gradient, although their values would have one."""

    def between(self, h):
        return torch.zeros_like(h).scatter(-1, h.topk(2).indices, 1.0)


class KeepApart(torch.autograd.Function):
    @staticmethod
    def forward(h):
        return h.view_as(h)

    @staticmethod
    def setup_context(ctx, inputs, output):
        pass

    @staticmethod
    def backward(ctx, gradient):
        return gradient / 2


class LoseApart(KeepApart):
    @staticmethod
    def backward(ctx, gradient):
        return None


class LosesApart(Net):
    """What sets the context up is no part of its forward, which another one has, too."""

    def between(self, h):
        return LoseApart.apply(h)


class TargetNetwork(nn.Module):
    """The second network of a DQN, which nobody has frozen."""

    def __init__(self):
        super().__init__()
        self.online, self.target = (
            nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 2)) for _ in range(2)
        )

    def forward(self, x):
        return self.online(x)


class RoutesHard(nn.Module):
    """Which expert is asked is a choice, and its router learns nothing."""

    def __init__(self):
        super().__init__()
        self.router = nn.Linear(6, 2)
        self.experts = nn.ModuleList(nn.Linear(6, 6) for _ in range(2))

    def forward(self, x):
        chosen = self.router(x).argmax(-1, keepdim=True)
        return sum(
            torch.where(chosen == i, expert(x), 0.0) for i, expert in enumerate(self.experts)
        )


class KeepsItsWeight(nn.Module):
    """The first forward computes it, and the others take that one: detach() would not help."""

    def __init__(self):
        super().__init__()
        self.direction, self.length = nn.Parameter(torch.randn(2, 6)), nn.Parameter(torch.ones(2))
        self.weight = None

    def forward(self, x):
        if self.weight is None:
            self.weight = nn.functional.normalize(self.direction, dim=1) * self.length[:, None]
        return x @ self.weight.T


class SlopeOfTheInput(nn.Module):
    """A solution of a differential equation, with its slope in time and in space."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))

    def forward(self, x):
        place, time = x[:, :1].clone().requires_grad_(), (2 * x[:, 1:] - 1).requires_grad_()
        u = self.net(torch.cat([place, time], 1))
        return u, *torch.autograd.grad(u.sum(), (place, time), create_graph=True)


class ByTask(nn.Module):
    """Its caller chooses the head, and whether there is a second answer."""

    def __init__(self):
        super().__init__()
        self.body = nn.Linear(6, 6)
        self.heads = nn.ModuleDict({"class": nn.Linear(6, 3), "depth": nn.Linear(6, 1)})
        self.extra = nn.Linear(6, 2)

    def forward(self, x, task="class", *, more=False):
        hidden = torch.tanh(self.body(x))
        answer = self.heads[task](hidden)
        if more:
            return answer, self.extra(hidden)
        return answer
