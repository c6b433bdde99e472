"""The page that reads digits, as a file; `browser/test_exported_page.py` opens it."""

import json
import re
from base64 import b64decode, b64encode
from dataclasses import replace
from hashlib import sha256
from html import unescape

import pytest

from mnist_core.browser.bundle import MODULES, bundle
from mnist_core.browser.pack import pack
from mnist_core.export import html
from mnist_core.inference.predictor import Predictor
from mnist_core.models import registry


@pytest.fixture(scope="module")
def bundled():
    return registry.find("pretrained")


@pytest.fixture(scope="module")
def packed():
    return pack(Predictor("pretrained"))


@pytest.fixture(scope="module")
def page(bundled, packed):
    return html.render(bundled, packed)


def test_it_is_small_enough_for_everybody(page):
    assert len(page.encode()) < 1.1e6


def test_it_holds_the_weights_the_reading_and_the_card(bundled, packed, page):
    (weights,) = re.findall(r'<script id="weights"[^>]*>([^<]*)<', page)
    assert b64decode(weights) == packed
    assert bundle(MODULES) in page
    (card,) = re.findall(r"<pre[^>]*>([^<]*)</pre>", page)
    assert json.loads(unescape(card)) == json.loads(json.dumps(bundled.card))


def test_only_its_own_script_and_style_may_run_and_nothing_may_be_fetched(page):
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    for kind in ("script", "style"):
        (code,) = re.findall(rf"<{kind}>(.*?)</{kind}>", page, re.DOTALL)
        digest = b64encode(sha256(code.encode()).digest()).decode()
        assert rules[f"{kind}-src"] == f"'sha256-{digest}'"
    assert "'unsafe" not in policy
    assert not re.search(r"""(src|href)=["'](?!data:)""", page)


def test_what_a_card_says_is_text(bundled):
    odd = "<script>alert(1)</script>"
    card = {**bundled.card, "limits": [odd], "command": odd}
    stored = replace(bundled, name=odd, folder=bundled.folder.parent, card=card)
    page = html.render(stored, b"")
    assert odd not in page
    assert page.count("<script") == 2


def test_it_leads_to_the_server_that_it_is_from_or_where_it_is_told(
    bundled, monkeypatch
):
    links = re.compile(r'<a href="(http[^"]*)"')
    here = html.render(bundled, b"", link="http://192.168.1.20:8501")
    assert links.findall(here) == ["http://192.168.1.20:8501"]
    monkeypatch.setenv("MNIST_PROJECT_URL", 'https://digits.example/?a"b')
    assert links.findall(html.render(bundled, b"", link="http://192.168.1.20")) == [
        "https://digits.example/?a&quot;b"
    ]
    monkeypatch.setenv("MNIST_PROJECT_URL", "javascript:alert(1)")
    assert "javascript:alert(1)" not in html.render(bundled, b"")


def test_a_network_of_ones_own_is_packed(save, tmp_path):
    path = tmp_path / "ada.html"
    html.write(save("ada"), path)
    assert "<h1>ada</h1>" in path.read_text()
    assert list(tmp_path.glob(".new-*")) == []
