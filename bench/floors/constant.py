"""Floor: Starlette answering constant JSON, which is what any answer costs before anything is done."""

from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route


async def constant(_request):
    return JSONResponse({"entry": {"day": "2026-01-01", "state": "done", "value": None}, "stats": {}})


app = Starlette(routes=[Route("/", constant, methods=["GET", "POST"])])
