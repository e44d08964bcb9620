"""Models with a mistake in odd formatting, and what of their text a fix must change."""

from typing import NamedTuple


class Odd(NamedTuple):
    """A file with a model `Net`, which is called with 4 rows of 10 numbers."""

    text: str
    changes: dict[str, str]  # each stands once in the text; nothing else may change


ODD = {
    "list": Odd(
        """\
import torch.nn as nn,torch   # odd, but allowed


class Net( nn.Module ):
    '''Two layers.'''
    def __init__( self ):
        super().__init__()
        self . layers = [   # first, then second
            nn.Linear(10,20) ,

            nn.Linear( 20, 5 ),   # the head
        ]   # never shorter
    def forward(self, x):
        return self.layers [1]( self.layers[0](x).relu() )
""",
        {"= [   #": "= nn.ModuleList([   #", "]   # never": "])   # never"},
    ),
    "appended to": Odd(
        """\
import torch

class Net(torch.nn.Module):
  def __init__(self, n=3):
    super().__init__(); "é"; self.layers: list = []  # two bytes, é
    for _ in range(n):
      self.layers.append( torch.nn.Linear(10, 10) )
    self.layers += [torch.nn.Tanh(), torch.nn.Linear(10, 5)]

  def forward(self, x):
    for layer in self.layers: x = layer(x)
    return x
""",
        {"list = []": "list = torch.nn.ModuleList()"},
    ),
    "comprehension, and no name for ModuleList": Odd(
        """\
from torch.nn import (
    Linear as Layer,  # shorter
    Module,
)  # and no more

SIZES = [10, 20, 5]


class Net(Module):
    def __init__(self):
        super().__init__()
        "é"; self.layers = [Layer(a, b) for a, b in zip(SIZES, SIZES[1:])] # é

    def forward(self, x):
        return self.layers[1](self.layers[0](x).relu())
""",
        {
            ")  # and no more": ")  # and no more\nfrom torch.nn import ModuleList",
            "= [Layer": "= ModuleList([Layer",
            "[1:])] # é": "[1:])]) # é",
        },
    ),
    "tuple, tabs and another name for nn": Odd(
        """\
from torch import nn as layers

class Net(layers.Module):
\tdef __init__(self):
\t\tsuper().__init__()
\t\tself.pair = layers.Linear(10, 10), layers.Linear(10, 5) # tabs

\tdef forward(self, x):
\t\tfirst, second = self.pair
\t\treturn second(first(x))
""",
        {"= layers.Linear": "= layers.ModuleList((layers.Linear", "5) # tabs": "5))) # tabs"},
    ),
    "list of several targets, made by a function": Odd(
        """\
from torch import nn

def block(n_in, n_out):  # a function that makes one
    return nn.Sequential(nn.Linear(n_in, n_out), nn.BatchNorm1d(n_out))

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.blocks = nn.Linear(10, 5), (
            [block(10, 10), *(block(10, 10),)]  # brackets around brackets
        )

    def forward(self, x):
        for each in self.blocks:
            x = each(x)
        return self.a(x)
""",
        {"[block(": "nn.ModuleList([block(", "]  # brackets": "])  # brackets"},
    ),
    "dict": Odd(
        """\
from torch import nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = {
            'hidden' : nn.Linear(10, 20),   # by name
            f"{'he'}ad": nn.Linear(20, 5) }
        self.more = { }   # filled below
        for name in ["a", "b"]:
            self.more[name] = nn.Linear(5, 5)

    def forward(self, x):
        x = self.layers["head"](F.relu(self.layers["hidden"](x)))
        for name, layer in self.more.items(): x = layer(x)
        return x
""",
        {
            "= {\n": "= nn.ModuleDict({\n",
            "5) }": "5) })",
            "{ }": "nn.ModuleDict()",
        },
    ),
    "trainable tensors": Odd(
        """\
import torch
from torch import nn
class Net(nn.Module):

    def __init__(self, bias = True):
        super().__init__()
        self.weight = torch.randn(
            10, 5,   # in, out
            requires_grad = True, # it learns
        )
        w = torch.zeros(5); w.requires_grad_()
        self.bias = (  # maybe
            w if bias else None
        )
        self.scale = torch.ones(5, requires_grad=True)
        self.late = .1 * torch.ones(5)   ;   self.late.requires_grad = True

    def forward(self, x):
        return (x @ self.weight + self.bias) * self.scale + self.late
""",
        {
            "= torch.randn(": "= nn.Parameter(torch.randn(",
            "        )\n        w =": "        ))\n        w =",
            "w if bias": "nn.Parameter(w) if bias",
            "= torch.ones(5, requires_grad=True)": "= nn.Parameter(torch.ones(5))",
            "= .1 * torch.ones(5)   ;": "= nn.Parameter(.1 * torch.ones(5))   ;",
        },
    ),
    "buffers": Odd(
        """\
import torch as t, torch.nn as nn

class Net(nn.Module):
    def __init__(this):
        super().__init__()
        this.table: t.Tensor = t.arange(10) / 10 \\
            - .5  # a long one
        this.mask = ( # keeps some
            t.ones(10) .abs( )
            )
        this.late = None  # made below
        this.prepare()
        this.head = nn.Linear(10, 5)

    def prepare(this):
        this.late = t.full((10,), 2.)

    def forward(this, x):
        return this.head((x + this.table) * this.mask * this.late)
""",
        {
            "this.table: t.Tensor = t": (
                'this.table: t.Tensor\n        this.register_buffer("table", t'
            ),
            ".5  #": ".5)  #",
            "this.mask = (": 'this.register_buffer("mask", (',
            ")\n        this.late = None": '))\n        this.register_buffer("late", None)',
        },
    ),
    "dropout": Odd(
        """\
import torch.nn.functional as F
from torch.nn.functional import dropout as drop, scaled_dot_product_attention
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.p = .5
        self.head = nn.Linear(10, 5)

    def forward(self, x):
        x = F.dropout( x )
        x = drop(
            x,  # what it gets
            p=self.p,   # how often
        )
        x = (lambda y: F.dropout1d(y, p=.1 , inplace=False ))(x)
        x = scaled_dot_product_attention(x[None], x[None], x[None], None, lambda: .5)[0] \\
            if False else scaled_dot_product_attention(
                x[None], x[None], x[None], # q, k, v
                dropout_p=.1 if self.p else .2)[0]
        return self.head(F.dropout(x, training=True, p=0.))
""",
        {
            "dropout( x )": "dropout( x, training=self.training )",
            "# how often\n": "# how often\n            training=self.training,\n",
            "inplace=False )": "inplace=False, training=self.training )",
            "lambda: .5)": "(lambda: .5) if self.training else 0.0)",
            ".1 if self.p else .2)": "(.1 if self.p else .2) if self.training else 0.0)",
        },
    ),
    "one layer three times": Odd(
        """\
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self, n = 3):
        super().__init__()
        block = nn.Linear(10,
                          10)
        self.blocks = nn.Sequential( * [ block , ] * n )  # n of them
        self.heads = nn.ModuleList(2 * [
            nn.Linear(10, 5) # last
        ])

    def forward(self, x):
        x = self.blocks(x)
        return self.heads[0](x) + self.heads[1](x)
""",
        {
            "        block = nn.Linear(10,\n                          10)\n": "",
            "[ block , ] * n )": (
                "[ nn.Linear(10,\n                          10) for _ in range(n)  ] )"
            ),
            "2 * [": "[",
            "nn.Linear(10, 5) #": "nn.Linear(10, 5) for _ in range(2) #",
        },
    ),
    "train and eval": Odd(
        """\
from torch import nn

class Part(nn.Module):
    def __init__(self):
        super().__init__()
        self.drop = nn.Dropout(.5)

    def train(self, mode: bool = True):
        '''Says so.'''

        # nothing else
        self.last = mode   # for the log

    def forward(self, x): return self.drop(x)

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.part = Part() ; self.head = nn.Linear(10, 5)

    def train(self, on=True): super().train( )

    def eval(self):
        super().eval()
        if self.training: return
        return   None  # nothing

    def forward(self, x):
        return self.head(self.part(x))
""",
        {
            "        self.last = mode   # for the log\n": (
                "        super().train(mode)\n        self.last = mode   # for the log\n"
                "        return self\n"
            ),
            "super().train( )": "super().train(on); return self",
            "self.training: return": "self.training: return self",
            "return   None": "return self",
        },
    ),
}
