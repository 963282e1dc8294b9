"""Dates of publication ("2017", "2017-01") in words, with their age."""

from __future__ import annotations

import datetime
import re

from assistant.web.words import Words, words


def in_words(published: str, texts: Words | None = None) -> str:
    """ "January 2017"; what was given when it is neither a year nor a year and month; empty when unknown."""
    found = re.fullmatch(r"(\d{4})-(\d{2})(-\d{2})?", published)
    if not found or not 1 <= int(found[2]) <= 12:
        return published
    return f"{(texts or words())('dates.months').split()[int(found[2]) - 1]} {found[1]}"


def day_in_words(day: datetime.date, texts: Words) -> str:
    """ "21 November 2026"."""
    return f"{day.day} {in_words(f'{day:%Y-%m}', texts)}"


def day_of(on: str, texts: Words) -> str:
    """ "21 November 2026" of "2026-11-21"; empty for what is no date."""
    try:
        return day_in_words(datetime.date.fromisoformat(on), texts)
    except ValueError:
        return ""


def age(published: str, today: datetime.date | None = None, texts: Words | None = None) -> str:
    """ "9 years old", by calendar years; empty when unknown or in the future."""
    found = re.match(r"\d{4}", published)
    years = (today or datetime.date.today()).year - int(found[0]) if found else -1
    if years < 0:
        return ""
    said = texts or words()
    return said("dates.this_year") if years == 0 else said.count("dates.years_old", years)


def with_age(published: str, today: datetime.date | None = None, texts: Words | None = None) -> str:
    """ "January 2017, 9 years old"; "date unknown" when unknown."""
    parts = (in_words(published, texts), age(published, today, texts))
    return ", ".join(part for part in parts if part) or (texts or words())("dates.unknown")
