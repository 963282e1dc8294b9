"""What is not for us in a question: a person's own case, another subject, orders to the program, personal data."""

from __future__ import annotations

import re

from index.words import content_words

# A matter of immigration law or of rights that some person has.
_MATTER = (
    r"(?:visa|settled status|asylum (?:claim|case|application)|leave to remain|deportation|citizenship application|"
    r"benefits? claim|eviction|solicitor|immigration status|sponsor licence)"
)
_SOMEBODY = r"(?:i|he|she|my \w+|(?:this|our|a|the) (?:man|woman|family|person|client|tenant|neighbour|child|boy|girl|student|colleague|friend|couple)|somebody|someone)"
_SEEKS = r"(?:qualif\w+|eligible|entitled|apply|appeal|be deported|sue|claim (?:asylum|benefits?|universal credit|housing|damages|compensation|it)|(?:get|have|lose) (?:a |an |his |her |my )?(?:\w+ )?(?:visa|citizenship|benefits|settled status|leave to remain))"
_PERSONAL = re.compile(
    rf"\b(?:my|his|her|this \w+['’]s|our \w+['’]s?|my \w+['’]s|our) (?:own )?(?:\w+ ){{0,2}}{_MATTER}\b|\b(?:my|his|her) (?:\w+ )?appeal\b|"
    rf"\bam i (?:entitled|eligible|allowed)\b|\b(?:do|does|can|could|will|would|should|is|are|whether) {_SOMEBODY}\b.{{0,60}}\b{_SEEKS}\b|"
    rf"\b(?:can|could|do|will|should|are) they (?:(?:qualify|apply|claim) (?:for )?(?:asylum|citizenship|benefits|settled status|a visa)|be deported|appeal\b)|"
    rf"\b(?:someone|somebody) (?:i|we) \w+.{{0,60}}\b{_SEEKS}\b|\b(?:our|my|a) (?:client|tenant|neighbour|learner|volunteer|husband|wife|son|daughter)\b.{{0,60}}\b{_MATTER}\b|"
    r"\b(?:need|want|get|give (?:me|us)|after|for) (?:some )?legal advice\b|\bhome office reference\b",
    re.I,
)
# The same matters with no person in sight; a question about what the documents say of them is for us.
_A_MATTER = re.compile(
    rf"\b(?:a|an|the|their) (?:\w+ ){{0,2}}{_MATTER}\b(?! (?:system|rules|polic|laws?|scheme|category|categories|process))",
    re.I,
)
_ABOUT_DOCUMENTS = re.compile(
    r"\b(?:reports?|documents?|sources?|stud(?:y|ies)|research|papers?|appg|mps|parliament\w*|academy|london|region\w*|devol\w+|canad\w+|"
    r"austral\w+|belgi\w+|flemish|flanders|quebec|brexit|european\w*|eu|sector|policy|policies|recommend\w*|said|per ?cent|percentage|"
    r"processing|naturalisation)\b",
    re.I,
)

_OFF_TOPIC = re.compile(
    r"\bweather\b(?! (?:the|these|this|cuts|changes|storms?|funding)\b)|\b(?:rain|snow) (?:today|tomorrow|this week)\b|\brecipe\b(?! for (?:success|integration|cohesion|good|building)\b)|"
    r"\bfootball score|\blottery (?:numbers?|results?|tickets?)\b|\b(?:horoscope|stock price|bitcoin|javascript|python|sql|excel (?:formula|macro)|regex)\b|"
    r"(?:^|\b(?:please|can you|could you|will you|you to|help me|to|and) )(?:write|compose|draft) (?:me |us )?(?:a |an |some )?(?:\w+ )?(?:poem|song|limerick|haiku|joke|story|rap|essay|cover letter|code|script|program|function)\b|"
    r"\b(?:give|tell|do|make|sing) (?:me |us )?(?:a |an )?(?:\w+ )?(?:poem|song|limerick|haiku|joke|rap)\b|\b(?:short |funny )poem\b|"
    r"(?:^|\b(?:please|can you|could you|you to) )translate\b|\btranslate (?:this|it|our|my|these)\b.{0,80}\b(?:in)?to \w+|"
    r"\bsymptoms? of (?:flu|a cold|covid|measles|diabetes|a stroke|depression|tb|tuberculosis|\w+itis)\b|\b(?:my|baby|his|her) .{0,40}\bsymptoms?\b|"
    r"(?<!policy )\bprescriptions?\b|\b(?:dosage|ibuprofen|paracetamol|chest pain|diagnosed with)\b|\b(?:train|bus) times?\b|\b(?:best|good|cheap|nearest|nice|book a|recommend a) (?:\w+ )?restaurants?\b|"
    r"\bwho won (?:the|last|yesterday)\b|\bwhat(?:'s|’s| is) the capital of\b|\bsolve (?:this |the )?(?:equation|puzzle|riddle|sum|[\dx])|\bcalculate (?:the (?:area|square|vat|tax)|my|\d)|"
    r"\bwhat(?:'s|’s| is) \d+\s*[x*+/-]|\b(?:(?:i|we) (?:should )?vote for|who should (?:i|we) vote)\b|\bwhat do you (?:really |personally |yourself )?(?:think|feel) (?:about|of)\b|"
    r"\bdo you (?:really|personally) (?:think|believe|feel)\b|\byour own (?:opinion|view)|\byour (?:personal )?opinion\b",
    re.I,
)

