"""The Rasa graph component around the project's own analysis: intents, entities and facts of a message."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.nlu.constants import (
    ENTITIES,
    INTENT,
    INTENT_RANKING_KEY,
    METADATA,
    METADATA_INTENT,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.knowledge.corrections import claims_outright
from bot.knowledge.follow_up import leans_on_an_answer, supposes
from bot.knowledge.recovery import asks_for_recovery
from bot.knowledge.search import compares
from bot.nlu.acts import Acts
from bot.nlu.analyse import combine
from bot.nlu.asking import asks_outright, only_informs
from bot.nlu.classifier import Classifier
from bot.nlu.codes import told_code
from bot.nlu.data import Example
from bot.nlu.extract import extract
from bot.nlu.language import detect
from bot.training import fingerprint
from bot.triage.taxonomy import KINDS, LANGUAGES

MODEL_FILE = "classifier.pickle"
ACTS_FILE = "acts.json"
VERSION_LENGTH = 12  # characters of the fingerprint of the training that name a model in a record
UNCLEAR = "unclear"
WARM_UP = "Kal 0300 0000000 se call aayi, 5 hazar gaye: what can I do? مدد کریں"


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=True)
class MessageAnalyser(IntentClassifier, GraphComponent):
    """Sets the intent (kind or dialogue act), entities, and an `analysis` with all that is known of the text."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`unclear_below`: a kind less probable than this is answered by asking what the person wants."""
        return {"unclear_below": 0.34}

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self.config = {**self.get_default_config(), **config}
        self._storage, self._resource = storage, resource
        self.classifier: Classifier | None = None
        self.acts = Acts({})

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> MessageAnalyser:
        """Component for training."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Train on the examples whose intent is a kind; all other intents are exact short phrases."""
        examples, acts = [], {}
        for message in training_data.intent_examples:
            intent, text = message.get(INTENT), message.get(TEXT)
            if intent in KINDS:
                metadata = (message.get(METADATA) or {}).get(METADATA_INTENT)
                examples.append(Example.of(text, intent, metadata))
            else:
                acts[text] = intent
        self.acts = Acts.of(acts)
        self.classifier = Classifier.train(examples, version=fingerprint()[:VERSION_LENGTH])
        with self._storage.write_to(self._resource) as folder:
            self.classifier.save(folder / MODEL_FILE)
            self.acts.save(folder / ACTS_FILE)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> MessageAnalyser:
        """Component for use, from a trained model."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component.classifier = Classifier.load(folder / MODEL_FILE)
            component.acts = Acts.load(folder / ACTS_FILE)
        component.process([Message({TEXT: WARM_UP})])  # reads word lists and compiles patterns before anybody waits
        return component

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """No later component needs features: pass the data on as it is."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Analyse user messages; payloads of buttons are left to Rasa's own handler."""
        for message in messages:
            text = message.get(TEXT)
            if text and not text.startswith(INTENT_MESSAGE_PREFIX):
                self._analyse(message, text)
        return messages

    def _analyse(self, message: Message, text: str) -> None:
        assert self.classifier is not None  # noqa: S101
        found = extract(text)
        prediction = self.classifier.predict([text], [found])[0]
        analysis = combine(text, prediction, found)
        metadata = message.get(METADATA) or {}
        told, sure = detect(text)
        language = metadata.get("language") if metadata.get("language") in LANGUAGES else (told if sure else None)
        entities = [{**asdict(e), "extractor": type(self).__name__} for e in found.entities]
        if language:
            entities.append(
                {"entity": "language", "value": language, "start": 0, "end": 0, "extractor": type(self).__name__}
            )
        act = told_code(text) or self.acts.find(text)
        ranking = [{"name": name, "confidence": chance} for name, chance in prediction.kind.items()]
        if act:
            name, confidence = act, 1.0
        elif analysis.kind not in {"question", "crisis"} and _is_asked(text, analysis.amount_pkr):
            name, confidence = "question", 1.0
        elif analysis.kind not in {"report", "crisis"} and only_informs(text):
            name, confidence = "tip_off", 1.0
        elif analysis.kind_confidence < self.config["unclear_below"] and analysis.kind != "crisis":
            name, confidence = UNCLEAR, 1 - analysis.kind_confidence
        else:
            name, confidence = analysis.kind, analysis.kind_confidence
        message.set(INTENT, {"name": name, "confidence": confidence}, add_to_output=True)
        message.set(INTENT_RANKING_KEY, [{"name": name, "confidence": confidence}, *ranking][:6], add_to_output=True)
        message.set(ENTITIES, entities, add_to_output=True)
        read = asdict(analysis) | {"model_version": self.classifier.version}
        message.set("analysis", read, add_to_output=True)


def _is_asked(text: str, amount: int | None) -> bool:
    """Whether a message is to be answered from the knowledge, whatever kind it was classified as."""
    if asks_outright(text) or leans_on_an_answer(text) or compares(text) or supposes(text) or asks_for_recovery(text):
        return True
    return amount is None and claims_outright(text)
