"""What students write for texts and other sequences."""

import math

import torch
import torch.nn.functional as F
from torch import nn


class LstmClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(12, 16, num_layers=2, batch_first=True)
        self.fc = nn.Linear(16, 3)

    def forward(self, x):
        out, _ = self.lstm(x)
        return self.fc(out[:, -1])


class TextClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(100, 12)
        self.lstm = nn.LSTM(12, 16, batch_first=True, bidirectional=True)
        self.fc = nn.Linear(32, 2)

    def forward(self, tokens):
        _, (h, _) = self.lstm(self.embedding(tokens))
        return self.fc(torch.cat([h[0], h[1]], dim=1))


class GruForecast(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(8, 1)
        self.gru = nn.GRU(3, 8)

    def forward(self, series):
        hidden, _ = self.gru(series)
        return self.out(hidden[-1])


class CharRnn(nn.Module):
    """The state is handed in and out."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(30, 8)
        self.rnn = nn.RNN(8, 16, batch_first=True)
        self.out = nn.Linear(16, 30)

    def forward(self, x, hidden):
        y, hidden = self.rnn(self.embed(x), hidden)
        return self.out(y), hidden


class CharLstm(nn.Module):
    """The state of an LSTM is two tensors."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(30, 8)
        self.lstm = nn.LSTM(8, 16, batch_first=True)
        self.out = nn.Linear(16, 30)

    def forward(self, x, state):
        y, state = self.lstm(self.embed(x), state)
        return self.out(y), state


class Cell(nn.Module):
    """A recurrent cell written by hand."""

    def __init__(self):
        super().__init__()
        self.hidden_size = 6
        self.i2h = nn.Linear(5 + 6, 6)
        self.i2o = nn.Linear(6, 3)

    def forward(self, x, hidden):
        hidden = torch.tanh(self.i2h(torch.cat((x, hidden), 1)))
        return F.log_softmax(self.i2o(hidden), dim=1), hidden


class Seq2Seq(nn.Module):
    def __init__(self):
        super().__init__()
        self.source = nn.Embedding(40, 8)
        self.target = nn.Embedding(50, 8)
        self.encoder = nn.GRU(8, 16, batch_first=True)
        self.decoder = nn.GRU(8, 16, batch_first=True)
        self.out = nn.Linear(16, 50)

    def forward(self, src, trg, teacher_forcing_ratio=0.5):
        _, state = self.encoder(self.source(src))
        answers = []
        for step in range(trg.shape[1]):
            y, state = self.decoder(self.target(trg[:, step : step + 1]), state)
            answers.append(self.out(y))
        return torch.cat(answers, dim=1)


class PositionalEncoding(nn.Module):
    def __init__(self, width, longest=50):
        super().__init__()
        place = torch.arange(longest).unsqueeze(1)
        angle = place * torch.exp(torch.arange(0, width, 2) * (-math.log(10000.0) / width))
        table = torch.zeros(1, longest, width)
        table[0, :, 0::2] = torch.sin(angle)
        table[0, :, 1::2] = torch.cos(angle)
        self.register_buffer("table", table)

    def forward(self, x):
        return x + self.table[:, : x.size(1)]


class Encoder(nn.Module):
    """A transformer over vectors."""

    def __init__(self):
        super().__init__()
        layer = nn.TransformerEncoderLayer(d_model=16, nhead=2, batch_first=True)
        self.places = PositionalEncoding(16)
        self.encoder = nn.TransformerEncoder(layer, num_layers=1)
        self.fc = nn.Linear(16, 4)

    def forward(self, x):
        return self.fc(self.encoder(self.places(x)).mean(dim=1))


class BareEncoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(12, 3), 1)

    def forward(self, src, src_mask=None):
        return self.encoder(src, src_mask)


class Translator(nn.Module):
    def __init__(self):
        super().__init__()
        self.transformer = nn.Transformer(8, 2, 1, 1, 16, batch_first=True)
        self.out = nn.Linear(8, 20)

    def forward(self, src, tgt):
        return self.out(self.transformer(src, tgt))


class Head(nn.Module):
    def __init__(self, width, size, longest):
        super().__init__()
        self.key = nn.Linear(width, size, bias=False)
        self.query = nn.Linear(width, size, bias=False)
        self.value = nn.Linear(width, size, bias=False)
        self.register_buffer("tril", torch.tril(torch.ones(longest, longest)))

    def forward(self, x):
        B, T, C = x.shape
        scores = self.query(x) @ self.key(x).transpose(-2, -1) * C**-0.5
        scores = scores.masked_fill(self.tril[:T, :T] == 0, float("-inf"))
        return F.softmax(scores, dim=-1) @ self.value(x)


