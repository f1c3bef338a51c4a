"""Places where Rasa 3.6.21 does the same work at every message or several times at a start, done once instead.

Rasa 3.6.21 is the last open release and pinned, so what is replaced here does not move. Each replacement gives the
same results as the original; tests/live runs whole conversations through them.
"""

import re
from collections.abc import Callable
from typing import Any

import rasa.shared.utils.io
import rasa.shared.utils.validation
import yaml
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.events import Event
from rasa.shared.utils.common import all_subclasses

Step = tuple[str, tuple[str, ...]]  # a node of the graph and what it needs


def apply() -> None:
    """Put the replacements in place; call once before the server starts."""
    schema = RemoteAction.action_response_format_spec()
    RemoteAction._validate_action_result = _validated_by(validator_for(schema)(schema))
    Event.resolve_by_type = staticmethod(_resolved_by(Event.resolve_by_type))
    DaskGraphRunner.run = _run_in_order
    rasa.shared.utils.io.read_yaml = _quick_reader(rasa.shared.utils.io.read_yaml)
    rasa.shared.utils.validation.validate_yaml_schema = _leave_unchecked


class CoreLoader(yaml.CSafeLoader):
    """libyaml's parser with the plain words of YAML 1.2, as Rasa reads them: `yes` and `on` are text."""

    yaml_implicit_resolvers = {}


_PLAIN = {
    "null": (r"~|null|Null|NULL|", "~nN"),
    "bool": (r"true|True|TRUE|false|False|FALSE", "tTfF"),
    "int": (r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    "float": (
        r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        "-+0123456789.",
    ),
}
for _kind, (_pattern, _first) in _PLAIN.items():
    _empty = [""] if _kind == "null" else []
    CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_kind}", re.compile(f"^(?:{_pattern})$"), [*_first, *_empty])


def _quick_reader(original: Callable[..., Any]) -> Callable[..., Any]:
    """Read the domain of a model with libyaml; the original, in pure Python, takes seconds for it, four times.

    Texts with variables of the environment are left to the original.
    """

    def read(content: str, reader_type: str | list[str] = "safe") -> Any:
        if "${" in content or reader_type != "safe":
            return original(content, reader_type)
        return yaml.load(content, Loader=CoreLoader) or {}  # noqa: S506

    return read


def _leave_unchecked(*_: Any, **__: Any) -> None:
    """The domain of a trained model was checked when it was trained."""


def _validated_by(validator: Any) -> Any:
    """Check action results with a validator that is built once; the original checks its own schema each time."""

    def validate(_: RemoteAction, result: dict[str, Any]) -> bool:
        validator.validate(result)
        return True

    return validate


def _resolved_by(original: Any) -> Any:
    """Find event classes in a table; the original walks all subclasses for every event of every tracker."""
    known: dict[str, type[Event]] = {}
    for event_class in all_subclasses(Event):
        known.setdefault(event_class.type_name, event_class)

    def resolve(type_name: str, default: type[Event] | None = None) -> Any:
        return known.get(type_name) or original(type_name, default)

    return resolve


def _run_in_order(
    self: DaskGraphRunner, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
) -> dict[str, Any]:
    """Run the nodes one after another in a remembered order; the original plans the graph anew each time."""
    wanted = tuple(targets or self._graph_schema.target_names)
    plans: dict[tuple[str, ...], list[Step]] = self.__dict__.setdefault("_plans", {})
    if wanted not in plans:
        plans[wanted] = _order(self, wanted)
    done: dict[str, Any] = {name: (name, value) for name, value in (inputs or {}).items()}
    for node, needs in plans[wanted]:
        done[node] = self._instantiated_nodes[node](*(done.get(need, need) for need in needs))
    return dict(done[node] for node in wanted)


def _order(runner: DaskGraphRunner, targets: tuple[str, ...]) -> list[Step]:
    """Nodes that the targets need, each after what it needs itself."""
    schema = runner._graph_schema.minimal_graph_schema(list(targets))
    order: list[Step] = []
    seen: set[str] = set()

    def visit(node: str) -> None:
        if node in seen or node not in schema.nodes:
            return
        seen.add(node)
        needs = tuple(schema.nodes[node].needs.values())
        for need in needs:
            visit(need)
        order.append((node, needs))

    for target in targets:
        visit(target)
    return order
