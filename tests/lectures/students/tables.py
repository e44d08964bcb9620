"""What students write for rows of numbers, graphs, games and several inputs."""

import torch
import torch.nn.functional as F
from torch import nn


class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(13, 32)
        self.fc2 = nn.Linear(32, 3)

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))


class HeadFirst(nn.Module):
    """What forward calls last is registered first."""

    def __init__(self):
        super().__init__()
        self.head = nn.Linear(6, 2)
        self.body = {"deep": [nn.Linear(11, 6), nn.ReLU()]}

    def forward(self, x):
        for layer in self.body["deep"]:
            x = layer(x)
        return self.head(x)


class FlatMlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.flatten = nn.Flatten()
        self.net = nn.Sequential(nn.Linear(28 * 28, 32), nn.ReLU(), nn.Linear(32, 10))

    def forward(self, x):
        return self.net(self.flatten(x))


class Vae(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 20)
        self.mean, self.log_var = nn.Linear(20, 4), nn.Linear(20, 4)
        self.fc3, self.fc4 = nn.Linear(4, 20), nn.Linear(20, 784)

    def forward(self, x):
        h = F.relu(self.fc1(x.view(-1, 784)))
        mean, log_var = self.mean(h), self.log_var(h)
        z = mean + torch.exp(0.5 * log_var) * torch.randn_like(mean)
        return torch.sigmoid(self.fc4(F.relu(self.fc3(z)))), mean, log_var


class OwnWeights(nn.Module):
    def __init__(self):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(3))
        self.matrices = [torch.randn(9, 5, requires_grad=True), torch.randn(5, 3)]

    def forward(self, x):
        for matrix in self.matrices:
            x = x @ matrix
        return x + self.bias


class Scale(nn.Module):
    """Elementwise: only the size of the parameter says what it takes."""

    def __init__(self):
        super().__init__()
        self.gamma, self.beta = nn.Parameter(torch.ones(14)), nn.Parameter(torch.zeros(14))

    def forward(self, x):
        return (x - x.mean(-1, keepdim=True)) * self.gamma + self.beta


class TwoTowers(nn.Module):
    """Of two inputs with different sizes."""

    def __init__(self):
        super().__init__()
        self.user, self.item = nn.Linear(5, 8), nn.Linear(9, 8)

    def forward(self, user, item):
        return (self.user(user) * self.item(item)).sum(dim=1)


class NamedInputs(nn.Module):
    """A dict: pictures and words."""

    def __init__(self):
        super().__init__()
        self.picture = nn.Linear(15, 8)
        self.word = nn.Embedding(30, 8)

    def forward(self, batch):
        image = self.picture(batch["image"])
        words = self.word(batch["words"]).mean(dim=1)
        return image + words


class PairInOne(nn.Module):
    def __init__(self):
        super().__init__()
        self.left, self.right = nn.Linear(4, 3), nn.Linear(6, 3)

    def forward(self, pair):
        a, b = pair
        return self.left(a) + self.right(b)


class OnlyByName(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(4, 3), nn.Linear(6, 3)

    def forward(self, *, first, second, scale=1.0):
        return scale * (self.a(first) + self.b(second))


class Router(nn.Module):
    """A ModuleDict, and which of it is called."""

    def __init__(self):
        super().__init__()
        self.body = nn.Linear(8, 6)
        self.heads = nn.ModuleDict({"age": nn.Linear(6, 1), "income": nn.Linear(6, 2)})

    def forward(self, x, task):
        return self.heads[task](F.relu(self.body(x)))


class Activations(nn.Module):
    def __init__(self):
        super().__init__()
        self.choices = nn.ModuleDict({"relu": nn.ReLU(), "tanh": nn.Tanh()})
        self.fc = nn.Linear(8, 8)

    def forward(self, x, act: str):
        return self.choices[act](self.fc(x))


class SimilarityHead(nn.Module):
    def __init__(self):
        super().__init__()
        self.bilinear = nn.Bilinear(7, 5, 1)

    def forward(self, a, b):
        return torch.sigmoid(self.bilinear(a, b))


class MixtureOfExperts(nn.Module):
    def __init__(self):
        super().__init__()
        self.experts = nn.ModuleList([nn.Linear(10, 6) for _ in range(4)])
        self.gate = nn.Linear(10, 4)

    def forward(self, x):
        weights = self.gate(x).softmax(dim=-1)
        answers = torch.stack([expert(x) for expert in self.experts], dim=1)
        return (weights.unsqueeze(-1) * answers).sum(dim=1)


class GraphNet(nn.Module):
    """Features of the nodes, and the matrix that says who is whose neighbour."""

    def __init__(self):
        super().__init__()
        self.w1, self.w2 = nn.Linear(12, 8), nn.Linear(8, 3)

    def forward(self, x, adj):
        return adj @ self.w2(F.relu(adj @ self.w1(x)))


class EdgeNet(nn.Module):
    """A graph as a list of edges."""

    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(6, 4)

    def forward(self, x, edge_index):
        src, dst = edge_index
        messages = self.lin(x)[src]
        return torch.zeros(x.size(0), 4).index_add(0, dst, messages)


class LazyNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.LazyLinear(16), nn.LazyLinear(3)

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))


