"""What a question of the registry page is answered by."""

from pathlib import Path

from lectures.lectures import HEAD, catalog_of, subject_of
from rollcall.experiments.registry.measures import MEASURES

TEXT = (
    HEAD
    + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(10, 5)
        self.unused = nn.Parameter(torch.zeros(3))
        self.table = torch.zeros(5)
        self.hidden = torch.zeros(5, requires_grad=True)

    def forward(self, x):
        return self.layer(x) + self.table + self.hidden
"""
)


def test_each_caller_counts_what_it_reached_and_no_other(tmp_path: Path) -> None:
    subject = subject_of(catalog_of(tmp_path, TEXT), "own.Net")
    answers = {name: measure(subject) for name, measure in MEASURES.items()}
    expected = {
        "stepped_tensors": 2,  # the optimizer holds `unused` too, and cannot step it
        "reached_by_autograd": 3,
        "moved_tensors": 3,
        "saved_tensors": 3,
        "optimizer_raises": "nothing",
        "hides_something": True,
    }
    assert {name: answers[name] for name in expected} == expected
