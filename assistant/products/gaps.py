"""What the documents leave out on a topic: said of the sentences that were found, which are counted, and of nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.answer_types import AnswerType, candidates
from assistant.model import Claim
from assistant.products.material import Material
from ingest.model import Metadata

_TYPES = {
    AnswerType.AMOUNT: "an amount of money",
    AnswerType.SHARE: "a share or a percentage",
    AnswerType.DURATION: "how long something took or lasts",
}
_SIGNS = {
    "how well something worked, or how that was measured": r"\b(?:evaluat\w+|measur\w+|outcomes?|effective\w*|impacts?|found that|"
    r"(?:research|evidence|studies|survey) (?:has |have )?(?:show|suggest|found|highlight)\w*|pays dividends|makes a (?:real )?difference)\b",
    "what went wrong or was stopped": r"\b(?:fail\w*|stopped|closed|abandoned|did not work|unsuccessful\w*|mistake\w*|went wrong)\b",
}
_NATIONS = ("England", "Scotland", "Wales", "Northern Ireland")
_PEOPLE = {
    "England": r"England|English regions|London",
    "Scotland": r"Scotland|Scottish|Scots",
    "Wales": r"Wales|Welsh|Cardiff",
}


def gaps(material: Material, quoted: Sequence[Claim], shelf: Mapping[str, Metadata]) -> list[str]:
    """Sentences of ours, each true of all the sentences found, quoted or not."""
    texts = list(dict.fromkeys([*(point.claim.text for point in material.points), *(claim.text for claim in quoted)]))
    passages = [
        *(point.scored.unit.passage for point in material.points),
        *(q.passage for c in quoted for q in c.quotes),
    ]
    missing = [words for kind, words in _TYPES.items() if not any(candidates(text, (kind,), "") for text in texts)]
    missing += [words for words, signs in _SIGNS.items() if not any(re.search(signs, text, re.I) for text in texts)]
    said = []
    if missing:
        looked = f"None of the {len(texts)} sentences" if len(texts) != 1 else "The one sentence"
        says = "gives" if len(texts) != 1 else "does not give"
        said.append(f"{looked} found on this {says}: {'; '.join(missing)}.")
    nations = [
        nation
        for nation in _NATIONS
        if not any(re.search(_PEOPLE.get(nation, nation), text) for text in (p.text for p in passages))
    ]
    if nations and len(nations) < len(_NATIONS):
        said.append(f"No passage found names {_or(nations)}.")
    newest = max((shelf[passage.source_id].published for passage in passages), default="")
    if newest:
        said.append(f"The newest source found on this is of {newest[:4]}; what has happened since is not in it.")
    return said


def _or(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} or {parts[-1]}"
