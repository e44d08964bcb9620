"""What `show` gives where there is no notebook."""

from torch import nn

import rollcall


def test_print_gives_every_line_of_what_is_shown() -> None:
    found = rollcall.scan(nn.Sequential(*(nn.Linear(2, 2) for _ in range(30))))
    assert "print() gives all" in repr(found.show())
    assert str(found.show()) == str(found)
