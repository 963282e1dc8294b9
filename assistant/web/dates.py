"""Dates of publication ("2017", "2017-01") in words, with their age."""

from __future__ import annotations

import datetime
import re

_MONTHS = "January February March April May June July August September October November December".split()


def in_words(published: str) -> str:
    """ "January 2017"; what was given when it is neither a year nor a year and month; empty when unknown."""
    found = re.fullmatch(r"(\d{4})-(\d{2})(-\d{2})?", published)
    if not found or not 1 <= int(found[2]) <= 12:
        return published
    return f"{_MONTHS[int(found[2]) - 1]} {found[1]}"


def age(published: str, today: datetime.date | None = None) -> str:
    """ "9 years old", by calendar years; empty when unknown or in the future."""
    found = re.match(r"\d{4}", published)
    years = (today or datetime.date.today()).year - int(found[0]) if found else -1
    if years < 0:
        return ""
    return "from this year" if years == 0 else f"{years} year{'s' if years > 1 else ''} old"


def with_age(published: str, today: datetime.date | None = None) -> str:
    """ "January 2017, 9 years old"; "date unknown" when unknown."""
    return ", ".join(part for part in (in_words(published), age(published, today)) if part) or "date unknown"