class TinyGpt(nn.Module):
    """Eight steps at most, so that 16 are too many."""

    def __init__(self):
        super().__init__()
        self.token = nn.Embedding(65, 16)
        self.position = nn.Embedding(8, 16)
        self.heads = nn.ModuleList([Head(16, 8, 8) for _ in range(2)])
        self.out = nn.Linear(16, 65)

    def forward(self, idx, targets=None):
        B, T = idx.shape
        x = self.token(idx) + self.position(torch.arange(T))
        logits = self.out(torch.cat([head(x) for head in self.heads], dim=-1))
        if targets is None:
            return logits, None
        return logits, F.cross_entropy(logits.view(B * T, -1), targets.view(B * T))


class AttentionPooling(nn.Module):
    def __init__(self):
        super().__init__()
        self.query = nn.Parameter(torch.randn(7))
        self.out = nn.Linear(7, 2)

    def forward(self, x):
        weight = torch.softmax(x @ self.query, dim=1).unsqueeze(-1)
        return self.out((weight * x).sum(dim=1))


class CrossAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = nn.MultiheadAttention(12, 3, kdim=6, vdim=6, batch_first=True)

    def forward(self, query, context):
        return self.attention(query, context, context)[0]


class MaskedAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(20, 8)
        self.q, self.k, self.v = nn.Linear(8, 8), nn.Linear(8, 8), nn.Linear(8, 8)

    def forward(self, ids, mask):
        x = self.embed(ids)
        scores = self.q(x) @ self.k(x).transpose(1, 2)
        scores = scores.masked_fill(~mask[:, None, :], -1e9)
        return scores.softmax(-1) @ self.v(x)


class PackedLstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(25, 6)
        self.lstm = nn.LSTM(6, 10, batch_first=True)
        self.fc = nn.Linear(10, 2)

    def forward(self, text, lengths):
        packed = nn.utils.rnn.pack_padded_sequence(self.embed(text), lengths, batch_first=True)
        _, (h, _) = self.lstm(packed)
        return self.fc(h[-1])


class TextCnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(60, 10)
        self.convs = nn.ModuleList([nn.Conv1d(10, 4, size) for size in (2, 3, 4)])
        self.fc = nn.Linear(12, 2)

    def forward(self, x):
        x = self.embed(x).transpose(1, 2)
        return self.fc(torch.cat([F.relu(conv(x)).amax(dim=2) for conv in self.convs], dim=1))


class BagOfWords(nn.Module):
    def __init__(self):
        super().__init__()
        self.bag = nn.EmbeddingBag(50, 8)
        self.fc = nn.Linear(8, 4)

    def forward(self, text):
        return self.fc(self.bag(text))


class Spectrogram(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("window", torch.hann_window(64), persistent=False)
        self.conv = nn.Conv2d(1, 4, 3)
        self.fc = nn.Linear(4, 2)

    def forward(self, wave):
        picture = torch.stft(wave, 64, 32, window=self.window, return_complex=True).abs()
        return self.fc(self.conv(picture[:, None]).mean((2, 3)))


class ChecksItsInput(nn.Module):
    def __init__(self, steps=24, channels=7):
        super().__init__()
        self.steps, self.channels = steps, channels
        self.fc = nn.Linear(steps, 12)

    def forward(self, x):
        wanted = (self.steps, self.channels)
        told = f"expected (B, {self.steps}, {self.channels}), got {tuple(x.shape)}"
        assert x.shape[1:] == wanted, told
        return self.fc(x.transpose(1, 2)).transpose(1, 2)


class TextBags(nn.Module):
    def __init__(self):
        super().__init__()
        self.bag = nn.EmbeddingBag(50, 8)
        self.fc = nn.Linear(8, 4)

    def forward(self, text, offsets):
        return self.fc(self.bag(text, offsets))


class CellByHand(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.GRUCell(5, 8)
        self.out = nn.Linear(8, 2)

    def forward(self, x):
        h = torch.zeros(x.size(0), 8)
        for t in range(x.size(1)):
            h = self.cell(x[:, t], h)
        return self.out(h)


class AttentionOverSteps(nn.Module):
    """Of rows alone the attention would make one sequence."""

    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(8, 16)
        self.attention = nn.MultiheadAttention(16, 4, batch_first=True)
        self.out = nn.Linear(16, 3)

    def forward(self, x):
        h = self.inner(x)
        h, _ = self.attention(h, h, h)
        return self.out(h.mean(1))
