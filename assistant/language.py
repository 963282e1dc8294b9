"""Which language a question is in, and what to say to someone whose language the documents cannot be searched in."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from index.words import STOPWORDS, words

# The ten languages most used in England and Wales besides English (Census 2021), Welsh, and a few more that are common
# among newcomers. Each says: ask in English; the documents are in English; ask an interpreter or a colleague for help.
ADVICE = {
    "pl": "Dokumenty są po angielsku i mogę ich przeszukać tylko w tym języku. Proszę zadać pytanie po angielsku, w razie potrzeby z pomocą tłumacza lub osoby, która zna angielski.",
    "ro": "Documentele sunt în engleză și le pot căuta numai în această limbă. Vă rog să puneți întrebarea în engleză, la nevoie cu ajutorul unui interpret sau al cuiva care știe engleza.",
    "pa": "ਦਸਤਾਵੇਜ਼ ਅੰਗਰੇਜ਼ੀ ਵਿੱਚ ਹਨ ਅਤੇ ਮੈਂ ਸਿਰਫ਼ ਅੰਗਰੇਜ਼ੀ ਵਿੱਚ ਹੀ ਖੋਜ ਸਕਦਾ ਹਾਂ। ਕਿਰਪਾ ਕਰਕੇ ਆਪਣਾ ਸਵਾਲ ਅੰਗਰੇਜ਼ੀ ਵਿੱਚ ਪੁੱਛੋ; ਲੋੜ ਹੋਵੇ ਤਾਂ ਦੁਭਾਸ਼ੀਏ ਦੀ ਮਦਦ ਲਓ।",
    "ur": "دستاویزات انگریزی میں ہیں اور میں صرف انگریزی میں تلاش کر سکتا ہوں۔ براہِ کرم اپنا سوال انگریزی میں پوچھیں؛ ضرورت ہو تو کسی مترجم کی مدد لیں۔",
    "pt": "Os documentos estão em inglês e só posso pesquisá-los nessa língua. Por favor, faça a pergunta em inglês, se necessário com a ajuda de um intérprete ou de alguém que saiba inglês.",
    "es": "Los documentos están en inglés y solo puedo buscar en ese idioma. Por favor, haga la pregunta en inglés, si hace falta con la ayuda de un intérprete o de alguien que sepa inglés.",
    "ar": "الوثائق مكتوبة بالإنجليزية ولا أستطيع البحث فيها إلا بهذه اللغة. يُرجى طرح السؤال بالإنجليزية، وبمساعدة مترجم عند الحاجة.",
    "bn": "নথিগুলো ইংরেজিতে লেখা এবং আমি শুধু ইংরেজিতেই খুঁজতে পারি। অনুগ্রহ করে প্রশ্নটি ইংরেজিতে করুন; প্রয়োজনে একজন দোভাষীর সাহায্য নিন।",
    "gu": "દસ્તાવેજો અંગ્રેજીમાં છે અને હું ફક્ત અંગ્રેજીમાં જ શોધી શકું છું. કૃપા કરીને તમારો પ્રશ્ન અંગ્રેજીમાં પૂછો; જરૂર હોય તો દુભાષિયાની મદદ લો.",
    "it": "I documenti sono in inglese e posso cercare solo in questa lingua. Per favore, ponga la domanda in inglese, se serve con l'aiuto di un interprete o di qualcuno che conosca l'inglese.",
    "cy": "Mae'r dogfennau yn Saesneg a dim ond yn yr iaith honno y gallaf chwilio ynddynt. Gofynnwch y cwestiwn yn Saesneg, gyda chymorth cyfieithydd os oes angen.",
    "fr": "Les documents sont en anglais et je ne peux chercher que dans cette langue. Veuillez poser la question en anglais, au besoin avec l'aide d'un interprète ou d'une personne qui parle anglais.",
    "uk": "Документи написані англійською, і я можу шукати лише цією мовою. Будь ласка, поставте запитання англійською, за потреби з допомогою перекладача.",
    "fa": "اسناد به زبان انگلیسی هستند و من فقط به این زبان می‌توانم جست‌وجو کنم. لطفاً پرسش خود را به انگلیسی بپرسید؛ در صورت نیاز از یک مترجم کمک بگیرید.",
    "tr": "Belgeler İngilizce ve yalnızca bu dilde arama yapabiliyorum. Lütfen sorunuzu İngilizce sorun; gerekirse bir tercümandan yardım alın.",
    "zh": "文件是英文的，我只能用英文搜索。请用英文提问；如有需要，请找口译员帮忙。",
}  # fmt: skip

# Where the model reads other languages: what stands beside passages that were found, and what is said when none were.
FOUND = {
    "pl": "Dokumenty są po angielsku. Oto fragmenty najbliższe Twojemu pytaniu, słowo w słowo; w razie potrzeby poproś tłumacza o pomoc.",
    "ro": "Documentele sunt în engleză. Acestea sunt pasajele cele mai apropiate de întrebarea dumneavoastră, cuvânt cu cuvânt; la nevoie cereți ajutorul unui interpret.",
    "pa": "ਦਸਤਾਵੇਜ਼ ਅੰਗਰੇਜ਼ੀ ਵਿੱਚ ਹਨ। ਇਹ ਤੁਹਾਡੇ ਸਵਾਲ ਦੇ ਸਭ ਤੋਂ ਨੇੜੇ ਦੇ ਹਿੱਸੇ ਹਨ, ਹੂ-ਬ-ਹੂ; ਲੋੜ ਹੋਵੇ ਤਾਂ ਦੁਭਾਸ਼ੀਏ ਦੀ ਮਦਦ ਲਓ।",
    "ur": "دستاویزات انگریزی میں ہیں۔ یہ آپ کے سوال سے سب سے قریب اقتباسات ہیں، لفظ بہ لفظ؛ ضرورت ہو تو مترجم کی مدد لیں۔",
    "pt": "Os documentos estão em inglês. Estas são as passagens mais próximas da sua pergunta, palavra por palavra; se necessário, peça ajuda a um intérprete.",
    "es": "Los documentos están en inglés. Estos son los pasajes más cercanos a su pregunta, palabra por palabra; si hace falta, pida ayuda a un intérprete.",
    "ar": "الوثائق باللغة الإنجليزية. هذه أقرب المقاطع إلى سؤالك، كلمة بكلمة؛ استعن بمترجم عند الحاجة.",
    "bn": "নথিগুলো ইংরেজিতে লেখা। এগুলো আপনার প্রশ্নের সবচেয়ে কাছের অংশ, হুবহু; প্রয়োজনে দোভাষীর সাহায্য নিন।",
    "gu": "દસ્તાવેજો અંગ્રેજીમાં છે. આ તમારા પ્રશ્નની સૌથી નજીકના ભાગ છે, શબ્દશઃ; જરૂર હોય તો દુભાષિયાની મદદ લો.",
    "it": "I documenti sono in inglese. Questi sono i passi più vicini alla sua domanda, parola per parola; se serve, chieda aiuto a un interprete.",
    "cy": "Mae'r dogfennau yn Saesneg. Dyma'r darnau agosaf at eich cwestiwn, air am air; gofynnwch am help cyfieithydd os oes angen.",
    "fr": "Les documents sont en anglais. Voici les passages les plus proches de votre question, mot pour mot ; au besoin, demandez l'aide d'un interprète.",
    "uk": "Документи англійською мовою. Ось уривки, найближчі до вашого запитання, слово в слово; за потреби зверніться до перекладача.",
    "fa": "اسناد به زبان انگلیسی هستند. این‌ها نزدیک‌ترین بخش‌ها به پرسش شما هستند، کلمه به کلمه؛ در صورت نیاز از مترجم کمک بگیرید.",
    "tr": "Belgeler İngilizcedir. Bunlar sorunuza en yakın bölümlerdir, kelimesi kelimesine; gerekirse bir tercümandan yardım isteyin.",
    "zh": "文件是英文的。以下是与您的问题最接近的段落，逐字引用；如有需要，请找口译员帮忙。",
}  # fmt: skip
NOT_FOUND = {
    "pl": "Dokumenty nie odpowiadają na to pytanie.",
    "ro": "Documentele nu răspund la această întrebare.",
    "pa": "ਦਸਤਾਵੇਜ਼ ਇਸ ਸਵਾਲ ਦਾ ਜਵਾਬ ਨਹੀਂ ਦਿੰਦੇ।",
    "ur": "دستاویزات اس سوال کا جواب نہیں دیتیں۔",
    "pt": "Os documentos não respondem a esta pergunta.",
    "es": "Los documentos no responden a esta pregunta.",
    "ar": "لا تجيب الوثائق عن هذا السؤال.",
    "bn": "নথিগুলোতে এই প্রশ্নের উত্তর নেই।",
    "gu": "દસ્તાવેજો આ પ્રશ્નનો જવાબ આપતા નથી.",
    "it": "I documenti non rispondono a questa domanda.",
    "cy": "Nid yw'r dogfennau yn ateb y cwestiwn hwn.",
    "fr": "Les documents ne répondent pas à cette question.",
    "uk": "Документи не дають відповіді на це запитання.",
    "fa": "اسناد به این پرسش پاسخ نمی‌دهند.",
    "tr": "Belgeler bu soruyu yanıtlamıyor.",
    "zh": "文件没有回答这个问题。",
}  # fmt: skip

_SURE = 0.9
_UNKNOWN = "und"
_LATIN_SCRIPT = frozenset({"en", "pl", "ro", "pt", "es", "it", "cy", "fr", "tr"})
_LATIN = 0x24F  # the last letter of Latin Extended-B
_NAMES = {
    "pl": "Polish", "ro": "Romanian", "pa": "Panjabi", "ur": "Urdu", "pt": "Portuguese", "es": "Spanish", "ar": "Arabic",
    "bn": "Bengali", "gu": "Gujarati", "it": "Italian", "cy": "Welsh", "fr": "French", "uk": "Ukrainian", "fa": "Persian",
    "tr": "Turkish", "zh": "Chinese",
}  # fmt: skip


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def foreign_language(question: str, known: Callable[[str], bool]) -> str | None:
    """The code of a language other than English that the question is surely in; None for English and when in doubt.

    `known` says whether a word stands in the documents: a question made of such words is English whatever the model says,
    since a short one is easily mistaken.
    """
    if _in_another_script(question):
        language, _ = _likeliest(question)
        return _UNKNOWN if language in _LATIN_SCRIPT else language
    said = words(question)
    english = sum(word in STOPWORDS or known(word) for word in said)
    if len(said) < 3 or english / len(said) > 0.5:
        return None
    language, probability = _likeliest(question)
    return language if language != "en" and probability >= _SURE else None


def _in_another_script(question: str) -> bool:
    """Whether most letters are not Latin; an English question may quote a foreign word."""
    letters = [letter for letter in question if letter.isalpha()]
    return sum(ord(letter) > _LATIN for letter in letters) * 2 > len(letters)


def _likeliest(question: str) -> tuple[str, float]:
    """A language that is surely none of ours, or else the likeliest of ours and English, with its share among them."""
    ranked = [(str(code), float(probability)) for code, probability in _identifier().rank(question)]
    ours = [(code, probability) for code, probability in ranked if code in ADVICE or code == "en"]
    if ranked[0] not in ours and ranked[0][1] >= _SURE:
        return ranked[0]
    share = sum(probability for _, probability in ours)
    return ours[0][0], ours[0][1] / share if share else 0.0


def advice(language: str) -> str:
    """What to do, in the person's own language and in English."""
    name = _NAMES.get(language, "another language")
    english = f"This question seems to be in {name}. The documents are in English and can only be searched in English: please ask in English."
    return f"{ADVICE[language]}\n\n{english}" if language in ADVICE else english


def beside_answer(language: str) -> str:
    """What stands beside passages that were found for a question in that language, in the language and in English."""
    english = f"The question seems to be in {_NAMES.get(language, 'another language')}; the documents are in English."
    return f"{FOUND[language]}\n\n{english}" if language in FOUND else english


def beside_refusal(language: str, refusal: str) -> str:
    """An English refusal, with its gist in that language before it."""
    return f"{NOT_FOUND[language]}\n\n{refusal}" if language in NOT_FOUND else refusal
