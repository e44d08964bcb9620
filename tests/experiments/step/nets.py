"""Models whose lines are followed: what Python has, and what gets in the way."""

ORDINARY = '''
class Ways(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(4))
        self.fc = nn.Linear(4, 4)
        self.register_buffer("mask", torch.ones(4))
        self.mask = torch.zeros(4)
        self.other = nn.Buffer(torch.ones(2))
        self.note = "hello"
        self.scale = None
        self.add_module("late", nn.ReLU())

    def forward(self, x):
        return self.fc(x)

class OwnSetattr(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.n = 3

    def __setattr__(self, name, value):
        if isinstance(value, nn.Module):
            return object.__setattr__(self, name, value)
        super().__setattr__(name, value)

    def forward(self, x):
        return self.fc(x)

class Block(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.fc = nn.Linear(n, n)

    def forward(self, x):
        return self.fc(x).relu()

class Nested(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = Block(4)
        self.hidden = [Block(4)]

    def forward(self, x):
        return self.hidden[0](self.one(x))

class Inherited(Nested):
    pass

class Syntax(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(4, 4) for _ in range(2)])

    def deeper(self, x, n):
        if n == 0:
            return x
        return self.deeper(x + 1, n - 1)

    def parts(self, x):
        for i in range(2):
            yield x * i

    def forward(self, x):
        for layer in self.layers:
            x = layer(
                x
            )
            print("went through", layer.in_features)
        try:
            raise ValueError("no")
        except ValueError:
            caught = True
        double = lambda t: t * 2
        for part in self.parts(x):
            x = x + part
        x = self.deeper(double(x), 2)
        x += 1
        return x

class Drops(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.noise = torch.rand(4)

    def forward(self, x):
        x = F.dropout(self.fc(x), 0.5, self.training)
        return x + self.noise * torch.rand(4)

class Long(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList()
        self.numbers = list(range(10_000))
        self.table = {i: [i] for i in range(10_000)}
        for _ in range(1_000):
            self.layers.append(nn.Linear(4, 4))

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

def many(n):
    made = []
    made.append(n)
    made.append(n + 1)
    made.append(n + 2)
    return made

class Endless(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.a = [many(i) + many(i) + many(i) + many(i) + many(i) + many(i) for i in range(30)]
        self.b = [many(i) + many(i) + many(i) + many(i) + many(i) + many(i) for i in range(30)]

    def forward(self, x):
        a = [many(i) + many(i) + many(i) + many(i) + many(i) + many(i) for i in range(30)]
        return self.fc(x)

def make() -> nn.Module:
    layers = [nn.Linear(4, 4)]
    layers.append(nn.ReLU())
    return nn.Sequential(*layers)

def scripted() -> nn.Module:
    return torch.jit.script(Block(4))

@dataclasses.dataclass(eq=False)
class Data(nn.Module):
    n: int = 4

    def __post_init__(self):
        super().__init__()
        self.fc = nn.Linear(self.n, self.n)

    def forward(self, x):
        return self.fc(x)

class Compiled(Block):
    def __init__(self):
        super().__init__(4)

    @torch.compile
    def forward(self, x):
        x = self.fc(x)
        return x.relu()

exec("""
class Unreadable(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
    def forward(self, x):
        return self.fc(x)
""")
'''

HOSTILE = """
class HangsInInit(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        time.sleep(1000)

class HangsInForward(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        x = self.fc(x)
        while True:
            try:
                x = x + 1
            except Exception:
                pass

class RaisesLate(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        for step in range(100):
            x = self.fc(x)
            if step == 5:
                raise RuntimeError("at step 5")

class TooEarly(nn.Module):
    def __init__(self):
        self.fc = nn.Linear(4, 4)
        super().__init__()

class Untraces(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        sys.settrace(None)
        self.other = nn.Linear(4, 4)

    def forward(self, x):
        x = self.fc(x)
        sys.settrace(lambda *_: None)
        x = self.other(x)
        return x

class Sprung(BaseException):
    pass

class Trap:
    def __getattribute__(self, name):
        raise Sprung(name)

    __repr__ = __eq__ = __bool__ = __len__ = __hash__ = __iter__ = __format__ = __getattribute__

class ListTrap(list):
    __len__ = __iter__ = __repr__ = __eq__ = Trap.__len__

class TensorTrap(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        raise Sprung(func)

class Traps(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.traps = ListTrap([Trap()])
        self.fc.note = ListTrap([Trap()])

    def forward(self, x):
        trap = Trap()
        traps = {1: trap, 2: ListTrap([trap])}
        tensor = torch.ones(3).as_subclass(TensorTrap)
        number, text, bad = 10 ** 100_000, "x" * 100_000, "\\ud800"
        thread = threading.Thread(target=lambda: self.fc(x))
        thread.start()
        thread.join()
        print("y" * 100_000)
        del tensor
        return self.fc(x)
"""
