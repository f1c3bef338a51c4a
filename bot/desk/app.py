"""The desk: receives complaints by signed POST on loopback and keeps them in its own store."""

import asyncio
import hashlib
import json
import sys
import time
from base64 import b64decode
from datetime import UTC, datetime
from typing import Any

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.complaint_systems import DESK_PATH
from bot.complaint_systems.signature import KEY_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, is_genuine
from bot.desk.store import DeskStore, open_desk_store
from bot.settings import Settings, SettingsError, settings
from bot.triage.database import StoreError
from bot.triage.logs import configure_logs
from bot.triage.record import RecordError, validate_record

FOLLOW_UP, FILE = "follow_up", "evidence"
FOLLOW_UP_KINDS = ("addition", "withdrawal", "erasure_request")
BODY_LIMIT = 1024 * 1024  # bytes of a complaint

log = structlog.get_logger(__name__)
STORE = web.AppKey("store", DeskStore)
SECRET = web.AppKey("secret", str)


def create_app(current: Settings) -> web.Application:
    """The desk's application on its migrated store."""
    app = web.Application(client_max_size=body_limit(current), middlewares=[_plain_errors])
    app[STORE] = open_desk_store(current)
    app[SECRET] = current.secret("desk")
    app.router.add_post(DESK_PATH, receive)
    app.router.add_get("/health", health)
    app.on_cleanup.append(_close)
    return app


def body_limit(current: Settings) -> int:
    """Bytes that a delivery may have: a complaint's, and those of the largest file in base64."""
    return BODY_LIMIT + current.evidence_bytes * 4 // 3


async def receive(request: web.Request) -> web.Response:
    """File a complaint: 201 with its number, 200 with the same number when its key is known."""
    body = await request.read()
    headers = request.headers
    stamp, signature = headers.get(TIMESTAMP_HEADER, ""), headers.get(SIGNATURE_HEADER, "")
    if not is_genuine(request.app[SECRET], stamp, signature, body, now=time.time()):
        return _refusal(401, "signature")
    record, problem = _read(body, headers.get(KEY_HEADER, ""))
    if problem:
        return _refusal(*problem)
    if record.get("type") == FOLLOW_UP:
        return await _receive_follow_up(request.app[STORE], record, headers[KEY_HEADER])
    if record.get("type") == FILE:
        return await _receive_file(request.app[STORE], record, headers[KEY_HEADER])
    filed = await asyncio.to_thread(request.app[STORE].file, record["reference"], record, now=datetime.now(UTC))
    log.info("complaint_received", id=filed.external_id, new=filed.created)
    return web.json_response({"id": filed.external_id}, status=201 if filed.created else 200)


async def _receive_follow_up(store: DeskStore, message: dict[str, Any], key: str) -> web.Response:
    """File what came after a complaint: 201, 200 when its key is known, 404 without the complaint."""
    filed = await asyncio.to_thread(store.follow_up, key, message, now=datetime.now(UTC))
    if filed is None:
        return _refusal(404, "unknown_reference")
    log.info("follow_up_received", id=filed.external_id, kind=message["kind"], new=filed.created)
    return web.json_response({"id": filed.external_id}, status=201 if filed.created else 200)


async def _receive_file(store: DeskStore, message: dict[str, Any], key: str) -> web.Response:
    """Keep a file of a complaint: 201, 200 when its key is known, 404 without the complaint."""
    filed = await asyncio.to_thread(store.attach, key, message, now=datetime.now(UTC))
    if filed is None:
        return _refusal(404, "unknown_reference")
    log.info("file_received", id=filed.external_id, new=filed.created)
    return web.json_response({"id": filed.external_id}, status=201 if filed.created else 200)


async def health(request: web.Request) -> web.Response:
    """Whether the desk and its database answer."""
    await asyncio.to_thread(request.app[STORE].count)
    return web.json_response({"status": "ok"})


def run() -> None:
    """Serve the desk on loopback until SIGTERM or Ctrl-C."""
    try:
        current = settings()
        configure_logs(current.log_level)
        app = create_app(current)
    except (SettingsError, StoreError) as error:
        print(f"muhafiz desk: {error}", file=sys.stderr)
        sys.exit(2)
    web.run_app(
        app,
        host="127.0.0.1",
        port=current.desk_port,
        access_log=None,
        print=None,
        shutdown_timeout=3,
    )


def _read(body: bytes, key: str) -> tuple[Any, tuple[int, str] | None]:
    """The record in the body, or the status and code of what is wrong with it."""
    try:
        record = json.loads(body)
    except (ValueError, RecursionError):
        return None, (400, "not_json")
    if isinstance(record, dict) and record.get("type") == FOLLOW_UP:
        return record, _wrong_in_follow_up(record, key)
    if isinstance(record, dict) and record.get("type") == FILE:
        return record, _wrong_in_file(record, key)
    try:
        validate_record(record)
    except RecordError as error:
        return None, (422, str(error))
    if key != record["reference"]:  # the signature covers the body only
        return None, (422, "idempotency_key")
    return record, None


def _wrong_in_follow_up(message: dict[str, Any], key: str) -> tuple[int, str] | None:
    if message.get("kind") not in FOLLOW_UP_KINDS:
        return 422, "kind"
    reference, text = message.get("reference"), message.get("text")
    if not isinstance(reference, str) or not key.startswith(f"{reference}/"):
        return 422, "idempotency_key"
    return None if text is None or isinstance(text, str) else (422, "text")


def _wrong_in_file(message: dict[str, Any], key: str) -> tuple[int, str] | None:
    reference = message.get("reference")
    if not isinstance(reference, str) or not key.startswith(f"{reference}/"):
        return 422, "idempotency_key"
    try:
        content = b64decode(str(message.get("content") or ""), validate=True)
    except ValueError:
        return 422, "content"
    return None if hashlib.sha256(content).hexdigest() == message.get("sha256") else (422, "sha256")


def _refusal(status: int, code: str) -> web.Response:
    log.warning("complaint_refused", status=status, error=code)
    return web.json_response({"error": code}, status=status)


@web.middleware
async def _plain_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every error as JSON; a database that does not answer is 503, so that the sender tries again."""
    try:
        return await handler(request)
    except StoreError as error:
        log.error("desk_database_trouble", error=str(error))
        return web.json_response({"error": "database"}, status=503, headers={"Retry-After": "30"})
    except web.HTTPException as error:
        return web.json_response({"error": error.reason}, status=error.status)


async def _close(app: web.Application) -> None:
    await asyncio.to_thread(app[STORE].close)


if __name__ == "__main__":
    run()
