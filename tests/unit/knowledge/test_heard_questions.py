"""Questions that people asked in conversations: comparisons, accounts to get back, suppositions, ages and sections."""

from typing import Any

import pytest

from actions import answers
from bot.knowledge.follow_up import follow_up, leans_on_an_answer, offence_of, supposes
from bot.knowledge.load import knowledge
from bot.knowledge.recovery import asks_for_recovery
from bot.knowledge.search import compares, crimes_compared, index, no_section
from tests.auxil.asked import Asked, Said


async def said_in_a_case(text: str, language: str = "en", in_form: bool = True, **facts: Any) -> list[dict[str, Any]]:
    said, asked = Said(), Asked(text, language)
    asked.slots |= facts
    await answers.answer_question(said, asked, in_form=in_form)  # type: ignore[arg-type]
    return said.messages


def everything(messages: list[dict[str, Any]]) -> str:
    return "\n".join(str(message) for message in messages)


@pytest.mark.parametrize(
    ("text", "sections"),
    [
        ("blackmail aur harassment mein kya farq hai", ["21", "24"]),
        ("difference between hacking and fraud", ["3", "14"]),
        ("بلیک میل اور ہراسانی میں کیا فرق ہے", ["21", "24"]),
        ("hacking se mujhe koi farq nahi parta magar fraud", []),
        ("what is hacking and fraud", []),
    ],
)
def test_crimes_are_compared_by_name(text: str, sections: list[str]) -> None:
    assert crimes_compared(text) == sections
    assert compares(text) == bool(sections)
    assert [item.section for item in index().sections_in(text)] == sections


@pytest.mark.parametrize("text", ["difference between 20 and 21", "compare 14 and 16", "21 aur 24 mein farq"])
def test_two_sections_beside_each_other_are_a_question(text: str) -> None:
    assert compares(text)


async def test_two_crimes_are_told_apart() -> None:
    (message,) = await said_in_a_case("difference between hacking and fraud", in_form=False)
    assert "s.3" in message["answer"]
    assert "s.14" in message["answer"]


@pytest.mark.parametrize("language", ["en", "ur", "ur-Latn"])
async def test_a_section_that_does_not_exist_is_not_guessed(language: str) -> None:
    (message,) = await said_in_a_case("section 99 kya hai", language, in_form=False)
    assert (message["response"], message["section"]) == ("utter_no_such_section", "99")


@pytest.mark.parametrize("text", ["section 45 kya hai", "section 21", "I lost 99 rupees", "dafa 22-A"])
def test_other_sections_are_looked_up(text: str) -> None:
    assert no_section(text) is None


async def test_the_subtype_decides_on_the_offence() -> None:
    assert offence_of("child_abuse", "grooming") is knowledge()["offence_22a"]
    assert offence_of("child_abuse", "image_request") is knowledge()["offence_22a"]
    assert offence_of("harassment", "private_images_shared") is knowledge()["offence_21"]
    assert offence_of("harassment", "stalking") is knowledge()["offence_24"]
    for in_form in (True, False):  # the form is left in a crisis, its facts are not
        case = {"incident_type": "child_abuse", "incident_subtype": "grooming"}
        messages = await said_in_a_case("what is punishment for him", in_form=in_form, **case)
        assert "22A" in messages[0]["answer"].splitlines()[0]
        assert "offence_22" in everything(messages)


async def test_the_age_of_a_brother_gives_the_limits_of_a_minor() -> None:
    (message,) = await said_in_a_case("my brother is 16 what will be his punishment", incident_type="blackmail")
    assert "under 18" in message["answer"]


async def test_a_victim_known_to_be_a_minor_hears_the_limits_of_a_minor() -> None:
    (message,) = await said_in_a_case("what is the punishment for him?", incident_type="blackmail", victim_minor=True)
    assert "under 18" in message["answer"]


@pytest.mark.parametrize("text", ["and if i was 20?", "aur agar 20 saal ki hoti?", "and if she is 16?"])
def test_an_age_is_no_section(text: str) -> None:
    asked = follow_up(text, knowledge()["offence_21"])
    assert asked and asked.item.section == "21"
    assert asked.aspects == ("minor",)
    assert leans_on_an_answer(text)


def test_a_number_alone_is_a_section() -> None:
    asked = follow_up("aur 24?", knowledge()["offence_21"])
    assert asked and asked.item.section == "24"


@pytest.mark.parametrize("text", ["agar sarkari website ho to", "aur agar bank ka system hack ho"])
def test_a_supposition_follows_the_law_that_was_told(text: str) -> None:
    assert supposes(text)
    asked = follow_up(text, knowledge()["offence_3"])
    assert asked and asked.item.id == "offence_6"


@pytest.mark.parametrize(
    "text", ["agar usne meri video viral kar di to", "agar wo mujhe mar de", "if he sends it", "bank se paise gaye"]
)
def test_a_fear_for_oneself_is_no_supposition(text: str) -> None:
    assert not supposes(text)


@pytest.mark.parametrize(
    ("text", "facts", "item"),
    [
        ("how do i get back hacked whatsapp", {}, "platform_whatsapp_hacked"),
        ("how do i get my account back", {"platform": "instagram"}, "platform_instagram_hacked"),
        ("how to get it back", {"incident_type": "hacking", "platform": "facebook"}, "platform_facebook_hacked"),
        ("mera account wapas kaise milega", {"platform": "tiktok"}, "platform_tiktok_hacked"),
    ],
)
async def test_the_way_back_to_an_account(text: str, facts: dict[str, Any], item: str) -> None:
    (message,) = await said_in_a_case(text, **facts)
    assert message["source"] == knowledge()[item].source["name"]
    assert message["answer"].split()[0] == knowledge()[item].answer["en"].split()[0]


async def test_without_a_platform_it_is_asked_which() -> None:
    (message,) = await said_in_a_case("how do i get my account back", in_form=False)
    assert message["response"] == "utter_answer_which"
    assert "platform_whatsapp_hacked" in everything([message])


@pytest.mark.parametrize(
    "text",
    ["how do i get my money back", "paise wapas kaise milenge", "i want my account back", "how do i report an account"],
)
def test_other_things_are_got_back_elsewhere(text: str) -> None:
    assert not asks_for_recovery(text, hacked=True)


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("ye baat kisi ko pata to nahi chalegi", "about_data_stored"),
        ("tum ye sab kisi ko bata to nahi do ge", "about_data_stored"),
        ("is this confidential", "about_data_stored"),
        ("wakeel krna zaroori he?", "procedure_cost"),
        ("paise lagte hain shikayat me?", "procedure_cost"),
        ("what is phishing", "scam_fake_website"),
        ("jhooti FIR karane wale ko kya saza", "rights_false_complaint"),
    ],
)
def test_a_heard_question_finds_its_item(text: str, item: str) -> None:
    assert index().search(text)[0].item.id == item
