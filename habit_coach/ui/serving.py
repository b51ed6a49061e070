"""How the built pages are served."""

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
