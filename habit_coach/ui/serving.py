"""How the built pages are served."""

from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send


class PagesWithoutSlash:
    """Serves `/today` as the folder `today/` that the build made of it, where the file server would redirect there."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self.is_page(scope["path"]):
            scope = {**scope, "path": scope["path"] + "/"}
        await self.app(scope, receive, send)

    @staticmethod
    def is_page(path: str) -> bool:
        last = path.rpartition("/")[2]
        return bool(last) and "." not in last and not path.startswith(("/_", "/ping"))


def behind(api: Starlette, pages: ASGIApp) -> Starlette:
    """The API with the pages behind its own routes."""
    api.mount("", pages)
    return api


class RestFirst:
    """Hands REST requests to the API itself, past what Reflex lays around everything: a fifth of their time.

    What it lays there is for its own events, and for other origins, of which the API itself says who may ask.
    """

    def __init__(self, api: ASGIApp, app: ASGIApp) -> None:
        self.api, self.app = api, app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_rest = scope["type"] == "http" and scope["path"].startswith("/api/")
        await (self.api if is_rest else self.app)(scope, receive, send)
