"""Samples that are mixed with the others of their batch, and dimensions that are no batch."""

import torch
import torch.nn.functional as F
from torch import nn


class SoftmaxOverTheBatch(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 3))

    def forward(self, x):
        return F.softmax(self.out(x), dim=0)


class SoftmaxLayerOverTheBatch(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Sequential(nn.Linear(6, 3), nn.LogSoftmax(dim=0))

    def forward(self, x):
        return self.out(x)


class AttentionOverTheBatch(nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(8, 8) for _ in range(3))

    def forward(self, x):
        batch, steps, features = x.shape
        scores = self.query(x) @ self.key(x).transpose(1, 2)
        return torch.softmax(scores / features**0.5, 0) @ self.value(x)


class StandardizesTheBatch(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(6, 3)

    def forward(self, x):
        return self.out((x - x.mean()) / x.std())


class BatchTakenForTime(nn.Module):
    def __init__(self):
        super().__init__()
        self.recurrent = nn.GRU(6, 8)
        self.out = nn.Linear(8, 3)

    def forward(self, x):
        steps, _ = self.recurrent(x)
        return self.out(steps[:, -1])


class ViewForTranspose(nn.Module):
    def __init__(self):
        super().__init__()
        self.recurrent = nn.LSTM(6, 8)
        self.out = nn.Linear(8, 3)

    def forward(self, x):
        batch, steps, features = x.shape
        answers, _ = self.recurrent(x.view(steps, batch, features))
        return self.out(answers[-1])


class TimeFirst(nn.Module):
    def __init__(self):
        super().__init__()
        self.recurrent = nn.LSTM(6, 8)
        self.out = nn.Linear(8, 3)

    def forward(self, x):
        steps, _ = self.recurrent(x)
        return F.log_softmax(self.out(steps), dim=-1)


class LastStep(nn.Module):
    def __init__(self):
        super().__init__()
        self.recurrent = nn.GRU(6, 8)
        self.out = nn.Linear(8, 3)

    def forward(self, x):
        steps, _ = self.recurrent(x)
        return self.out(steps[-1])


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0)
        self.encoder = nn.TransformerEncoder(layer, 1, enable_nested_tensor=False)
        self.out = nn.Linear(8, 3)

    def forward(self, x):
        return self.out(self.encoder(x).mean(dim=0))


class OneSequence(nn.Module):
    """Attention with the keys in the rows, over the rows of one sequence."""

    def __init__(self):
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(8, 8) for _ in range(3))

    def forward(self, x):
        weights = F.softmax(self.key(x) @ self.query(x).T, dim=0)
        return weights.T @ self.value(x)


class Bag(nn.Module):
    """One answer for all rows, and the weight of each."""

    def __init__(self):
        super().__init__()
        self.feature, self.weight, self.out = nn.Linear(6, 8), nn.Linear(8, 1), nn.Linear(8, 2)

    def forward(self, rows):
        features = torch.tanh(self.feature(rows))
        weights = F.softmax(self.weight(features), dim=0)
        return self.out((weights * features).sum(0, keepdim=True)), weights


class Neighbours(nn.Module):
    """A graph of four nodes: no other number of rows fits."""

    def __init__(self):
        super().__init__()
        self.register_buffer("edges", torch.tensor([[1.0, 1, 0, 0]] * 4) / 2)
        self.out = nn.Linear(6, 3)

    def forward(self, nodes):
        return self.edges @ self.out(nodes)


class EachWithEach(nn.Module):
    """How alike two batches are: as many columns as there are samples."""

    def __init__(self):
        super().__init__()
        self.image, self.text = nn.Linear(8, 4), nn.Linear(6, 4)

    def forward(self, image, text):
        images, texts = F.normalize(self.image(image)), F.normalize(self.text(text))
        return images @ texts.T


class ColumnsFirst(nn.Module):
    """A softmax over the classes, which stand before the time."""

    def __init__(self):
        super().__init__()
        self.out = nn.Conv1d(6, 3, 3, padding=1)

    def forward(self, x):
        return F.softmax(self.out(x), dim=-2)


class SoftmaxOverImages(nn.Module):
    """Of noise: the mean over an image is nearly that over another one."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1))
        self.out = nn.Linear(4, 3)

    def forward(self, x):
        return nn.Softmax(dim=0)(self.out(self.features(x).flatten(1)))


class ScaledByTheBatch(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(6, 3)

    def forward(self, x):
        return self.out((x - x.min()) / (x.max() - x.min()))


class Discriminator(nn.Module):
    """It is told how much a batch varies, as that of a progressively grown GAN is."""

    def __init__(self):
        super().__init__()
        self.hidden, self.out = nn.Linear(6, 8), nn.Linear(9, 1)

    def forward(self, x):
        hidden = torch.relu(self.hidden(x))
        varies = hidden.std(0, unbiased=False).mean().expand(len(x), 1)
        return self.out(torch.cat([hidden, varies], 1))


class ViewOfTheWrongWidth(nn.Module):
    """Of a sample, 128 numbers make a row, and no number of such rows is a sample."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 20, 5), nn.ReLU())
        self.out = nn.Linear(128, 3)

    def forward(self, x):
        x = self.features(x)
        return self.out(x.view(-1, 128))


