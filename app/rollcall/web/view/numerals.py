"""Numbers as they are written on a slide."""

import math

NBSP = "\N{NO-BREAK SPACE}"


def significant(number: float) -> str:
    """Three digits that count: 0.0120, 12.3, 123, 1.23e+04, NaN, inf."""
    return f"{number:#.3g}".removesuffix(".").replace("nan", "NaN")


def told_apart(number: float, other: float) -> str:
    """As `significant`, with as many digits more as it takes to see that it is not the other."""
    shown = f"{number:#.3g}"
    for digits in range(3, 18):
        longer = f"{number:#.{digits}g}"
        if longer != f"{other:#.{digits}g}":
            shown = longer
            break
    told = shown.removesuffix(".").replace("nan", "NaN").replace("-", "−")
    return told.replace("e−0", "e−").replace("e+0", "e+")


def tenths(number: float) -> str:
    """One digit after the point: 0.5, −1.3."""
    return f"{number:.1f}".replace("-0.0", "0.0").replace("-", "−")


def hundredths(number: float) -> str:
    """Two digits after the point; huge numbers by their size: 0.50, −1.30, 2e+05, NaN, ∞."""
    text = f"{number:.2f}"
    if 1000 <= abs(number) < math.inf:
        text = f"{number:.0e}"
    text = text.replace("-0.00", "0.00").replace("-", "−")
    return text.replace("nan", "NaN").replace("inf", "∞")


def printed(number: float) -> str:
    """Up to four digits that count, as one reads them aloud: 1, −1.3, 0.7792, NaN, ∞."""
    positive_zero = number + 0.0  # which −0.0 becomes; all else stays
    text = f"{positive_zero:.4g}".replace("inf", "∞").replace("nan", "NaN")
    return text.replace("e+", "e").replace("-", "−")


def change(before: str, after: str) -> str:
    """From one number to another, on one line."""
    return f"{before}{NBSP}→{NBSP}{after}"
