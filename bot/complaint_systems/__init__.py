"""Where records are forwarded to: one client a system behind one interface."""

from bot.complaint_systems.base import (
    ComplaintSystem,
    ComplaintSystemError,
    PermanentError,
    Receipt,
    TemporaryError,
)
from bot.complaint_systems.http import HttpComplaintSystem
from bot.settings import Settings

__all__ = [
    "ComplaintSystem",
    "ComplaintSystemError",
    "PermanentError",
    "Receipt",
    "TemporaryError",
    "complaint_system",
]

DESK_PATH = "/api/complaints"


def complaint_system(settings: Settings) -> ComplaintSystem:
    """The system that these settings name."""
    if settings.complaint_system == "webhook":
        return HttpComplaintSystem("webhook", settings.webhook_url, settings.secret("webhook"))
    return HttpComplaintSystem("desk", settings.desk_url + DESK_PATH, settings.secret("desk"))
