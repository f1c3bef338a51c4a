"""What every complaint system looks like to the rest of the product."""

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Receipt:
    """The other system's number for a record that it has accepted."""

    external_id: str
    external_url: str | None = None


class ComplaintSystemError(Exception):
    """A record was not accepted. The text is a short code; it never carries data of a person or an answer."""

    permanent: bool = False


class TemporaryError(ComplaintSystemError):
    """Trying again may help; `retry_after` is the wait in seconds that the other side asked for."""

    permanent = False

    def __init__(self, code: str, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.retry_after = retry_after


class PermanentError(ComplaintSystemError):
    """Trying again with the same record and settings will not help; staff must look at it."""

    permanent = True


class ComplaintSystem(Protocol):
    """One complaint system. `submit` may be called again with the same key and must not file twice."""

    name: str

    async def submit(self, record: dict[str, Any], *, idempotency_key: str, timeout: float) -> Receipt:  # noqa: ASYNC109
        """Hand the record over within `timeout` seconds; raises ComplaintSystemError if it was refused."""
        ...

    async def attach(self, file: dict[str, Any], *, idempotency_key: str, timeout: float) -> None:  # noqa: ASYNC109
        """Hand over one file of a record that was accepted; errors and repeats as with `submit`."""
        ...

    async def follow_up(self, message: dict[str, Any], *, idempotency_key: str, timeout: float) -> None:  # noqa: ASYNC109
        """Tell of an addition, a withdrawal or a request to erase; errors and repeats as with `submit`."""
        ...
