"""Answer programs: what a picture shows, and which models there are.

mount(choose_token())    for server.py

POST /api/predict        a picture, or a batch of them as JSON
GET  /api/models
GET  /api/openapi.json   says the same for programs
"""

import io
import os
import secrets
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from mnist_core.errors import ModelDamaged, ModelNotFound
from mnist_core.inference import files
from mnist_core.models import registry
from mnist_core.storage.reading import decode
from pages.components.api import description
from pages.components.api.limits import Places, Rate, read_body
from pages.components.api.messages import (
    MOST_BYTES,
    Answers,
    Batch,
    Model,
    Models,
    Refusal,
)
from pages.components.shared import cache
from pages.components.shared.base_path import base_path

PATH: Final = "/api"
SWITCH: Final = "MNIST_API"
VARIABLE: Final = "MNIST_API_TOKEN"
LEAST: Final = 16  # characters: nobody guesses as many, two a second
JSON: Final = "application/json"
WRONG_TOKEN: Final = "This needs the header `Authorization: Bearer TOKEN`."
WRONG_KIND: Final = (
    "Send a picture with its `Content-Type`, such as image/png, or a batch of pictures "
    "as application/json."
)
FAULT: Final = "Something went wrong here; the server's log says what."
GONE: Final = "The request was cut short."

Endpoint = Callable[[Request], Awaitable[Response]]


def is_wanted() -> bool:
    """Return whether this server is to answer programs: MNIST_API is 1."""
    return os.environ.get(SWITCH, "0") not in ("", "0")


def choose_token() -> str | None:
    """Return the token that programs have to show, MNIST_API_TOKEN, if there is one.

    Raises:
        ValueError: it is too short; the message says what to do.
    """
    token = os.environ.get(VARIABLE) or None
    if token and len(token) < LEAST:
        raise ValueError(
            f"{VARIABLE} is too short: it needs {LEAST} characters or more."
        )
    return token


def describe(address: str) -> str:
    """Say in words for a terminal where programs find what they may ask."""
    return f"  For programs: {address}{PATH}/openapi.json\n"


def mount(token: str | None) -> Mount:
    """Return what answers; where there is a token, who does not show it is refused."""
    rate, places = Rate(), Places()

    def guarded(answer: Endpoint) -> Endpoint:
        async def guard(request: Request) -> Response:
            rate.count(request.client.host if request.client else "")
            _check_token(request, token)
            return await answer(request)

        return guard

    async def predict(request: Request) -> Response:
        async with places.take():
            body = await read_body(request, most=MOST_BYTES)
            async with places.turn:
                return await run_in_threadpool(_predict, request, body)

    app = Starlette(
        routes=[
            Route("/predict", guarded(predict), methods=["POST"]),
            Route("/models", guarded(_list_models)),
            Route("/openapi.json", _describe(has_token=token is not None)),
        ],
        exception_handlers={
            HTTPException: _refuse,
            ClientDisconnect: _note_gone,
            Exception: _fail,
        },
    )
    return Mount(base_path() + PATH, app)


def _check_token(request: Request, token: str | None) -> None:
    """Raise an HTTPException unless the request shows the token, if there is one."""
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    is_bearer = scheme.lower() == "bearer"
    if token and not (
        is_bearer and secrets.compare_digest(shown.encode(), token.encode())
    ):
        raise HTTPException(401, WRONG_TOKEN, {"WWW-Authenticate": "Bearer"})


def _predict(request: Request, body: bytes) -> Response:
    stored = _find_model(request.query_params.get("model"))
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind.startswith("image/"):
        answers = _read(stored, [body])
        if problem := answers[0].get("error"):
            raise HTTPException(422, f"It cannot be read: {problem}.")
    elif kind == JSON:
        answers = _read(stored, _pictures_of(body))
    else:
        raise HTTPException(415, WRONG_KIND)
    return _json(Answers(model=stored.name, answers=answers))


def _find_model(name: str | None) -> registry.StoredModel:
    """Return a stored model that can be used, the default one where none is named."""
    try:
        stored = registry.default() if name is None else registry.find(name)
        cache.predictor(stored)
    except ModelNotFound as error:
        raise HTTPException(404, str(error)) from error
    except ModelDamaged as error:
        raise HTTPException(409, str(error)) from error
    return stored


def _pictures_of(body: bytes) -> list[bytes]:
    try:
        return decode(body, Batch).pictures
    except ValueError as error:
        raise HTTPException(422, f"This is no batch of pictures: {error}.") from error


def _read(stored: registry.StoredModel, pictures: list[bytes]) -> list[files.Answer]:
    opened = [io.BytesIO(picture) for picture in pictures]
    return list(files.read_all(cache.predictor(stored), opened))


async def _list_models(_request: Request) -> Response:
    stored = await run_in_threadpool(registry.models)
    default = (await run_in_threadpool(registry.default)).name
    models = [_summary(each, default) for each in stored if not each.problem]
    return _json(Models(models=models))


def _summary(stored: registry.StoredModel, default: str) -> Model:
    card = stored.card
    return {
        "name": stored.name,
        "is_default": stored.name == default,
        "recipe": card["recipe"]["name"],
        "created": card["created"],
        "test_accuracy": card["test_accuracy"],
        "pen_accuracy": card.get("pen_accuracy"),
    }


def _describe(*, has_token: bool) -> Endpoint:
    document = description.openapi(base_path() + PATH, has_token=has_token)

    async def answer(_request: Request) -> Response:
        return _json(document)

    return answer


async def _refuse(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    refusal = Refusal(error=error.detail)
    return _json(refusal, error.status_code, dict(error.headers or {}))


async def _note_gone(_request: Request, _error: Exception) -> Response:
    return _json(Refusal(error=GONE), 400)  # nobody hears it


async def _fail(_request: Request, _error: Exception) -> Response:
    return _json(Refusal(error=FAULT), 500)


def _json(
    content: object, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    unkept = {"Cache-Control": "no-store"} | (headers or {})
    return Response(msgspec.json.encode(content), status, unkept, JSON)
