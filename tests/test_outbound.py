import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from habit_coach import outbound
from habit_coach.errors import Invalid
from habit_coach.settings import settings
from tests.conftest import use

INSIDE = [
    "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
    "0", "255.255.255.255", "[::1]", "[fe80::1]", "[fd00::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]",
    "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "localhost", "2130706433", "0x7f.1", "127.1",
    "192.0.0.192", "192.88.99.1", "[fec0::1]", "[64:ff9b:1::a00:1]", "[::ffff:0:7f00:1]", "[::127.0.0.1]",
]  # fmt: skip


class Receiver(BaseHTTPRequestHandler):
    """Somebody's server: notes what came, and answers as `answer` says."""

    seen: list[tuple[str, str, bytes]]
    answer: tuple[int, dict[str, str], bytes]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.path, self.headers["Host"], body))
        status, headers, content = self.answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_words: object) -> None:
        pass


@pytest.fixture
def receiver():
    handler = type("Mine", (Receiver,), {"seen": [], "answer": (200, {}, b"thanks")})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def _fresh_settings():
    yield
    settings.cache_clear()


@pytest.fixture
def _allowed(monkeypatch):
    use(monkeypatch, outbound_networks='["127.0.0.0/8"]')


@pytest.mark.parametrize("host", INSIDE)
def test_an_address_inside_is_refused_when_it_is_typed_in(host):
    with pytest.raises(Invalid, match=r"own network|cannot be found"):
        outbound.require_public(f"http://{host}:8080/hook")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "gopher://example.com", "//example.com", "hook", "http://[::1"])
def test_what_is_not_a_web_address_is_refused(url):
    with pytest.raises(Invalid):
        outbound.require_public(url)


@pytest.mark.parametrize("host", ["1.1.1.1", "[2606:4700:4700::1111]"])
def test_a_public_address_is_accepted(host):
    outbound.require_public(f"https://{host}/hook")


def test_nothing_reaches_an_address_inside(receiver):
    with pytest.raises(outbound.Unreachable, match="public internet"):
        outbound.post(f"http://127.0.0.1:{receiver.server_port}/", b"{}", {})
    assert receiver.RequestHandlerClass.seen == []


def test_a_name_that_changes_its_address_after_the_check_reaches_nothing(receiver, monkeypatch):
    """DNS rebinding: public when it is typed in, inside when it is called."""
    addresses = iter(["93.184.216.34", "127.0.0.1", "127.0.0.1"])

    def rebinding(_host, port, **_options):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(addresses), port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    url = f"http://hook.example.com:{receiver.server_port}/"
    outbound.require_public(url)
    with pytest.raises(outbound.Unreachable, match="public internet"):
        outbound.post(url, b"{}", {})
    assert receiver.RequestHandlerClass.seen == []


def test_a_name_with_one_address_inside_is_refused_whole(monkeypatch):
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 80)) for one in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_given, **_options: both)
    with pytest.raises(Invalid, match="own network"):
        outbound.require_public("http://hook.example.com/")


@pytest.mark.usefixtures("_allowed")
def test_a_network_that_the_settings_allow_is_reached(receiver):
    answer = outbound.post(f"http://127.0.0.1:{receiver.server_port}/hook", b"hello", {"X-Sign": "abc"})
    assert (answer.status, answer.body) == (200, b"thanks")
    assert receiver.RequestHandlerClass.seen == [("/hook", f"127.0.0.1:{receiver.server_port}", b"hello")]


@pytest.mark.usefixtures("_allowed")
def test_a_redirect_is_not_followed(receiver):
    receiver.RequestHandlerClass.answer = (302, {"Location": f"http://127.0.0.1:{receiver.server_port}/inside"}, b"")
    assert outbound.post(f"http://127.0.0.1:{receiver.server_port}/hook", b"", {}).status == 302
    assert [path for path, _, _ in receiver.RequestHandlerClass.seen] == ["/hook"]


@pytest.mark.usefixtures("_allowed")
def test_of_an_endless_answer_only_the_beginning_is_read(receiver):
    receiver.RequestHandlerClass.answer = (200, {}, b"x" * 300_000)
    answer = outbound.post(f"http://127.0.0.1:{receiver.server_port}/", b"", {})
    assert len(answer.body) == outbound.LARGEST_ANSWER


@pytest.mark.usefixtures("_allowed")
def test_a_server_that_is_not_there_is_unreachable():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(outbound.Unreachable):
            outbound.post(f"http://127.0.0.1:{taken.getsockname()[1]}/", b"", {})
