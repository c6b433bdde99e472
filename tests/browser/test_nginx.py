"""The app behind nginx, by the configuration that comes with it."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP
from tests.browser.hand import SEVEN, draw
from tests.browser.server import CHECKOUT, SECONDS
from tests.browser.test_journeys import expect_answer
from tests.browser.waiting import wait_until

# Debian keeps it where only root's PATH leads to.
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
OPENSSL = shutil.which("openssl")
MAIN = """
{user}
daemon off;
pid {folder}/pid;
error_log stderr warn;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""

pytestmark = [
    pytest.mark.usefixtures("at_the_server"),
    pytest.mark.skipif(not (NGINX and OPENSSL), reason="nginx or openssl is missing"),
]


def free_ports(count: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def make_certificate(folder: Path) -> None:
    """Make a certificate for this machine, signed by itself."""
    files = ["-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"]
    kind = ["-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    name = ["-addext", "subjectAltName=DNS:localhost"]
    command = [OPENSSL, "req", "-x509", *kind, *name, *files]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture(scope="module")
def public(server: str, tmp_path_factory) -> Iterator[tuple[str, str]]:
    """The addresses of nginx in front of the server: by HTTPS, and without."""
    folder = tmp_path_factory.mktemp("nginx")
    make_certificate(folder)
    plain, secure = free_ports(2)
    site = (CHECKOUT / "deploy" / "nginx.conf").read_text()
    for shipped, here in {
        "app:8501": urlsplit(server).netloc.replace("localhost", "127.0.0.1"),
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl;": f"listen 127.0.0.1:{secure} ssl;",
        "https://$host$request_uri": f"https://$host:{secure}$request_uri",
        "/etc/nginx/certificate/": f"{folder}/",
    }.items():
        assert shipped in site
        site = site.replace(shipped, here)
    user = "user root;" if os.geteuid() == 0 else ""  # otherwise it would be nobody
    (folder / "site.conf").write_text(site)
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user))
    command = [NGINX, "-p", folder, "-e", "stderr", "-c", folder / "nginx.conf"]
    with subprocess.Popen(command) as process:
        try:
            wait_until(
                lambda: is_listening(secure),
                seconds=SECONDS,
                problem="nginx did not start",
            )
            yield f"https://localhost:{secure}", f"http://localhost:{plain}"
        finally:
            process.terminate()


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def page(visit, public) -> Page:
    """A browser that came without HTTPS, and takes a certificate of nobody's."""
    return visit(public[1], cold=True, ignore_https_errors=True, **DESKTOP)


def test_a_drawing_is_read_by_https(page, public):
    assert page.url == f"{public[0]}/"
    draw(page, SEVEN)
    expect_answer(page, 7)
    expect(page.get_by_text("Camera", exact=True)).to_be_visible()  # only with HTTPS
    # It is known that the visitor sits elsewhere, so that nobody is the host by chance.
    expect(page.get_by_role("button", name="On your phone")).to_be_visible()
    expect(page.get_by_role("button", name="Archive and start fresh")).to_have_count(0)


def test_a_large_picture_gets_through_to_the_endpoint(page, public, tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (1200, 1200, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.png")
    picture = (tmp_path / "noise.png").read_bytes()
    assert len(picture) > 4_000_000
    kind = {"Content-Type": "image/png"}
    options = {"data": picture, "headers": kind, "timeout": 1000 * SECONDS}
    answer = page.request.post(f"{public[0]}/api/predict", **options)
    assert answer.status == 200
    assert answer.json()["model"] == "pretrained"