# An order stands where a sentence or a clause begins; the same words after a subject ("authorities ignore the rules") tell.
_BEGINS = r"(?:^|[,–—(\"“'‘-]\s*|\b(?:please|kindly|now|then|and|first|just|simply|you|must|to|instead|also|always|only|but|or|not|let us|let['’]s)\s+)"
_ORDERS = re.compile(
    rf"{_BEGINS}(?:ignore|disregard|forget|override|bypass)\b.{{0,40}}\b(?:instructions?|rules?|prompt|previous|above|guidelines|everything|documents|sources)\b|"
    r"\b(?:ignore|disregard|forget|override|bypass) (?:all |any |every |the |your |my |of )*(?:previous|above|prior|earlier|preceding|system|your) (?:instructions?|rules?|prompts?|guidelines|messages?)\b|"
    r"\bsystem (?:prompt|message|instructions?)\b|\b(?:your|the|its) (?:hidden|developer|initial|original) (?:prompt|message|instructions?)\b|"
    r"\byou are now\b|\byou are no longer (?:an?|bound|restricted|limited|required|allowed|under)\b|"
    rf"{_BEGINS}(?:act as|pretend (?:to be|you|that)|role[- ]?play)\b|\b(?:jailbreak|developer mode|dan mode|do anything now)\b|"
    r"\b(?:print|repeat|reveal|show|output|display|tell me|give me)\b.{0,30}\byour (?:\w+ )?(?:prompt|instructions|rules|configuration)\b|"
    rf"{_BEGINS}(?:print|repeat|output|write|echo)\b.{{0,30}}\b(?:above|verbatim|the following|exactly|the words?|the phrase)\b|"
    rf"{_BEGINS}(?:say|reply|respond|answer)\b.{{0,30}}(?:\bexactly\b|\bonly (?:with|in)\b|\bverbatim\b|\bthe (?:words?|phrase|following)\b|\bwith (?:the |a )?(?:single )?(?:word|phrase|sentence|link)\b)|"
    rf"{_BEGINS}(?:say|print|output|write|repeat|answer|reply)(?: with)?:? [\"“‘']|"
    r"\b(?:begin|start|end|finish|open|close|sign) (?:off )?(?:your|the|every|each|all) (?:reply|replies|answers?|responses?)\b|"
    r"\b(?:base64|rot13)\b|\bdecode (?:this|the following|it)\b|https?://|</?(?:system|context|documents?|user|assistant|developer|admin|tool|instructions?|prompt|script|iframe|img|svg|object|style|!)[^>]*>|<\|[^>]*>|"
    rf"{_BEGINS}cite\b.{{0,40}}\b(?:as|source|report)\b|"
    r"\b(?:your|my|here are|these are) (?:\w+ )?(?:new|special) instructions?\b|\b(?:new|special|updated) instructions?\s*:|\bfrom now on,? (?:you|answer|reply|respond|act|speak|ignore|only|always|never)\b",
    re.I,
)


