"""What tip-offs point at, as keyed digests: tells how many others pointed at the same without keeping it in clear."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.triage.models import sightings


class Sightings:
    """Notes and counts the observables of tip-offs; `key` is the store's, newest first where there are several."""

    def __init__(self, key: str) -> None:
        self._keys = [part.strip().encode() for part in key.split(",") if part.strip()]

    def note(self, connection: Connection, record: Mapping[str, Any]) -> None:
        """Keep what a tip-off points at; of other records nothing is kept."""
        digests = self._digests(record, self._keys[0]) if record["kind"] == "tip_off" else set()
        if digests:
            rows = [{"digest": digest, "reference": record["reference"]} for digest in sorted(digests)]
            connection.execute(sightings.insert(), rows)

    def others(self, connection: Connection, record: Mapping[str, Any]) -> int:
        """How many other tip-offs point at something that this one points at."""
        digests = {digest for key in self._keys for digest in self._digests(record, key)}
        if not digests:
            return 0
        same = sightings.c.digest.in_(digests) & (sightings.c.reference != record["reference"])
        query = sa.select(sa.func.count(sa.distinct(sightings.c.reference))).where(same)
        return int(connection.scalar(query))

    @staticmethod
    def _digests(record: Mapping[str, Any], key: bytes) -> set[str]:
        """One digest an observable; the same handle on two platforms is two things."""
        observables = [item for suspect in record["suspects"] for item in suspect["observables"]]
        named = (
            (item["data_type"], record["platform"] if item["data_type"] == "handle" else "", item["normalised"])
            for item in observables
            if item["normalised"]
        )
        return {
            hmac.new(key, "\0".join(("sighting", *(part or "" for part in parts))).encode(), hashlib.sha256).hexdigest()
            for parts in named
        }
