"""A whole record of each kind, as Muse writes them, and ways to change one."""

import json
from typing import Any

from musetui.records.kinds import Kind
from musetui.records.parse import parse_record

UUID = "3f2b8c1e-5d4a-4f6b-9c7d-8e9f0a1b2c3d"
HASH = "sha256:" + "0123456789abcdef" * 4
NOON = "2026-03-18T12:00:00+00:00"
ONE = "2026-03-18T13:00:00+00:00"

WHOLE: dict[Kind, dict[str, Any]] = {
    Kind.RESERVATION: {
        "schema_version": 1,
        "reservation_id": UUID,
        "run_id": "agent-42",
        "branch": "feature/billing",
        "addresses": ["src/billing.py::compute_total", "src/billing.py"],
        "created_at": NOON,
        "expires_at": ONE,
        "operation": "rename",
    },
    Kind.INTENT: {
        "schema_version": 1,
        "intent_id": UUID,
        "reservation_id": HASH,
        "run_id": "agent-42",
        "branch": "main",
        "addresses": ["src/billing.py::compute_total"],
        "operation": "rename",
        "created_at": NOON,
        "detail": "rename to compute_invoice_total",
    },
    Kind.RELEASE: {
        "release_id": HASH,
        "reservation_id": UUID,
        "run_id": "agent-42",
        "released_at": NOON,
        "reason": "done",
    },
    Kind.HEARTBEAT: {
        "reservation_id": UUID,
        "run_id": "agent-42",
        "last_beat_at": NOON,
        "extended_expires_at": ONE,
    },
    Kind.DEPENDENCY: {"reservation_id": UUID, "depends_on": [HASH, "other"]},
    Kind.TASK: {"task_id": UUID, "run_id": "planner", "queue": "q", "title": "do it", "created_at": NOON},
    Kind.CLAIM: {"task_id": UUID, "claimer_run_id": "agent-1", "claimed_at": NOON, "expires_at": ONE},
}


def parsed(kind: Kind, /, stem: str = "", **changed: Any) -> Any:
    """Read a whole record, with fields added or changed."""
    return parse_record(kind, json.dumps({**WHOLE[kind], **changed}).encode(), stem)


def without(kind: Kind, *names: str) -> bytes:
    """Return a whole record's file, some fields left out."""
    return json.dumps({k: v for k, v in WHOLE[kind].items() if k not in names}).encode()


def enveloped(kind: Kind, /, **changed: Any) -> bytes:
    """Return the file of a pulled record, with fields of the envelope added or changed."""
    envelope = {
        "id": 17,
        "kind": kind.value,
        "record_id": UUID,
        "run_id": str(WHOLE[kind].get("claimer_run_id" if kind is Kind.CLAIM else "run_id", "")),
        "payload": WHOLE[kind],
        "expires_at": None,
        "created_at": "2026-03-18T12:00:05Z",
    }
    return json.dumps({**envelope, **changed}).encode()
