"""What the endpoint says of itself holds, whatever it is sent."""

from base64 import b64encode

import pytest
import schemathesis
from hypothesis import settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from pages.components.api import endpoint, limits
from pages.components.api.description import KINDS
from tests.drawings import draw
from tests.pages.components.api.conftest import ONE, SEVEN, png

TOKEN = "a token that nobody guesses"
PICTURES = st.sampled_from([png(draw([ONE])), png(draw([SEVEN]))])

schemathesis.openapi.format("byte", PICTURES.map(lambda file: b64encode(file).decode()))
for kind in KINDS:
    schemathesis.openapi.media_type(kind, PICTURES)

app = Starlette(routes=[endpoint.mount(TOKEN)])
described = schemathesis.openapi.from_asgi("/api/openapi.json", app)


@pytest.fixture(scope="module", autouse=True)
def asked_as_often_as_one_likes():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "EVERY", 0)
        yield


@described.parametrize()
@settings(max_examples=10)
def test_whatever_it_is_sent_it_answers_as_it_says(case):
    case.call_and_validate(headers={"Authorization": f"Bearer {TOKEN}"})
