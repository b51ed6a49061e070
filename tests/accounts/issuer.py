"""A small OpenID Connect issuer that the tests run: discovery, keys, a page to sign in, and tokens with PKCE."""

import base64
import hashlib
import json
import threading
import time
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "habit-coach", "the secret of the client"


class Issuer:
    """Somebody signs in there with `authorize`, which gives what the browser brings back, or on its page."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.codes: dict[str, dict[str, str]] = {}
        self.claims: dict[str, Any] = {"email": "ada@example.com", "email_verified": True, "name": "Ada"}
        self.signing_key = self.key
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"issuer": self}))
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def authorize(self, url: str) -> dict[str, str]:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def token(self, form: dict[str, str]) -> dict[str, str] | None:
        asked = self.codes.pop(form["code"], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        if asked is None or asked["code_challenge"] != challenge.decode():
            return None
        now = int(time.time())
        claims = {"iss": self.url, "sub": "ada-at-issuer", "aud": CLIENT, "iat": now, "exp": now + 60}
        claims |= {"nonce": asked["nonce"]} | self.claims
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.signing_key)
        return {"access_token": "unused", "token_type": "Bearer", "id_token": signed}


class Handler(BaseHTTPRequestHandler):
    issuer: Issuer

    def do_GET(self) -> None:
        url = self.issuer.url
        if self.path.startswith("/authorize?"):
            self.answer_page()
            return
        self.answer(
            KeySet([self.issuer.key]).as_dict(private=False)
            if self.path == "/keys"
            else {
                "issuer": url,
                "authorization_endpoint": f"{url}/authorize",
                "token_endpoint": f"{url}/token",
                "jwks_uri": f"{url}/keys",
            }
        )

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        given = self.issuer.token({name: values[0] for name, values in form.items()})
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if given is None or self.headers["Authorization"] != f"Basic {basic}":
            self.answer({"error": "invalid_grant"}, 400)
        else:
            self.answer(given)

    def answer_page(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        back = f"{asked['redirect_uri'][0]}?{urlencode(self.issuer.authorize(self.path))}"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(f'<!DOCTYPE html><title>Issuer</title><a href="{escape(back)}">Yes, it is me</a>'.encode())

    def answer(self, body: dict[str, Any], status: int = 200) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_words: object) -> None:
        pass
