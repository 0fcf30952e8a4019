"""The hub's interface as OpenAPI 3.1: what it takes and what it answers, in the limits that hold."""

from typing import Any

from musetui import __version__
from musetui.bus.settings import LONGEST_WAIT, NAME_PATTERN, USUAL_PAGE, Limits
from musetui.records.kinds import ID_PATTERN, Kind

_HIGHEST_ID = 2**63 - 1
_SIGNED: dict[str, list[str]] = {"msign": []}
_ANYBODY: dict[str, list[str]] = {}

_ERRORS = {
    "400": "The body is not JSON.",
    "401": "It is not known who asks.",
    "403": "The caller may read the repository, and not write to it.",
    "404": "There is no such repository, or the caller may not see it.",
    "405": "The address does not know this method.",
    "408": "The body did not come in time.",
    "413": "The body is too large.",
    "415": "The body is encoded.",
    "422": "A field is not what it must be; the sentence names its place.",
    "429": "Too many requests.",
    "503": "The database does not answer or was taken away, or too many are connected.",
}


def describe(limits: Limits) -> dict[str, Any]:
    """Return the description of a hub with these limits."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "musetui hub",
            "version": __version__,
            "description": "Keeps the coordination records of agents on many machines. Records are numbered anew in "
            "each repository, ascending, in the order in which they can be seen: a cursor never passes one by.",
        },
        "paths": {
            "/api/v1/repos/{owner}/{slug}/coordination/records": {
                "parameters": [_name("owner"), _name("slug")],
                "post": _push(limits),
                "get": _pull(limits),
            },
            "/healthz": {
                "get": {
                    "operationId": "health",
                    "summary": "Whether the hub and its database answer.",
                    "responses": {"200": _json("Both do.", _ref("Health")), **_errors("405", "503")},
                }
            },
            "/openapi.json": {
                "get": {
                    "operationId": "description",
                    "summary": "This description.",
                    "responses": {"200": _json("OpenAPI 3.1.", {"type": "object"}), **_errors("405", "503")},
                }
            },
        },
        "components": {"schemas": _schemas(limits), "securitySchemes": {"msign": _MSIGN}},
    }


_MSIGN = {
    "type": "apiKey",
    "in": "header",
    "name": "Authorization",
    "description": 'MSign handle="<handle>" alg="ed25519" ts=<unix seconds> sig="<base64url without padding>": an '
    "Ed25519 signature over these, joined by line feeds: ed25519, the method, the Host header in lower case, the path "
    "with its query, ts, and the hex SHA-256 of the body (empty where there is none). ts may be 30 s off.",
}


def _push(limits: Limits) -> dict[str, Any]:
    return {
        "operationId": "push",
        "summary": "Keep records: all of them, or none.",
        "description": "A record whose kind and id are known is skipped, except a heartbeat, which a newer one of "
        "the same reservation replaces under a new id. The first push of an owner makes the repository.",
        "security": [_SIGNED],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _ref("Push")}}},
        "responses": {
            "200": _json("What it came to.", _ref("Pushed")),
            **_errors("400", "401", "403", "404", "408", "413", "415", "422", "429", "503"),
        },
    }


def _pull(limits: Limits) -> dict[str, Any]:
    def asked(name: str, schema: dict[str, Any], says: str) -> dict[str, Any]:
        return {"name": name, "in": "query", "schema": schema, "description": says}

    return {
        "operationId": "pull",
        "summary": "Read the records after a cursor, and wait for some where there are none.",
        "security": [_ANYBODY, _SIGNED],
        "parameters": [
            asked(
                "since_id",
                {"type": "integer", "minimum": 0, "maximum": _HIGHEST_ID, "default": 0},
                "The cursor of the page before; 0 to begin.",
            ),
            asked(
                "limit",
                {"type": "integer", "minimum": 1, "maximum": limits.page, "default": min(USUAL_PAGE, limits.page)},
                "The most records in the page.",
            ),
            asked(
                "kinds",
                {"type": "array", "items": {"enum": [kind.value for kind in Kind]}},
                "The kinds wanted, each in a parameter of its own or with commas between them; none for all.",
            ),
            asked(
                "wait",
                {"type": "number", "minimum": 0, "maximum": LONGEST_WAIT, "default": 0},
                "Seconds to wait for a record where there is none, in any way that JSON writes a number.",
            ),
        ],
        "responses": {
            "200": _json("A page.", _ref("Page")),
            **_errors("401", "404", "408", "413", "415", "422", "429", "503"),
        },
    }


def _schemas(limits: Limits) -> dict[str, Any]:
    record = {
        "kind": {"enum": [kind.value for kind in Kind]},
        "record_id": {"type": "string", "pattern": ID_PATTERN},
        "run_id": {"type": "string", "maxLength": 512},
        "payload": {"type": "object", "description": f"At most {limits.payload_bytes} bytes as compact JSON."},
        "expires_at": {
            "type": ["string", "null"],
            "format": "date-time",
            "description": "Text without an offset is in UTC. Of what is before 1970, or not before the year 9000, the "
            "nearest moment in between is kept.",
        },
    }
    stored = {
        "id": {"type": "integer", "minimum": 1},
        **record,
        "created_at": {"type": "string", "format": "date-time", "description": "When the hub got it."},
    }
    return {
        "Record": _object(record, ("kind", "record_id", "payload")),
        "StoredRecord": _object(stored, tuple(stored)),
        "Push": _object(
            {"records": {"type": "array", "items": _ref("Record"), "minItems": 1, "maxItems": limits.batch}},
            ("records",),
        ),
        "Pushed": _object(
            {"inserted": {"type": "integer", "minimum": 0}, "skipped": {"type": "integer", "minimum": 0}},
            ("inserted", "skipped"),
        ),
        "Page": _object(
            {
                "records": {"type": "array", "items": _ref("StoredRecord"), "maxItems": limits.page},
                "cursor": {"type": "integer", "minimum": 0, "description": "The next page's since_id."},
                "hub": {"type": "string", "format": "uuid", "description": "Another one: begin again at 0."},
                "more": {"type": "boolean", "description": "Whether there were more records than fit."},
            },
            ("records", "cursor", "hub", "more"),
        ),
        "Health": _object({"status": {"const": "ok"}}, ("status",)),
        "Error": _object(
            {"error": {"type": "string", "description": "One sentence."}, "status": {"type": "string"}},
            ("error", "status"),
        ),
    }


def _name(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": NAME_PATTERN}}


def _object(properties: dict[str, Any], required: tuple[str, ...]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(says: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": says, "content": {"application/json": {"schema": schema}}}


def _errors(*codes: str) -> dict[str, Any]:
    """Return the error answers; the two that say more in their head say that here too."""
    answers = {code: _json(_ERRORS[code], _ref("Error")) for code in codes}
    if "401" in answers:
        answers["401"]["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}, "required": True}}
    if "429" in answers:
        answers["429"]["headers"] = {"Retry-After": {"schema": {"type": "integer", "minimum": 1}, "required": True}}
    return answers
