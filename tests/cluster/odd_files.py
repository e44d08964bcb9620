"""Models that do what none should: each costs its own page, on whichever engine."""

import os
import threading
from pathlib import Path

from torch import nn

HERE = Path(__file__)


class Hidden(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(10, 5)]

    def forward(self, x):
        return self.layers[0](x)


class TellsItsPath(Hidden):
    def forward(self, x):
        raise FileNotFoundError(f"there is no {HERE.parent / 'weights.pt'}")


class Reads(nn.Linear):
    def __init__(self):
        super().__init__(10, int((HERE.parent / "width.txt").read_text()))


class Ends(Hidden):
    def forward(self, x):
        os._exit(3)


class LeavesAThread(Hidden):
    def forward(self, x):
        threading.Thread(target=threading.Event().wait, daemon=True).start()
        return super().forward(x)


class TakesAll(Hidden):
    def forward(self, x):
        return super().forward(x) + len(bytearray(8_000_000_000))


class Hangs(Hidden):
    def forward(self, x):
        while True:
            threading.Event().wait()


class Large(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(10, 10) for _ in range(400))

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x
