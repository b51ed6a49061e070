"""What goes over a page's line, as the browser itself counts it."""

from typing import Any

from playwright.sync_api import CDPSession, Page


def fetched(page: Page) -> list[float]:
    """The bytes of every file that comes over the line from here on, with its headers.

    What a style sheet or the browser itself brings along as `data:` does not.
    """
    network = _watched(page)
    urls: dict[str, str] = {}
    loaded: list[float] = []

    def finished(event: dict[str, Any]) -> None:
        if not urls[event["requestId"]].startswith("data:"):
            loaded.append(event["encodedDataLength"])

    network.on("Network.requestWillBeSent", lambda event: urls.update({event["requestId"]: event["request"]["url"]}))
    network.on("Network.loadingFinished", finished)
    return loaded


def said(page: Page) -> list[str]:
    """Every frame of the page's websocket from here on, both ways."""
    network = _watched(page)
    frames: list[str] = []
    for kind in ("Network.webSocketFrameSent", "Network.webSocketFrameReceived"):
        network.on(kind, lambda event: frames.append(event["response"]["payloadData"]))
    return frames


def _watched(page: Page) -> CDPSession:
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    return network
