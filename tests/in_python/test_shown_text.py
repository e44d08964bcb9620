"""What `show` gives where there is no notebook."""

import re

import pytest
from torch import nn

import rollcall


def test_print_gives_every_line_of_what_is_shown() -> None:
    found = rollcall.scan(nn.Sequential(*(nn.Linear(2, 2) for _ in range(30))))
    assert "print() gives all" in repr(found.show())
    assert str(found.show()) == str(found)


class Block(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.ln1, self.ln2 = nn.LayerNorm(2), nn.LayerNorm(2)
        self.mix = nn.Linear(2, 2)


def test_what_the_table_calls_a_line_opens_it_as_text_too() -> None:
    found = rollcall.scan(nn.Sequential(*(Block() for _ in range(12))))
    opened = str(found.show("0-11.ln1-2")).splitlines()
    assert opened[0] == found.headline_line
    assert [line.split()[0] for line in opened if "LayerNorm" in line] == ["0-11.ln1", "0-11.ln2"]
    assert str(found.show("0-11.ln2")).splitlines() == opened
    assert "5.ln1-2" in str(found.show("5.mix.weight"))
    assert "0-11.ln1" in str(found.show("0-11.ln1-2", "0-11.ln1"))
    sought = str(found.show(find="mix")).splitlines()
    assert sought[1] == "12 modules found for 'mix'"
    assert not any("ln1" in line for line in sought)
    assert str(found.show(find="nothing")).splitlines()[1] == "0 modules found for 'nothing'"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("0-11.ln1-3", "no line '0-11.ln1-3'; the nearest are 0-11.ln1-2, "),
        ("0.ln", "no line '0.ln'; the nearest are 0.ln2, 0.ln1"),
        ("nowhere", "no line 'nowhere'; a line's name is a path, such as 0"),
    ],
)
def test_a_name_that_is_nowhere_names_the_nearest(line: str, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        rollcall.scan(nn.Sequential(*(Block() for _ in range(12)))).show(line)
