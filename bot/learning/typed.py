"""Reads what a person types in the quiz: a letter, a number, the words of a choice, a name."""

import re
import unicodedata

from bot.learning.questions import Question
from bot.nlu.normalise import normalise
from bot.triage.answers import asks_something
from bot.typed_text import clean

LONGEST_NAME = 40
_MOST_NAME_WORDS = 5
_PLACES = (
    ("a", "1", "one", "first", "pehla", "pehli", "aik", "ek", "ا", "آ", "الف", "ایک", "پہلا", "پہلی"),
    ("b", "2", "two", "second", "doosra", "dusra", "doosri", "dusri", "do", "ب", "بے", "دو", "دوسرا", "دوسری"),
    ("c", "3", "three", "third", "teesra", "tisra", "teesri", "teen", "ج", "جیم", "تین", "تیسرا", "تیسری"),
    ("d", "4", "four", "fourth", "chautha", "chauthi", "chaar", "char", "د", "دال", "چار", "چوتھا", "چوتھی"),
)
_AROUND = {
    "option", "answer", "choice", "number", "no", "the", "is", "it", "its", "my", "i", "think", "say", "wala", "wali",
    "jawab", "hai", "he", "one", "جواب", "نمبر", "آپشن", "ہے", "والا", "والی", "میرا",
}  # fmt: skip
_IN_SENTENCES = {
    "i", "my", "me", "is", "was", "are", "am", "the", "he", "she", "they", "it", "has", "have", "of", "on", "in", "to",
    "please", "help", "mera", "meri", "mere", "mujhe", "mujhy", "main", "mein", "ho", "gaya", "gayi", "gaye", "hai",
    "hain", "hoon", "hun", "ka", "ki", "ke", "ko", "ne", "se", "kar", "raha", "rahi", "nahi", "madad", "chahiye", "wo",
    "میرا", "میری", "میرے", "مجھے", "میں", "ہو", "گیا", "گئی", "گئے", "ہے", "ہیں", "ہوں", "کا", "کی", "کے", "کو", "نے",
    "سے", "کر", "رہا", "رہی", "نہیں", "مدد", "چاہیے", "وہ",
}  # fmt: skip
_NOT_IN_NAMES = re.compile(r"[^\w .'’\-]|[\d_]")


def read_choice(text: str, question: Question, order: list[int]) -> int | None:
    """Which choice a typed text means (its position in `question.choices`), or None."""
    words = re.findall(r"\w+", normalise(text))
    if not words:
        return None
    place = _place(words)
    if place is not None:
        return order[place] if place < len(order) else None
    meant = [n for n in order if any(_says(words, choice) for choice in question.choices[n].values())]
    return meant[0] if len(meant) == 1 else None


def _place(words: list[str]) -> int | None:
    """The place that a text names and nothing else: `b`, `2`, `option b`, `jawab ب hai`."""
    named = words if len(words) == 1 else [word for word in words if word not in _AROUND]
    if len(named) != 1:
        return None
    return next((place for place, names in enumerate(_PLACES) if named[0] in names), None)


def _says(words: list[str], choice: str) -> bool:
    """Whether a text is the choice, its beginning, or at least half of its words and no others."""
    written = re.findall(r"\w+", normalise(choice))
    if written[: len(words)] == words:
        return True
    return set(words) <= set(written) and 2 * len(set(words)) >= len(set(written))


def read_name(text: str) -> str | None:
    """A name as it can stand on a certificate, or None for anything else."""
    name = " ".join(clean(text).split())
    if not 1 < len(name) <= LONGEST_NAME or len(name.split()) > _MOST_NAME_WORDS or _NOT_IN_NAMES.search(name):
        return None
    if asks_something(name) or _IN_SENTENCES & set(re.findall(r"\w+", normalise(name))):
        return None
    return name if sum(unicodedata.category(ch)[0] == "L" for ch in name) > 1 else None