class AttentionAmongSamples(nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(48, 8) for _ in range(3))

    def forward(self, x):
        x = x.flatten(1)
        weights = F.softmax(self.query(x) @ self.key(x).T, dim=-1)
        return weights @ self.value(x)


class AttentionAmongAllSteps(nn.Module):
    """The steps of all samples are one long sequence for it."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(20, 8)
        self.out = nn.Linear(8, 3)

    def forward(self, tokens):
        batch, steps = tokens.shape
        x = self.embedding(tokens).view(batch * steps, 8)
        x = F.scaled_dot_product_attention(x, x, x)
        return self.out(x.view(batch, steps, 8).mean(1))


class CovarianceOfTheBatch(nn.Module):
    def __init__(self):
        super().__init__()
        self.recurrent = nn.GRU(6, 8, batch_first=True)
        self.out = nn.Linear(8, 3)

    def forward(self, x):
        last = self.recurrent(x)[0][:, -1]
        return self.out(last @ torch.einsum("bi,bj->ij", last, last))


class WordsOneByOne(nn.Module):
    """A row of logits for each word of each sample, as a loss takes them."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(20, 8)
        self.recurrent = nn.GRU(8, 8, batch_first=True)
        self.out = nn.Linear(8, 20)

    def forward(self, tokens):
        steps, _ = self.recurrent(self.embedding(tokens))
        return self.out(steps.reshape(-1, 8))


class StepsOneByOne(nn.Module):
    """The same with the steps first."""

    def __init__(self):
        super().__init__()
        self.recurrent = nn.GRU(6, 8)
        self.out = nn.Linear(8, 3)

    def forward(self, x):
        steps, _ = self.recurrent(x)
        return self.out(steps.view(-1, 8))


class Patches(nn.Module):
    """Attention within each window of an image, whose windows stand in the batch meanwhile."""

    def __init__(self):
        super().__init__()
        self.enter, self.out = nn.Conv2d(3, 8, 1), nn.Linear(8, 3)

    def forward(self, x):
        x = self.enter(x)
        batch, channels, height, width = x.shape
        x = x.view(batch, channels, height // 2, 2, width // 2, 2)
        x = x.permute(0, 2, 4, 3, 5, 1).reshape(-1, 4, channels)
        x = F.softmax(x @ x.transpose(1, 2), dim=-1) @ x
        return self.out(x.view(batch, -1, channels).mean(1))


class FramesOfAClip(nn.Module):
    """Two frames that follow each other are a clip, which has one answer."""

    def __init__(self):
        super().__init__()
        self.frame = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1))
        self.out = nn.Linear(4, 3)

    def forward(self, x):
        frames = self.frame(x).flatten(1).view(-1, 2, 4)
        attention = F.softmax(frames @ frames.transpose(1, 2), dim=-1)
        return self.out((attention @ frames).mean(1))


class ViewForTransposeOfWords(nn.Module):
    """Sixteen words of four samples: each row of the view is of one sample, and none is a word."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(20, 8)
        self.attention = nn.MultiheadAttention(8, 2)
        self.out = nn.Linear(8, 3)

    def forward(self, tokens):
        x = self.embedding(tokens)
        x = x.view(x.size(1), x.size(0), -1)
        answers, _ = self.attention(x, x, x)
        return self.out(answers.mean(0))


class RollsTheBatch(nn.Module):
    """A shift in time was meant."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(6, 6, 3, padding=1)

    def forward(self, x):
        return self.conv(x + torch.roll(x, 1, 0))


class RollsTime(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(6, 6, 3, padding=1)

    def forward(self, x):
        return self.conv(x + torch.roll(x, 1, 2).flip(2))


class ColumnMeetsRow(nn.Module):
    """Four numbers in a column less four in a row are sixteen."""

    def __init__(self):
        super().__init__()
        self.value, self.target = nn.Linear(6, 1), nn.Linear(6, 1)

    def forward(self, x):
        return (self.value(x) - self.target(x).squeeze(1)).pow(2).mean(1)


class EachPair(nn.Module):
    """How far each of the six parts of a sample is from each other one."""

    def __init__(self):
        super().__init__()
        self.part = nn.Linear(8, 1)

    def forward(self, x):
        parts = self.part(x).squeeze(-1)
        return (parts[:, :, None] - parts[:, None, :]).abs().mean(2)
