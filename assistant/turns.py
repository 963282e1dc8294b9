"""Small words that turn what a sentence says: not, should, if, some, more, because. Whether a sentence in other words keeps
the turns of the sentence it rests on, and adds none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.sentences import sentences
from index.words import STOPWORDS, stem

_WORD = re.compile(r"[^\W_]+(?:['’][a-z]+)?|[,;:—–.!?()]")
_NEGATION = re.compile(
    r"not|no|never|none|neither|nor|nobody|nothing|nowhere|without|cannot|\w+n['’]t|hardly|scarcely|barely|rarely|seldom|little|few|"
    r"fewer|fail\w*|lack\w*|den(?:y|ies|ied|ying)|refus\w+|reject\w*|unable|unlikely|avoid\w*|prevent\w*|false\w*|untrue|myths?|"
    r"against|oppos\w+|stopp?(?:ed|ing|s)?|ceas\w+|ban(?:s|ned)?|impossible|absence|absent|except|instead|unless"
)
_SCOPE = 5  # content words after a turn that it is taken to bear on


@dataclass(frozen=True, slots=True)
class Turn:
    """A kind of turn: `kept_by` are words of which one must stand in the other sentence when `words` bear on what it tells."""

    name: str
    words: re.Pattern[str]
    kept_by: re.Pattern[str]
    scope: int


def _turn(name: str, words: str, also: str, scope: int) -> Turn:
    both = rf"\b(?:{words}{'|' if also else ''}{also})\b"
    return Turn(name, re.compile(rf"\b(?:{words})\b"), re.compile(both, re.I), scope)


_WISH = r"should|must|may|might|could|would|ought|shall|will|recommend\w*|propos\w+|urg(?:e|es|ed|ing)|call(?:s|ed|ing)? (?:for|on)"
_OPINION = r"argu\w+|claim\w*|believ\w+|alleg\w+|fear(?:s|ed)|think\w*|thought|perceiv\w+|perception|suggest\w*|according to|in (?:his|her|their) view|warn\w*|worr\w+|seem\w*|appear(?:s|ed)"
_TURNS = (
    _turn("a wish told as a fact", _WISH, r"can|needs?|want\w*|hop\w+|aim\w*|plan\w*|intend\w*|ask\w*|suggest\w*|ought|advis\w+|due to|going to", 6),
    _turn("an opinion told as a fact", _OPINION, r"sa(?:y|ys|id)|t(?:ell|ells|old)|f(?:ind|inds|ound|eel|eels|elt)|report\w*|note\w*|describ\w+|stat(?:e|es|ed)|view\w*|opinion\w*|concern\w*", 8),
    _turn("a condition left out", r"if|unless|whether|provided that|as long as|assuming", r"when|where|depend\w*|without", 8),
    _turn("a part told as the whole", r"some|few|most|many|several|certain|half|majority|minority|only|up to|at least|at most|more than|less than|fewer than|over(?= \d)|under(?= \d)|nearly|almost|sometimes|often|partly|largely|mainly", r"all but|a number of|about|around|mostly|part of|\w+ly", 2),
)  # fmt: skip
_MUST = re.compile(r"\b(?:should|must|ought|has to|have to|needs? to)\b", re.I)
_ASKED_FOR = re.compile(
    rf"\b(?:{_WISH}|needs?|ought|important|essential|vital|necessary|crucial|priority|responsib\w+|has to|have to)\b",
    re.I,
)

# Words of a direction, an order in time, a cause or a quantity: one may stand only where one of its group does.
_GROUPS = [
    "more increase increased increases increasing rise rises rose risen rising grow grows grew grown growing growth higher greater up",
    "less fewer decrease decreased decreases fall falls fell fallen falling decline declined drop dropped lower reduce reduced reduces reduction down shrink shrank cut",
    "because since due cause causes caused causing lead leads led leading result results resulted therefore thus hence owing consequence so",
    "all every each both always everyone everybody everything any entire whole",
    "only solely merely just alone exclusively", "first initially originally", "last final finally eventually", "before prior previously earlier",
    "after afterwards later following then subsequently", "most majority largest biggest greatest highest", "least smallest lowest minority",
    "better best improve improves improved improving improvement strengthen", "worse worst worsen worsened", "best", "worst", "main chief principal key primary",
    "never", "often frequently regularly", "compulsory mandatory required obligatory must", "voluntary optional", "illegal illegally unlawful", "free",
]  # fmt: skip
_GROUP_OF: dict[str, set[int]] = {}
for _n, _words in enumerate(_GROUPS):
    for _word in _words.split():
        _GROUP_OF.setdefault(_word, set()).add(_n)

_OPPOSITES = """open close|start end|begin end|begin stop|accept reject|accept refuse|include exclude|win lose|join leave|arrive leave|allow ban|allow forbid|
support oppose|succeed fail|success failure|success fail|good bad|strong weak|strength weakness|high low|rich poor|legal illegal|urban rural|public private|man woman|men women|
young old|older younger|agree disagree|love hate|trust distrust|trust mistrust|help hinder|include exclude|inclusion exclusion|gain loss|gain lose|buy sell|lend borrow|
majority minority|employ unemploy|employment unemployment|employed unemployed|positive negative|advantage disadvantage|benefit harm|easy difficult|early late|large small|big small|
long short|wide narrow|safe dangerous|local national|formal informal|paid unpaid|skilled unskilled|equal unequal|possible impossible|likely unlikely|able unable|
willing unwilling|known unknown|national international|emigrate immigrate|emigration immigration|teacher pupil|teacher student|employer employee|landlord tenant|import export|
build demolish|create destroy|create abolish|introduce abolish|set abolish|found abolish|expand shrink|encourage discourage|welcome resent|praise criticise|praise condemn|
improve worsen|unite divide|integrate segregate|integration segregation|permanent temporary|permanent temporary|indoor outdoor|north south|east west|northern southern|
eastern western|morning evening|mother father|sister brother|husband wife|son daughter|boy girl|more less|safe unsafe|fair unfair|friend enemy|war peace|increase decrease|rise fall|opened closed"""  # fmt: skip
_OPPOSITE: dict[str, set[str]] = {}
for _pair in _OPPOSITES.replace("\n", "").split("|"):
    _one, _other = (stem(word) for word in _pair.split())
    _OPPOSITE.setdefault(_one, set()).add(_other)
    _OPPOSITE.setdefault(_other, set()).add(_one)


def fault(text: str, quoted: str, main: str) -> str | None:
    """Which turn of `quoted` is dropped in `text`, or added to it; None when none is. `main` is the sentence of it that the
    text tells of."""
    if _signs_differ(text, quoted):
        return "another polarity than the quotation"
    if opposite(text, quoted):
        return "the opposite of a word in the quotation"
    for turn in _TURNS:
        if _dropped(turn, text, quoted):
            return turn.name
    if _MUST.search(text) and not _ASKED_FOR.search(main):
        return "a duty that the quotation does not hold"
    added = added_turn(text, quoted)
    return f"“{added}” is not in the quotation" if added else None


def opposite(text: str, quoted: str) -> bool:
    held = set(_stems(quoted))
    return any(_OPPOSITE.get(one, set()) & held for one in set(_stems(text)) - held)


def added_turn(text: str, quoted: str) -> str:
    """A word of direction, time, cause or quantity in `text` none of whose group stands in `quoted`; empty when none."""
    held = {group for word in _plain(quoted) for group in _GROUP_OF.get(word, ())}
    same = set(_plain(quoted))
    for word in _plain(text):
        groups = _GROUP_OF.get(word)
        if groups and word not in same and not groups & held:
            return word
    return ""


# polarity


@dataclass(frozen=True, slots=True)
class _Signs:
    """`scopes` are the stems under each negation, the nearest first; `free` are the stems under none."""

    scopes: tuple[tuple[str, ...], ...]
    free: frozenset[str]


def _signs_differ(text: str, quoted: str) -> bool:
    mine, theirs = _signs(text), _signs(quoted)
    held = {one for scope in mine.scopes for one in scope} | mine.free
    if not mine.scopes:
        # What the source denies, told without a denial.
        return any(held & set(scope) - theirs.free for scope in theirs.scopes)
    denied = {one for scope in theirs.scopes for one in scope}
    if any(scope and not denied & set(scope) for scope in mine.scopes):
        return True  # a denial of its own
    kept = {one for scope in mine.scopes for one in scope}
    undone = {scope[0] for scope in theirs.scopes if scope and not kept & set(scope)}
    return bool(undone & mine.free - theirs.free)


def _signs(text: str) -> _Signs:
    scopes, free = [], set()
    for sentence in _sentences(text):
        tokens = _WORD.findall(sentence)
        under: set[int] = set()
        for n, token in enumerate(tokens):
            if _NEGATION.fullmatch(token.lower()):
                reach = list(_reach(tokens, n + 1, _SCOPE))
                scopes.append(tuple(stem(tokens[at].lower()) for at in reach))
                under.update(reach)
        free |= {stem(t.lower()) for n, t in enumerate(tokens) if n not in under and _is_content(t)}
    return _Signs(tuple(scopes), frozenset(free))


def _reach(tokens: Sequence[str], start: int, most: int) -> Iterator[int]:
    """The places of the next content words of the same clause."""
    found = 0
    for at in range(start, len(tokens)):
        word = tokens[at].lower()
        if found >= most or word in ".;:!?—–" or word == "but" or _NEGATION.fullmatch(word):
            return
        if _is_content(tokens[at]):
            found += 1
            yield at


def _is_content(token: str) -> bool:
    return token[0].isalnum() and token.lower() not in STOPWORDS and not _NEGATION.fullmatch(token.lower())


# the other turns


def _dropped(turn: Turn, text: str, quoted: str) -> bool:
    if turn.kept_by.search(text):
        return False
    mine = set(_stems(text))
    for sentence in _sentences(quoted):
        for found in turn.words.finditer(sentence[:1].lower() + sentence[1:]):
            tokens = _WORD.findall(sentence[found.end() :])
            if mine & {stem(tokens[at].lower()) for at in _reach(tokens, 0, turn.scope)}:
                return True
    return False


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


def _plain(text: str) -> list[str]:
    return [token.lower() for token in _WORD.findall(text) if token[0].isalnum()]


def _stems(text: str) -> list[str]:
    return [stem(token.lower()) for token in _WORD.findall(text) if _is_content(token)]
