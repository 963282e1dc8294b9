"""Text as words, so that two printings of one sentence compare equal and two numbers that differ do not."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import Stemmer

STEMMER = Stemmer.Stemmer("english")

FOOTNOTE = re.compile(r"(?<=[^\W\d_]{2})([.,;:!?”’\"')]*)\d{1,3}(?: \d{1,3})*(?![\d.,]*\d)\b")
NUMBER_WORDS = frozenset(
    "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty seventy eighty "
    "ninety hundred thousand million half third quarter first second".split()
)
# Words that carry no content of their own; a claim is not supported or refuted by them.
FUNCTION_WORDS = frozenset(
    "a an the and or but nor so if then than that this these those there here it its he she they them their his her we "
    "us our you your i me my who whom whose which what when where why how of in on at by for from to into onto over "
    "under with without within between among about as is are was were be been being am do does did done have has had "
    "having will would can could should shall may might must not no yes also both each any all some such more most "
    "other own same very too just only even s t".split()
)


def collapse(text: str) -> str:
    """Every run of whitespace as one space; nothing else changes."""
    return " ".join(text.split())


@lru_cache(maxsize=100_000)
def plain(text: str) -> str:
    """Lower case, one kind of quote mark and dash, "%" as "per cent", no footnote marks, no commas inside numbers."""
    text = FOOTNOTE.sub(r"\1", collapse(unicodedata.normalize("NFKC", text)))
    text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text.casefold())
    text = re.sub(r"\s?%|\bpercent\b", " per cent", text)
    return re.sub(r"['’‘´`]", "", text)


@lru_cache(maxsize=100_000)
def words(text: str) -> tuple[str, ...]:
    """Words and numbers in order: "2.5" is one number, "well-known" two words, "people's" one."""
    return tuple(re.findall(r"\d+(?:\.\d+)*|[^\W\d_]+", plain(text)))


def content_words(text: str) -> frozenset[str]:
    """The stems of the words that carry meaning, numbers included."""
    return frozenset(stem(word) for word in words(text) if word not in FUNCTION_WORDS)


def numbers(text: str) -> frozenset[str]:
    """The numbers written in digits."""
    return frozenset(word for word in words(text) if word[0].isdigit())


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The word without its ending (Snowball, English), so that "employers" meets "employer"."""
    return str(STEMMER.stemWord(word))


def says(text: str, phrase: str) -> bool:
    """Does `text` hold `phrase`? Case, quote marks, dashes and line breaks do not count. The last word may go on
    ("employer" is held by "employers"), except a number, a number word or a word of up to three letters."""
    wanted = words(phrase)
    if not wanted:
        return False
    whole = wanted[-1][0].isdigit() or wanted[-1] in NUMBER_WORDS or len(wanted[-1]) <= 3
    pattern = r"\b" + " ".join(map(re.escape, wanted)) + (r"(?![\w.]*\d)\b" if whole else "")
    return re.search(pattern, " ".join(words(text))) is not None