class Dqn(nn.Module):
    def __init__(self, state=4, actions=2):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(state, 16), nn.ReLU(), nn.Linear(16, actions))

    def forward(self, state):
        return self.net(state)


class ActorCritic(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(6, 16)
        self.actor, self.critic = nn.Linear(16, 3), nn.Linear(16, 1)

    def forward(self, obs):
        h = torch.tanh(self.body(obs))
        return {"policy": self.actor(h).softmax(-1), "value": self.critic(h)}


class Critic(nn.Module):
    """It judges an action in a state."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(8 + 2, 16), nn.ReLU(), nn.Linear(16, 1))

    def forward(self, state, action):
        return self.net(torch.cat([state, action], dim=-1))


class Recommender(nn.Module):
    def __init__(self):
        super().__init__()
        self.users, self.items = nn.Embedding(20, 6), nn.Embedding(35, 6)
        self.fc = nn.Linear(12, 1)

    def forward(self, user_id, item_id):
        return self.fc(torch.cat([self.users(user_id), self.items(item_id)], dim=-1))


class MixedColumns(nn.Module):
    """Numbers, and categories beside them."""

    def __init__(self):
        super().__init__()
        self.embeds = nn.ModuleList([nn.Embedding(5, 3), nn.Embedding(7, 3)])
        self.fc = nn.Linear(6 + 4, 2)

    def forward(self, x_num, x_cat):
        columns = [embed(x_cat[:, i]) for i, embed in enumerate(self.embeds)]
        return self.fc(torch.cat([*columns, x_num], dim=1))


class WideAndDeep(nn.Module):
    """Categories in the first columns of the same tensor."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(12, 4)
        self.fc = nn.Linear(4 + 6, 1)

    def forward(self, x):
        return self.fc(torch.cat([self.embed(x[:, 0].long()), x[:, 1:]], dim=1))


class WithLoss(nn.Module):
    """It is given the labels, and answers with the loss."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(9, 4)

    def forward(self, x, labels):
        return F.cross_entropy(self.fc(x), labels)


class NormFirst(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(18, 1)
        self.norm = nn.LayerNorm(18)

    def forward(self, x):
        return self.out(self.norm(x))


class OptionalMask(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(5, 5)

    def forward(self, x, mask=None, return_hidden: bool = False):
        h = self.fc(x)
        if mask is not None:
            h = h.masked_fill(mask, 0.0)
        return h


class Sampler(nn.Module):
    """It draws its own noise: nothing has to be given."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 6)

    def forward(self, n=5):
        return self.fc(torch.randn(n, 3))


class DefaultNone(nn.Module):
    """By its signature it needs nothing, and it does."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(11, 2)

    def forward(self, x=None, scale=None):
        y = self.fc(x)
        return y if scale is None else y * scale


class ManyInputs(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(6, 4)])

    def forward(self, *inputs):
        return sum(self.layers[0](x) for x in inputs)


class Steps(nn.Module):
    """How often a layer is called is an input, too."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(7, 7)

    def forward(self, x, n_steps: int):
        for _ in range(n_steps):
            x = torch.tanh(self.fc(x))
        return x


class FromNumpy(nn.Module):
    """It takes the array itself."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(13, 3)

    def forward(self, x):
        return self.fc(torch.from_numpy(x))


class Codebook(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("codes", torch.randn(12, 4))

    def forward(self, z):
        return self.codes[torch.cdist(z, self.codes).argmin(-1)]
