"""`/docs`: Swagger UI from our own origin, so that it works offline and under the content security policy."""

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter
from starlette.responses import FileResponse, HTMLResponse, Response

router = APIRouter(include_in_schema=False)
SWAGGER_UI = Path(str(files("fastapi_offline"))) / "static"
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Habit Coach: the REST API</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
START = """SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
});
"""
KEPT = {"Cache-Control": "public, max-age=86400"}


@router.get("/docs")
async def docs() -> HTMLResponse:
    return HTMLResponse(PAGE)


@router.get("/docs/start.js")
async def start() -> Response:
    return Response(START, media_type="text/javascript", headers=KEPT)


@router.get("/docs/swagger-ui.css")
async def style() -> FileResponse:
    return FileResponse(SWAGGER_UI / "swagger-ui.css", headers=KEPT)


@router.get("/docs/swagger-ui-bundle.js")
async def script() -> FileResponse:
    return FileResponse(SWAGGER_UI / "swagger-ui-bundle.js", headers=KEPT)
