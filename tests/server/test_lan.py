"""A phone in the same network: an authority of one's own, the page that hands it out, and what a browser makes of it."""

import os
import shutil
import socket
import ssl
import stat
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from api.server.errors import StartError
from api.server.lan.address import bracketed, lan_address
from api.server.lan.authority import RENEW_BEFORE, SERVER_DAYS, Authority, ServerFiles, _Issuer
from api.server.lan.trust_page import CERTIFICATE_PATH, TrustPage, served

HERE = ip_address("127.0.0.1")
NOW = datetime.now(UTC)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "tls")


def served_by(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


class TestAddress:
    def test_an_address_of_this_machine_in_a_private_network_is_taken(self) -> None:
        assert lan_address("127.0.0.1") == HERE

    @pytest.mark.parametrize(
        ("wanted", "said"),
        [
            ("8.8.8.8", "not an address of a private network"),
            ("0.0.0.0", "not an address of a private network"),
            ("10.255.255.254", "not an address of this machine"),
            ("fd12:3456:789a::1", "not an address of this machine"),
            ("my-laptop", "LAN must be 1 or an address"),
        ],
    )
    def test_any_other_is_refused_with_what_to_do(self, wanted: str, said: str) -> None:
        with pytest.raises(StartError, match=said):
            lan_address(wanted)

    def test_an_address_of_the_newer_kind_stands_in_brackets(self) -> None:
        assert bracketed(ip_address("fd00::7")) == "[fd00::7]"
        assert bracketed(HERE) == "127.0.0.1"


class TestAuthority:
    def test_keys_are_readable_to_their_owner_alone(self, authority: Authority, tmp_path: Path) -> None:
        authority.serve(HERE, NOW)

        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "tls").iterdir()}
        assert modes == {
            "authority.crt": 0o644,
            "authority.key": 0o600,
            "server.crt": 0o644,
            "server.key": 0o600,
        }
        assert stat.S_IMODE((tmp_path / "tls").stat().st_mode) == 0o700

    def test_a_second_start_changes_nothing(self, authority: Authority) -> None:
        first = authority.serve(HERE, NOW)
        before = first.certificate.read_bytes(), authority.fingerprint()

        again = authority.serve(
            HERE, NOW + timedelta(days=SERVER_DAYS - 1) - RENEW_BEFORE - timedelta(days=1)
        )

        assert (again.certificate.read_bytes(), authority.fingerprint()) == before

    @pytest.mark.parametrize(
        ("address", "later"),
        [("127.0.0.2", timedelta(0)), ("127.0.0.1", timedelta(days=SERVER_DAYS) - RENEW_BEFORE)],
        ids=["another address", "near its end"],
    )
    def test_the_server_gets_a_new_certificate_and_phones_keep_trusting(
        self, authority: Authority, address: str, later: timedelta
    ) -> None:
        first = authority.serve(HERE, NOW)
        before, trusted = first.certificate.read_bytes(), authority.fingerprint()

        again = authority.serve(ip_address(address), NOW + later)

        assert again.certificate.read_bytes() != before
        assert authority.fingerprint() == trusted
        names = served_by(again.certificate).extensions.get_extension_for_class(x509.SubjectAlternativeName)
        assert names.value.get_values_for_type(x509.IPAddress) == [ip_address(address)]

    def test_a_certificate_whose_key_is_gone_is_issued_again(self, authority: Authority) -> None:
        files = authority.serve(HERE, NOW)
        files.key.unlink()

        authority.serve(HERE, NOW)

        key = load_pem_private_key(files.key.read_bytes(), password=None)
        assert key.public_key() == served_by(files.certificate).public_key()

    @pytest.mark.parametrize("name", ["authority.crt", "authority.key"])
    @pytest.mark.parametrize("damage", ["lost", "noise"])
    def test_a_damaged_authority_is_not_quietly_replaced(
        self, authority: Authority, tmp_path: Path, name: str, damage: str
    ) -> None:
        authority.serve(HERE, NOW)
        if damage == "lost":
            (tmp_path / "tls" / name).unlink()
        else:
            (tmp_path / "tls" / name).write_bytes(b"noise")

        with pytest.raises(StartError, match="damaged"):
            authority.serve(HERE, NOW)

    def test_an_authority_with_the_key_of_another_is_refused(self, tmp_path: Path) -> None:
        Authority(tmp_path / "one").serve(HERE, NOW)
        Authority(tmp_path / "two").serve(HERE, NOW)
        shutil.copy(tmp_path / "two" / "authority.key", tmp_path / "one" / "authority.key")

        with pytest.raises(StartError, match="is not the key of"):
            Authority(tmp_path / "one").serve(HERE, NOW)

    @pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is missing")
    def test_it_can_speak_for_local_addresses_and_for_no_other_site(
        self, authority: Authority, tmp_path: Path
    ) -> None:
        files = authority.serve(HERE, NOW)
        key = load_pem_private_key((tmp_path / "tls" / "authority.key").read_bytes(), password=None)
        issuer = _Issuer(served_by(files.authority), key)  # type: ignore[arg-type]  # it is a P-256 key
        _, stolen = issuer.issue(ip_address("8.8.8.8"), NOW)
        (tmp_path / "stolen.crt").write_bytes(stolen.public_bytes(Encoding.PEM))

        assert verified(files.authority, files.certificate).returncode == 0
        refused = verified(files.authority, tmp_path / "stolen.crt")
        assert refused.returncode != 0
        assert "permitted subtree violation" in refused.stdout + refused.stderr


