"""Every setting of the product: `MUHAFIZ_*` environment variables, read and checked once at start."""

import os
import secrets
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseSettings, Field, ValidationError, root_validator, validator

PROJECT = Path(__file__).resolve().parent.parent


class SettingsError(Exception):
    """A setting is missing or wrong; the text names it in one line."""


class Settings(BaseSettings):
    """Settings with their defaults; each field `x` is read from `MUHAFIZ_X`."""

    var: Path = Field(PROJECT / "var", description="Folder for all state (created with mode 0700)")
    host: str = Field("0.0.0.0", description="Address the gateway listens on")  # noqa: S104
    port: int = Field(8080, ge=1, le=65535, description="Port of the gateway, the only public one")
    rasa_port: int = Field(5005, ge=1, le=65535, description="Port of the Rasa server (loopback)")
    actions_port: int = Field(5055, ge=1, le=65535, description="Port of the action server (loopback)")
    desk_port: int = Field(8081, ge=1, le=65535, description="Port of the desk (loopback)")
    public_url: str = Field("", description="Public https address of the gateway, without a path")
    trust_proxy: bool = Field(False, description="Take the client address from X-Forwarded-For")
    database_url: str = Field("", description="SQLAlchemy URL of the record store (SQLite under var/)")
    desk_database_url: str = Field("", description="SQLAlchemy URL of the desk's own store (SQLite under var/)")
    tracker_database_url: str = Field("", description="SQLAlchemy URL of Rasa's tracker store (SQLite under var/)")
    complaint_system: Literal["desk", "webhook"] = Field("desk", description="Where records are forwarded")
    webhook_url: str = Field("", description="Address that the webhook complaint system receives records at")
    forward_timeout: float = Field(4.0, gt=0, le=60, description="Seconds the submitting action waits for delivery")
    retry_base: float = Field(20.0, gt=0, description="Seconds before the first retry; doubles with jitter")
    retry_cap: float = Field(3600.0, gt=0, description="Longest wait between two retries, in seconds")
    worker_poll: float = Field(2.0, gt=0, description="Seconds between the worker's looks at the outbox")
    rasa_timeout: float = Field(20.0, gt=0, description="Seconds the gateway waits for Rasa's answer")
    telegram_token: str = Field("", description="Bot token; empty switches Telegram off")
    telegram_mode: Literal["polling", "webhook"] = Field("polling", description="How Telegram updates arrive")
    telegram_api: str = Field("https://api.telegram.org", description="Address of the Bot API server")
    tips_quiet_from: int = Field(21, ge=0, le=23, description="Hour in Pakistan from which no tip is sent")
    tips_quiet_until: int = Field(9, ge=0, le=23, description="Hour in Pakistan until which no tip is sent")
    tips_per_second: float = Field(20.0, gt=0, le=30, description="Tips sent a second; Telegram allows about 30")
    tips_poll: float = Field(60.0, gt=0, description="Seconds between the worker's looks for tips that are due")
    rate_messages: int = Field(30, ge=1, description="Messages a minute allowed in one conversation")
    rate_messages_address: int = Field(120, ge=1, description="Messages a minute allowed from one address")
    rate_sessions_address: int = Field(60, ge=1, description="New web sessions an hour from one address")
    session_days: int = Field(30, ge=1, description="Days a web chat cookie stays valid")
    draft_days: int = Field(14, ge=1, description="Days that an unfinished complaint is kept after its last change")
    conversation_days: int = Field(30, ge=1, description="Days that a conversation is kept after its last message")
    record_days: int = Field(730, ge=1, description="Days after which forwarded or ended records are anonymised")
    evidence_mb: int = Field(5, ge=1, le=20, description="Largest file of a complaint, in megabytes")
    evidence_files: int = Field(10, ge=1, le=50, description="Most files of one complaint")
    clamd: str = Field("", description="Virus scanner for files: host:port or the path of a socket; empty for none")
    fonts: Path = Field(
        Path("/usr/share/fonts/truetype/noto"), description="Folder with the Noto fonts of receipts and pictures"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level that is logged")

    class Config:
        env_prefix = "MUHAFIZ_"

    @validator("var")
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    @validator("clamd")
    def _is_scanner(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if value and not value.startswith("/") and not (host and port.isdigit() and 0 < int(port) < 65536):
            raise ValueError("must be host:port or the absolute path of a socket")
        return value

    @root_validator(skip_on_failure=True)
    def _defaults_and_pairs(cls, values: dict[str, Any]) -> dict[str, Any]:
        var = values["var"]
        for name, file in (
            ("database_url", "muhafiz"),
            ("desk_database_url", "desk"),
            ("tracker_database_url", "tracker"),
        ):
            values[name] = values[name] or f"sqlite:///{var / file}.db"
        if values["complaint_system"] == "webhook" and not values["webhook_url"].startswith(("https://", "http://")):
            raise ValueError("MUHAFIZ_WEBHOOK_URL must be an http(s) address when MUHAFIZ_COMPLAINT_SYSTEM=webhook")
        if values["telegram_mode"] == "webhook" and values["telegram_token"] and not values["public_url"]:
            raise ValueError("MUHAFIZ_PUBLIC_URL is needed when MUHAFIZ_TELEGRAM_MODE=webhook")
        return values

    @property
    def rasa_url(self) -> str:
        """Base address of the Rasa server."""
        return f"http://127.0.0.1:{self.rasa_port}"

    @property
    def desk_url(self) -> str:
        """Base address of the desk."""
        return f"http://127.0.0.1:{self.desk_port}"

    @property
    def evidence_bytes(self) -> int:
        """Size of the largest file that is taken."""
        return self.evidence_mb * 1024 * 1024

    def prepare_var(self) -> Path:
        """Create the state folder with mode 0700 and return it."""
        self.var.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.var.chmod(0o700)
        return self.var

    def secret(self, name: str) -> str:
        """Secret `name`: from `MUHAFIZ_<NAME>_SECRET`, else from a 0600 file under var/, made on first use.

        The value is a URL-safe base64 text of 32 random bytes (44 characters), as Fernet keys are.
        """
        given = os.environ.get(f"MUHAFIZ_{name.upper()}_SECRET")
        if given:
            return given
        folder = self.prepare_var() / "secrets"
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / name
        fresh = path.with_name(f".{name}.{secrets.token_hex(4)}")
        if not path.exists():
            fresh.touch(mode=0o600)
            fresh.write_text(_new_key())
            with suppress(FileExistsError):
                os.link(fresh, path)  # atomic: of two processes that start at once, one wins
            fresh.unlink()
        return path.read_text().strip()


def _new_key() -> str:
    from base64 import urlsafe_b64encode

    return urlsafe_b64encode(secrets.token_bytes(32)).decode()


@lru_cache
def settings() -> Settings:
    """The settings of this process. Raises SettingsError with one line naming what is wrong."""
    try:
        return Settings.parse_obj({})  # as Settings(), whose defaults mypy does not see
    except ValidationError as error:
        first = error.errors()[0]
        name = first["loc"][0]
        where = "" if name == "__root__" else f"MUHAFIZ_{str(name).upper()}: "
        raise SettingsError(f"{where}{first['msg']}") from None
