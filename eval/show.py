"""Numbers in words a reader knows: "81.3 %", "0.742", "no score"."""

from __future__ import annotations

from eval.bootstrap import Estimate
from eval.figures import Figure

NO_SCORE = "no score"


def number(figure: Figure, amount: float | None, sign: bool = False) -> str:
    """A share as per cent (a difference of shares as points), any other figure with three decimals."""
    if amount is None:
        return NO_SCORE
    plus = "+" if sign else ""
    if not figure.share:
        return f"{amount:{plus}.3f}"
    return f"{100 * amount:{plus}.1f} {'points' if sign else '%'}"


def interval(figure: Figure, found: Estimate, sign: bool = False) -> str:
    """ "74.1 to 87.0 %"; empty when there is no interval."""
    if found.low is None or found.high is None:
        return ""
    low, high = number(figure, found.low, sign), number(figure, found.high, sign)
    return f"{low.removesuffix(' %').removesuffix(' points')} to {high}"


def share(amount: float | None) -> str:
    return NO_SCORE if amount is None else f"{100 * amount:.1f} %"


def between(found: Estimate) -> str:
    """The interval of a share; empty when there is none."""
    return "" if found.low is None or found.high is None else f"{100 * found.low:.1f} to {100 * found.high:.1f} %"


def milliseconds(found: Estimate) -> str:
    return NO_SCORE if found.value is None else f"{found.value:,.0f} ms"


def milliseconds_between(found: Estimate) -> str:
    return "" if found.low is None or found.high is None else f"{found.low:,.0f} to {found.high:,.0f} ms"


def readable(name: str) -> str:
    """A kind or an outcome as words: "near_miss_unanswerable" -> "near miss unanswerable"."""
    return name.replace("_", " ")