def verified(authority: Path, certificate: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["openssl", "verify", "-CAfile", str(authority), str(certificate)],
        capture_output=True,
        text=True,
        check=False,
    )


class TestTrustPage:
    @pytest.fixture
    def url(self, authority: Authority) -> Iterator[str]:
        files = authority.serve(HERE, NOW)
        page = TrustPage(
            "https://127.0.0.1:8000/m?organisation=demo",
            authority.fingerprint(),
            files.authority.read_bytes(),
        )
        with served(page, HERE, 0) as url:
            yield url

    def test_it_says_how_to_trust_in_both_languages_and_leads_on(
        self, url: str, authority: Authority
    ) -> None:
        with urllib.request.urlopen(url, timeout=10) as answer:
            told = answer.read().decode()

        assert authority.fingerprint() in told
        assert 'href="https://127.0.0.1:8000/m?organisation=demo"' in told
        for word in ("证书信任设置", "Certificate Trust Settings", "CA 证书", "CA certificate"):
            assert word in told
        assert "<script" not in told

    def test_it_hands_out_the_certificate_and_nothing_else(self, url: str, authority: Authority) -> None:
        with urllib.request.urlopen(url + CERTIFICATE_PATH[1:], timeout=10) as answer:
            assert answer.headers["Content-Type"] == "application/x-x509-ca-cert"
            assert answer.read() == authority.certificate_file.read_bytes()
        with pytest.raises(urllib.error.HTTPError) as missing:
            urllib.request.urlopen(url + "../authority.key", timeout=10)
        missing.value.close()
        assert missing.value.code == 404

    def test_a_port_that_is_taken_is_said(self, authority: Authority) -> None:
        authority.serve(HERE, NOW)
        with socket.create_server(("127.0.0.1", 0)) as taken:
            page = TrustPage("https://127.0.0.1/", "", b"")
            with (
                pytest.raises(StartError, match="cannot be served"),
                served(page, HERE, taken.getsockname()[1]),
            ):
                pass


class _Says(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        content = b"<p id=told>?</p><script>told.textContent = `secure: ${isSecureContext}`</script>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def tls_port(authority: Authority) -> Iterator[int]:
    """A server with the authority's certificate."""
    files: ServerFiles = authority.serve(HERE, NOW)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Says)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.slow
@pytest.mark.skipif(
    CHROMIUM is None, reason="No chromium: what a browser makes of the authority is not tried."
)
@pytest.mark.skipif(
    shutil.which("certutil") is None,
    reason="No certutil (libnss3-tools): chromium cannot be told whom to trust.",
)
def test_a_browser_that_trusts_the_authority_is_in_a_secure_context(
    tls_port: int, authority: Authority, tmp_path: Path
) -> None:
    url = f"https://127.0.0.1:{tls_port}/"
    assert "secure: true" not in dom(url, tmp_path / "stranger")

    store = tmp_path / "friend" / ".pki" / "nssdb"
    store.mkdir(parents=True)
    where = ["-d", f"sql:{store}"]
    subprocess.run(["certutil", *where, "-N", "--empty-password"], check=True)
    trusted = [*where, "-A", "-t", "C,,", "-n", "Doorstep", "-i", str(authority.certificate_file)]
    subprocess.run(["certutil", *trusted], check=True)
    assert "secure: true" in dom(url, tmp_path / "friend")


def dom(url: str, home: Path) -> str:
    """What a fresh browser of somebody with this home shows."""
    home.mkdir(exist_ok=True)
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--dump-dom"]
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    shown = subprocess.run(
        [str(CHROMIUM), *flags, *quiet, f"--user-data-dir={home / 'profile'}", url],
        env={**os.environ, "HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return shown.stdout
