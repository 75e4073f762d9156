"""The client: which addresses it asks, what it sends, what it takes; against servers on loopback."""

import contextlib
import datetime
import http.server
import json
import socket
import ssl
import threading
import types

import pytest

from prospector.errors import SourceError
from prospector.sources import hosts
from prospector.sources.hosts import checked_address, is_public, places_of
from prospector.sources.http import Client, Manners, UnreachableError

QUICK = Manners(connect_s=3, read_s=3, whole_s=3, pause_s=0, first_wait_s=0.01, attempts=2)
SERVICE = "/arcgis/rest/services/made_up/FeatureServer/0"


@pytest.fixture
def look_up(monkeypatch):
    """Let the client look names up by a function; the module that guards tests stays as it is."""

    def by(function):
        own = types.SimpleNamespace(**vars(socket) | {"getaddrinfo": function})
        monkeypatch.setattr(hosts, "socket", own)

    return by


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "192.0.0.1", "198.18.0.1", "203.0.113.7", "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
        "2002:a00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe",
    ],
)  # fmt: skip
def test_an_address_that_is_not_public_is_known_as_one(address):
    """Loopback, private, link-local, shared, reserved, documentation, multicast, and all that wraps one."""
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "151.101.1.140", "2606:4700::1111", "::ffff:8.8.8.8"]
)
def test_a_public_address_is_known_as_one(address):
    """Wrapped or not."""
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("file:///etc/passwd", "not an http(s) address"),
        ("ftp://example.org/x", "not an http(s) address"),
        ("gopher://example.org", "not an http(s) address"),
        ("//example.org/x", "not an http(s) address"),
        ("http:///x", "not an http(s) address"),
        ("http://user:secret@example.org/", "a user name or a password"),
        ("http://example.org@127.0.0.1/", "a user name or a password"),
        ("http://example.org\\@127.0.0.1/", "a user name or a password"),
        ("http://127.0.0.1/", "127.0.0.1: an address of this machine"),
        ("http://2130706433/", "2130706433 (127.0.0.1): an address of this machine"),
        ("http://0x7f000001/", "(127.0.0.1): an address of this machine"),
        ("http://0177.0.0.1/", "(127.0.0.1): an address of this machine"),
        ("http://127.1/", "(127.0.0.1): an address of this machine"),
        ("http://[::1]/", "an address of this machine"),
        ("http://[::ffff:10.0.0.1]/", "an address of this machine"),
        ("http://[fe80::1%25lo]/", "an address of this machine"),
        ("http://[::1", "not an address"),
        ("http://example.org:99999/", "not an address"),
    ],
)
def test_an_address_that_may_not_be_asked_is_refused(url, says):
    """Whatever form it has."""
    with pytest.raises(SourceError) as caught:
        checked_address(url)
    assert says in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_name_that_leads_home_is_refused_unless_the_user_names_it(server):
    """Where it is connected to, not where it was looked up before: no other address is taken later."""
    port = server.arcgis()
    with (
        Client((), QUICK) as client,
        pytest.raises(SourceError, match="an address of this machine"),
    ):
        client.get(f"http://localhost:{port}{SERVICE}", {"f": "json"})
    with Client(("localhost",), QUICK) as client:
        assert client.get(f"http://localhost:{port}{SERVICE}", {"f": "json"}).status == 200


def test_a_name_that_turns_to_another_address_after_the_check_is_refused(server, look_up):
    """The address that is connected to is the one that was checked."""
    port = server.arcgis()
    answers = iter([[("8.8.8.8", port)], [("127.0.0.1", port)]])

    def turning(host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", place) for place in next(answers)]

    look_up(turning)
    assert places_of("turns.example", port, any_network=False)[0][1][0] == "8.8.8.8"
    with (
        Client((), QUICK) as client,
        pytest.raises(SourceError, match=r"\(127\.0\.0\.1\): an address"),
    ):
        client.get(f"http://turns.example:{port}{SERVICE}")


def test_one_address_at_home_among_public_ones_is_enough_to_refuse(server, look_up):
    """None of them is connected to."""

    def mixed(host, port, **_):
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in ("8.8.8.8", "10.0.0.1")
        ]

    look_up(mixed)
    with pytest.raises(SourceError, match=r"10\.0\.0\.1"):
        places_of("mixed.example", 80, any_network=False)


def test_a_host_that_is_named_does_not_open_others(server):
    """A redirect from it to another address of this machine is refused."""
    port = server.arcgis(fault=f"redirect:http://127.0.0.2:1/{SERVICE}", at=1, times=9)
    query = {"f": "json", "geometry": "0,0,1,1", "outFields": "OBJECTID"}
    with (
        Client(("127.0.0.1",), QUICK) as client,
        pytest.raises(SourceError, match=r"127\.0\.0\.2: an"),
    ):
        client.get(f"http://127.0.0.1:{port}{SERVICE}/query", query)


