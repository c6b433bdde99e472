"""Describe the endpoint for programs, as OpenAPI has it."""

from typing import Any, Final

import msgspec

from mnist_core.preprocessing.framing import FORMATS
from pages.components.api.messages import (
    MOST_BYTES,
    MOST_PICTURES,
    Answers,
    Batch,
    Models,
    Refusal,
)

JSON: Final = "application/json"
KINDS: Final = [f"image/{name.lower()}" for name in FORMATS]
TOKEN: Final = "token"
ABOUT: Final = f"""Say which digits a picture shows.

A request has at most {MOST_BYTES:,} bytes, a batch at most {MOST_PICTURES} pictures. \
Requests are answered one at a time; who asks too often is told to wait (429), and so \
is everybody where too many wait already (503)."""

OF_PREDICT: Final = {
    400: "The request was cut short.",
    408: "The body took too long to arrive.",
    404: "There is no such model.",
    409: "This model is damaged.",
    413: "The body is too large.",
    415: "It is neither a picture nor JSON.",
    422: "It cannot be read: no picture, or no batch.",
    503: "Too many requests wait already.",
}
OF_ALL: Final = {429: "Too many requests; `Retry-After` says for how long to wait."}
OF_GUARDED: Final = {401: "The token is missing or wrong."}


def openapi(path: str, *, has_token: bool) -> dict[str, Any]:
    """Return the description of the endpoint under a path, such as "/api"."""
    (answers, batch, models, refusal), types = msgspec.json.schema_components(
        [Answers, Batch, Models, Refusal], ref_template="#/components/schemas/{name}"
    )
    errors = OF_ALL | (OF_GUARDED if has_token else {})
    return {
        "openapi": "3.1.0",
        "info": {"title": "MNIST Studio", "version": "1", "description": ABOUT},
        "servers": [{"url": path}],
        "paths": {
            "/predict": {
                "post": {
                    "summary": "Say which digits a picture shows, or each of a batch",
                    "parameters": [_model()],
                    "requestBody": {"required": True, "content": _pictures(batch)},
                    "responses": _responses(answers, errors | OF_PREDICT, refusal),
                }
            },
            "/models": {
                "get": {
                    "summary": "List the models",
                    "responses": _responses(models, errors, refusal),
                }
            },
        },
        "components": {"schemas": types} | (_schemes() if has_token else {}),
        **({"security": [{TOKEN: []}]} if has_token else {}),
    }


def _model() -> dict[str, Any]:
    return {
        "name": "model",
        "in": "query",
        "description": "Which model reads; without it, the one that new visitors get.",
        "schema": {"type": "string"},
    }


def _pictures(batch: dict[str, Any]) -> dict[str, Any]:
    file = {"schema": {"type": "string", "format": "binary"}}
    return {JSON: {"schema": batch}} | dict.fromkeys(KINDS, file)


def _responses(
    answer: dict[str, Any], errors: dict[int, str], refusal: dict[str, Any]
) -> dict[str, Any]:
    good = {"200": _response("The answer.", answer)}
    return good | {str(n): _response(why, refusal) for n, why in errors.items()}


def _response(why: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": why, "content": {JSON: {"schema": schema}}}


def _schemes() -> dict[str, Any]:
    return {"securitySchemes": {TOKEN: {"type": "http", "scheme": "bearer"}}}