def is_personal_case(question: str) -> bool:
    """Whether the question asks for advice on a person's case, which needs a registered adviser."""
    if _PERSONAL.search(question):
        return True
    return bool(_A_MATTER.search(question)) and not _ABOUT_DOCUMENTS.search(question)


def is_off_topic(question: str) -> bool:
    return bool(_OFF_TOPIC.search(question))


def without_orders(question: str) -> tuple[str, bool]:
    """The question less the sentences that are orders to the program, and whether there were any."""
    pieces = re.split(r"(?<=[.!?;:>])\s+|\n+|,?\s+and then\s+", question)
    kept: list[str] = []
    after_order = False
    for piece in pieces:
        is_order = bool(_ORDERS.search(piece))
        # What stands behind an order's colon is the order's own, save a question.
        if not is_order and not (after_order and not piece.rstrip().endswith("?")):
            kept.append(piece)
        after_order = piece.rstrip().endswith(":") and (is_order or after_order)
    if len(kept) == len(pieces):
        return question, False
    rest = " ".join(kept).strip()
    return (rest if len(content_words(rest)) >= 2 else ""), True


# Personal data of a third person: shown as a warning, and a reason not to log the question.
_PERSONAL_DATA = re.compile(
    r"\b[A-Z]{2}\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D]\b|(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+|"
    r"(?<![\w+])(?:\+44\s?(?:\(0\)\s?)?|\(?0)\d(?:[\s()-]{0,2}\d){8,9}(?!\d)|\b[A-Z]\d{7,8}\b",
    re.I,
)
_CARD = re.compile(r"(?<!\d)[3-6](?:[ -]?\d){12,18}(?!\d)")


_CASE = r"(?:asylum|visa|immigration|deportation|citizenship|benefits?|housing|court|medical|police|social services)"
# Somebody by name together with a case of theirs, when they were born, or where they live.
_PERSONS_CASE = re.compile(
    rf"\b[A-Z][a-z]+(?: [A-Z][a-z]+)?['’]s {_CASE} (?:claim|case|application|appeal|status|record|file|history)\b|"
    rf"\b(?:Mr|Mrs|Ms|Miss|Mx) [A-Z]\w+\b[^.?!]{{0,60}}\b(?:{_CASE} (?:claim|case|application|appeal|status|record)|arrested|diagnosed|"
    r"evicted|pregnant|deported|detained|in debt|was refused)\b|"
    r"\b(?:date of birth|[Dd]\.?[Oo]\.?[Bb]\.?|[Bb]orn on)\b[^.?!]{0,12}\d|\b(?:lives?|living|staying) at \d+ [A-Z]"
)


def holds_personal_data(question: str) -> bool:
    """An e-mail address, a telephone, card or National Insurance number, a Home Office reference, or a named person's case,
    birth or address."""
    if _PERSONAL_DATA.search(question) or _PERSONS_CASE.search(question):
        return True
    return any(_adds_up(found) for found in _CARD.findall(question))


def _adds_up(number: str) -> bool:
    """The check digit of card numbers (Luhn's formula); years side by side hardly ever pass."""
    digits = [int(digit) for digit in number if digit.isdigit()][::-1]
    return sum(digit if n % 2 == 0 else sum(divmod(2 * digit, 10)) for n, digit in enumerate(digits)) % 10 == 0


# What is taken out of a question that is kept: more than what keeps it from being sent, as a postcode alone names nobody.
_REMOVED = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.]+"  # e-mail
    r"|(?:https?://|www\.)\S+"
    r"|\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b"  # postcode
    r"|\b[A-Z]{2}\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D]\b"  # National Insurance number
    r"|\+?\d(?:[\s-]?\d){6,}"  # telephone, case and card numbers
    r"|\b(?:Mr|Mrs|Ms|Miss|Mx|Dr)\.?\s+[A-Z][\w'’-]+(?:\s+[A-Z][\w'’-]+)?"
    r"|(?<=\bmy name is )[A-Z][\w'’-]+(?:\s+[A-Z][\w'’-]+)?",
    re.I,
)


def without_personal_data(text: str) -> str:
    """The words less addresses, long numbers and titled names. A name without a title is not recognised."""
    return _REMOVED.sub("[removed]", text)