def certificate(folder):
    """Write a certificate that nobody vouches for, and return its file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = folder / "both.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.fixture
def tls(tmp_path, server):
    """Port of a server with such a certificate, and its file; it leads from /down to plain http."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *parts):
            pass

        def do_GET(self):
            down = self.path == "/down"
            self.send_response(302 if down else 200)
            if down:
                self.send_header("Location", "http://localhost:1/")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

    file = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.socket = context.wrap_socket(running.socket, server_side=True)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield running.server_address[1], file
    running.shutdown()
    running.server_close()


def test_a_certificate_that_nobody_vouches_for_is_refused(tls, monkeypatch):
    """And no option lets it pass but a bundle that the environment names."""
    port, file = tls
    with Client(("localhost",), QUICK) as client:
        with pytest.raises(SourceError, match="its certificate cannot be trusted"):
            client.get(f"https://localhost:{port}/")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))
        assert client.get(f"https://localhost:{port}/").body == b"{}"
    with Client(("127.0.0.1",), QUICK) as client, pytest.raises(SourceError, match="certificate"):
        client.get(f"https://127.0.0.1:{port}/")  # not the host of the certificate


def test_no_redirect_leads_from_https_to_http(tls, monkeypatch):
    """What is vouched for does not become what is not."""
    port, file = tls
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))
    with Client(("localhost",), QUICK) as client, pytest.raises(SourceError, match="from https to"):
        client.get(f"https://localhost:{port}/down")


def test_a_proxy_of_the_environment_is_asked_but_never_for_a_named_host(
    server, tmp_path, monkeypatch
):
    """A network of a company may know no other way out; a host at home is not asked through it."""
    log = tmp_path / "log"
    proxy = server.arcgis(log=str(log))
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy}")
    monkeypatch.setenv("no_proxy", "")
    with Client((), QUICK) as client:
        answer = client.get(f"http://survey.example{SERVICE}", {"f": "json"})
    assert json.loads(answer.body)["name"] == "made_up"
    assert len(log.read_text().splitlines()) == 1
    with (
        Client((), QUICK) as client,
        pytest.raises(SourceError, match="an address of this machine"),
    ):
        client.get(f"http://127.0.0.1:{proxy}{SERVICE}")
    other = server.arcgis()
    with Client(("127.0.0.1",), QUICK) as client:
        client.get(f"http://127.0.0.1:{other}{SERVICE}")
    assert len(log.read_text().splitlines()) == 1


def test_nothing_of_netrc_is_sent(server, tmp_path, monkeypatch):
    """Whatever password a user keeps for a host."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login eva password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    log = tmp_path / "log"
    port = server.arcgis(log=str(log))
    with Client(("127.0.0.1",), QUICK) as client:
        client.get(f"http://127.0.0.1:{port}{SERVICE}")
    assert "Authorization" not in log.read_text()


def test_a_host_that_is_not_there_is_one_error(server):
    """A port that nobody listens at, and a name that nobody has."""
    port = server.arcgis()
    server.end()
    with Client(("127.0.0.1", "nobody.invalid"), QUICK) as client:
        with pytest.raises(
            UnreachableError, match=r"127\.0\.0\.1: incomplete answer \(Connection refused\)"
        ):
            client.get(f"http://127.0.0.1:{port}/")
        with pytest.raises(UnreachableError, match=r"nobody\.invalid: no connection"):
            client.get("http://nobody.invalid/")


def test_headers_that_drip_are_ended_in_time(server):
    """Not only the body has to come within the time for an answer."""
    listening = socket.create_server(("127.0.0.1", 0))

    def drip():
        line, _ = listening.accept()
        with line, contextlib.suppress(OSError):
            for byte in b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000:
                line.send(bytes([byte]))
                threading.Event().wait(0.1)

    threading.Thread(target=drip, daemon=True).start()
    manners = Manners(connect_s=3, read_s=3, whole_s=1, pause_s=0, attempts=1)
    with Client(("127.0.0.1",), manners) as client, pytest.raises(SourceError, match="after 1 s"):
        client.get(f"http://127.0.0.1:{listening.getsockname()[1]}/")
    listening.close()


def test_requests_keep_their_distance(server):
    """A service is asked no faster than its source says."""
    import time

    port = server.arcgis()
    manners = Manners(pause_s=0.2)
    with Client(("127.0.0.1",), manners) as client:
        client.get(f"http://127.0.0.1:{port}{SERVICE}")
        begun = time.monotonic()
        for _ in range(3):
            client.get(f"http://127.0.0.1:{port}{SERVICE}")
    assert time.monotonic() - begun > 0.6


def test_a_name_that_nobody_knows_says_that_there_is_no_connection(look_up):
    """And how to go on without one."""

    def unknown(*asked, **more):
        raise socket.gaierror(-2, "Name or service not known")

    look_up(unknown)
    with pytest.raises(
        SourceError, match=r"no connection \(Name or service not known\)\. Check that"
    ):
        Client(manners=Manners(attempts=1)).get("https://survey.example/map")
