"""Clear short messages, as people type them, are read as what they plainly say."""

import pytest

from bot.nlu.acts import Acts
from tests.unit.nlu.test_acts_data import phrases

ACTS = Acts(dict(phrases()))
SAID = {
    "greet": ["hii", "koi hai?", "Anyone there?", "کوئی ہے؟", "salam ji", "asslam o alaikum", "hello bhai!"],
    "help": [
        "please help me",
        "Mujhe madad chahiye!",
        "مجھے مدد چاہیے",
        "can you help me?",
        "meri madad karein please",
    ],
    "start_report": ["shikayat", "mujhe shikayat karni hai", "I want to file a complaint", "شکایت درج کروانی ہے"],
    "affirm": ["yess", "sab theek hai", "haan, send kar dein", "kr do", "سب درست ہے"],
    "deny": ["nahi nahi", "abhi nahi", "بالکل نہیں", "no sir"],
    "skip": ["mujhe nahi pata", "I don't remember", "mere paas nahi", "مجھے یاد نہیں", "chor do"],
    "stop": ["rukiye", "mujhe shikayat nahi karni", "I changed my mind"],
    "thanks": ["ok thanks", "theek hai shukriya", "Thank you very much", "آپ کا بہت شکریہ"],
    "goodbye": ["ok bye", "theek hai, Allah hafiz"],
    "why_asked": ["ye kyun pooch rahe hain?", "aap ko kyun chahiye"],
    "change": ["is mein ghalti hai", "کچھ غلط ہے"],
}


@pytest.mark.parametrize(("text", "act"), [(text, act) for act, texts in SAID.items() for text in texts])
def test_a_clear_short_message_is_its_act(text: str, act: str) -> None:
    assert ACTS.find(text) == act


@pytest.mark.parametrize(
    "text",
    [
        "help me he is outside with a gun",
        "mujhe madad chahiye mera account hack ho gaya hai",
        "wo band nahi kar raha",
        "bachao",
        "thanks but he is still sending my pictures",
    ],
)
def test_more_than_that_is_left_to_the_model(text: str) -> None:
    assert ACTS.find(text) is None
