"""How the modes page writes numbers."""

from collections.abc import Sequence

from rollcall.web.view.numerals import hundredths, in_powers

SHOWN = 2  # elements of a tensor


def decimal(difference: float) -> str:
    """Two digits after the point, or the size of what would be 0.00."""
    if difference >= 0.005:
        return f"{difference:.2f}"
    return in_powers(f"{difference:.1g}").replace("nan", "NaN")


def short(element: float) -> str:
    """Two digits after the point, or the size of what would take much room."""
    if abs(element) < 1000:
        return hundredths(element)
    return in_powers(f"{element:.1e}").replace("-", "−").replace("nan", "NaN")


def first_elements(elements: Sequence[float], numel: int) -> str:
    """The first two of a tensor; a counter is a whole number."""
    if numel == 1 and elements[0] % 1 == 0:
        return str(int(elements[0]))
    told = " ".join(map(short, elements[:SHOWN]))
    if numel > SHOWN:
        return f"{told} …"
    return told
