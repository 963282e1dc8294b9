"""A question in another language is told so in that language; an English one with foreign names is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.language import ADVICE, advice, foreign_language
from index.words import stem

FOREIGN = {
    "pl": ("Jakie działania podjęła rada miasta, żeby pomóc nowym mieszkańcom?", "Kto prowadzi klub obiadowy w Birmingham?"),
    "ro": ("Cine organizează prânzul comunitar din Birmingham?", "Unde pot învăța engleza?"),
    "pa": ("ਸ਼ਰਨਾਰਥੀਆਂ ਦੀ ਮਦਦ ਕੌਣ ਕਰਦਾ ਹੈ?", "ਅੰਗਰੇਜ਼ੀ ਦੀਆਂ ਕਲਾਸਾਂ ਕਿੱਥੇ ਹਨ?"),
    "ur": ("پناہ گزینوں کی مدد کون کرتا ہے؟", "انگریزی کی کلاسیں کہاں ہوتی ہیں؟"),
    "pt": ("O que recomenda o relatório sobre as aulas de inglês?", "Onde posso aprender inglês?"),
    "es": ("¿Qué hizo el ayuntamiento para ayudar a los recién llegados?", "Cuánto cuesta la nacionalidad"),
    "ar": ("من يدير نادي الغداء في برمنغهام؟", "ما الذي يوصي به التقرير بشأن دروس اللغة الإنجليزية؟"),
    "bn": ("শরণার্থীদের কে সাহায্য করে?", "ইংরেজি ক্লাস কোথায় হয়?"),
    "gu": ("શરણાર્થીઓને કોણ મદદ કરે છે?", "અંગ્રેજીના વર્ગો ક્યાં થાય છે?"),
    "it": ("Chi organizza il pranzo per i rifugiati a Birmingham?", "Dove si trova il museo?"),
    "cy": ("Pwy sy'n trefnu'r clwb cinio yn Birmingham?", "Ble mae'r amgueddfa?"),
    "fr": ("Que recommande le rapport sur les cours d'anglais ?", "Où est le musée ?"),
    "uk": ("Хто допомагає біженцям у Бірмінгемі?", "Де проводяться курси англійської мови?"),
    "fa": ("چه کسی به پناهندگان کمک می‌کند؟", "کلاس‌های زبان انگلیسی کجا برگزار می‌شود؟"),
    "tr": ("Rapor İngilizce kursları hakkında ne öneriyor?", "Müze nerede?"),
    "zh": ("谁在帮助难民？", "報告對英語課程有什麼建議？"),
}  # fmt: skip

# Short ones of the same languages, in the letters of English: what a person types in a hurry.
SHORT = {
    "it": ("Quanti rifugiati sono stati aiutati?", "Chi ha pagato gli studi?"),
    "ro": ("Cine a plătit pentru studii?", "Câți refugiați au fost ajutați?"),
    "cy": ("Faint o bobl ddaeth i'r gynhadledd?", "Pwy dalodd am yr astudiaethau?"),
}

ENGLISH = [
    "What is Inburgering?",
    "Inburgering certificate Flanders",
    "Aik Saath Slough",
    "Naya Yuva videos Nepalese",
    "Xenia",
    "ESOL",
    "microcensus",
    "Bentley Priory Museum exhibition",
    "Who is Aleksandra Grzymala-Kazlowska?",
    "Amritsar Iran Canada Omidvar",
    "Umunna Berry Shah Glasman",
    "Siân Sanders Cardiff",
    "Canada-Québec Accord",
    "what is e pluribus unum about",
    "What does “laissez-faire” mean?",
    "résumé help for refugees",
    "wat r the 6 principals",
    "who runs Xenia 😀?",
    "Tell me about Nguyễn",
    "What does ‘مرحبا’ mean?",
    "Who speaks 中文 here?",
    "Have they a β-version?",
    "£1,200?",
]


@pytest.fixture(scope="module")
def known(corpus_words: frozenset[str]) -> Callable[[str], bool]:
    return lambda word: stem(word) in corpus_words


def test_every_language_with_advice_is_tried() -> None:
    assert set(FOREIGN) == set(ADVICE)


@pytest.mark.parametrize(("language", "question"), [(code, said) for code, both in FOREIGN.items() for said in both])
def test_a_question_in_another_language_is_recognised(
    known: Callable[[str], bool], language: str, question: str
) -> None:
    assert foreign_language(question, known) == language


@pytest.mark.parametrize(("language", "question"), [(code, said) for code, both in SHORT.items() for said in both])
def test_a_short_question_is_recognised(known: Callable[[str], bool], language: str, question: str) -> None:
    assert foreign_language(question, known) == language


@pytest.mark.parametrize("question", ENGLISH)
def test_an_english_question_with_foreign_words_is_english(known: Callable[[str], bool], question: str) -> None:
    assert foreign_language(question, known) is None


@pytest.mark.parametrize(
    "question",
    [
        "Где я могу выучить английский?",
        "मैं अंग्रेज़ी कहाँ सीख सकता हूँ?",
        "நான் எங்கே ஆங்கிலம் கற்க முடியும்?",
        "Wer organisiert das Mittagessen für Flüchtlinge in Birmingham?",
        "Ku mund të mësoj anglisht?",
        "Li ku dikarim îngilîzî hîn bibim?",
        "እንግሊዝኛ የት መማር እችላለሁ?",
    ],
)
def test_a_language_without_advice_is_not_taken_for_one_that_has(known: Callable[[str], bool], question: str) -> None:
    assert foreign_language(question, known) not in {None, "en", *ADVICE}


@pytest.mark.parametrize("language", ADVICE)
def test_advice_is_in_the_language_and_in_english(language: str) -> None:
    said = advice(language)
    assert said.startswith(ADVICE[language])
    assert said.endswith("please ask in English.")


def test_advice_for_an_unknown_language_does_not_name_it() -> None:
    assert advice("xx").startswith("This question seems to be in another language.")
