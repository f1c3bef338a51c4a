"""Inside a complaint a question such as "and if she is 16?" leans on the case, not on nothing."""

import pytest

from bot.knowledge.follow_up import follow_up, offence_answer, offence_of


@pytest.mark.parametrize(
    ("text", "language", "figure"),
    [("aur agar wo 16 saal ki ho?", "ur-Latn", "18 saal"), ("and bail?", "en", "bail"), ("اور سزا؟", "ur", "قید")],
)
def test_a_leaning_question_is_answered_for_the_offence_of_the_case(text: str, language: str, figure: str) -> None:
    case = offence_of("blackmail")
    assert case and case.id == "offence_21"
    asked = follow_up(text, case)
    assert asked and asked.of_offence
    assert figure in offence_answer(asked.item, asked.aspects, language)


def test_a_case_of_no_known_type_names_no_offence() -> None:
    assert offence_of("unsure") is None
    assert offence_of("") is None
