"""The action server on loopback, with everything slow done before the first message."""

import logging

from rasa_sdk.endpoint import create_app

from actions.stores import store
from actions.tips import subscribers
from bot.knowledge.corrections import corrections
from bot.knowledge.search import index
from bot.learning.questions import quiz
from bot.settings import settings


def main() -> None:
    """Serve until told to stop. rasa-sdk's own start binds every address and allows every origin."""
    logging.basicConfig(level=logging.WARNING)
    for name in ("rasa_sdk", "sanic"):  # their error lines repeat the whole conversation
        logging.getLogger(name).setLevel(logging.CRITICAL)
    store()
    subscribers()
    index()
    corrections()
    quiz()
    app = create_app("actions", cors_origins=[])
    app.run("127.0.0.1", settings().actions_port, workers=1, access_log=False, motd=False)


if __name__ == "__main__":
    main()
