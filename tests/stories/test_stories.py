"""Every conversation of the folders beside this file, through the web chat of the running product."""

from collections import Counter
from pathlib import Path

import pytest

from bot.nlu.components import VERSION_LENGTH
from bot.training import fingerprint
from tests.live.stack import Stack
from tests.stories.conversation import Conversation, check_record, read

FILES = sorted(Path(__file__).parent.glob("*/*.yml"))


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
async def test_story(file: Path, stack: Stack, open_socket) -> None:
    story = read(file)
    chat = await open_socket(story["language"])
    conversation = Conversation(chat, story["language"])
    await conversation.run(story["steps"])
    record = check_record(stack, conversation, story["record"])
    if record and record["classifier"]:
        assert record["classifier"]["model_version"] == fingerprint()[:VERSION_LENGTH]


def test_every_folder_and_language_has_stories() -> None:
    """Nothing that a person may do is left out in a language."""
    assert {file.parent.name for file in FILES} == {
        *("happy_path", "corrections", "digressions", "interruptions", "cancellations", "negations"),
        *("resume", "crisis", "privacy", "tip_off", "hostile"),
    }
    languages = Counter(read(file)["language"] for file in FILES)
    assert languages.keys() == {"en", "ur", "ur-Latn"}
    assert len(FILES) >= 60
    assert min(languages.values()) >= 20
    assert min(Counter(file.parent.name for file in FILES).values()) >= 3
