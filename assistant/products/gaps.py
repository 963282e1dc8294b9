"""What the documents leave out on a topic: said of the sentences that were found, which are counted, and of nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.answer_types import AnswerType, candidates
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


def gaps(material: Material, shelf: Mapping[str, Metadata]) -> list[str]:
    """Sentences of ours, each true of the sentences found."""
    texts = [point.claim.text for point in material.points]
    counted = f"{len(texts)} sentence{'s' if len(texts) != 1 else ''} on this"
    missing = [words for kind, words in _TYPES.items() if not any(candidates(text, (kind,), "") for text in texts)]
    missing += [words for words, signs in _SIGNS.items() if not any(re.search(signs, text, re.I) for text in texts)]
    said = []
    if missing:
        said.append(
            f"Of the {counted}, none says {_or(missing)}."
            if len(texts) != 1
            else f"The one sentence found does not say {_or(missing)}."
        )
    nations = [
        nation
        for nation in _NATIONS
        if not any(re.search(_PEOPLE.get(nation, nation), text) for text in _told(material))
    ]
    if nations and len(nations) < len(_NATIONS):
        said.append(f"No passage found names {_or(nations)}.")
    newest = max((shelf[point.source_id].published for point in material.points), default="")
    if newest:
        said.append(f"The newest source quoted is of {newest[:4]}; what has happened since is not in it.")
    return said


def _told(material: Material) -> Sequence[str]:
    return [point.scored.unit.passage.text for point in material.points]


def _or(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} or {parts[-1]}"
