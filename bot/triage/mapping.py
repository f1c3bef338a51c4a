"""What a record derives from its incident type: sections that may apply and the RSIT class.

The content is in `knowledge/record_mapping.yml`, so that a lawyer can review it without reading code.
"""

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

import yaml

from bot.settings import PROJECT

MAPPING_FILE = PROJECT / "knowledge" / "record_mapping.yml"


def offences_for(record: Mapping[str, Any], also: Collection[str] = ()) -> list[dict[str, str]]:
    """Sections that may apply, each once, the most typical first; `also` are types that the matter is as well."""
    found = facts_of(record)
    sections = [
        entry["section"]
        for incident_type in (record["incident_type"], *also)
        for entry in mapping()["offences"].get(incident_type, ())
        if holds(found, entry.get("when", {}))
    ]
    return [{"law": mapping()["law"], "section": section} for section in dict.fromkeys(sections)]


def rsit_for(record: Mapping[str, Any]) -> dict[str, str] | None:
    """Nearest class of the Reference Security Incident Taxonomy, None where it has none."""
    entry = mapping()["rsit"].get(record["incident_type"])
    if entry is None:
        return None
    chosen = entry.get("subtypes", {}).get(record["incident_subtype"], entry)
    return {"class": chosen["class"], "type": chosen["type"]}


@lru_cache
def mapping() -> dict[str, Any]:
    """Content of the file."""
    content: dict[str, Any] = yaml.safe_load(MAPPING_FILE.read_text("utf-8"))
    return content


def facts_of(record: Mapping[str, Any]) -> dict[str, set[Any]]:
    """What conditions may ask for, each as a set of values."""
    alternatives = (record["classifier"] or {}).get("alternatives", ())
    return {
        "minor": {bool(record["victim"]["is_minor"])},
        "subtype": {record["incident_subtype"]},
        "also": {item if isinstance(item, str) else item["type"] for item in alternatives},
        "flags": set(record["risk_flags"]),
        "platform": {record["platform"]},
        "observables": {item["data_type"] for suspect in record["suspects"] for item in suspect["observables"]},
    }


def holds(facts: Mapping[str, set[Any]], when: Mapping[str, Any]) -> bool:
    """Whether every condition holds: any value of its list is among the facts of that name."""
    return all(facts[name] & set(wanted if isinstance(wanted, list) else [wanted]) for name, wanted in when.items())
