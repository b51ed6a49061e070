"""How the pages are put into files: few for each to fetch, and with nothing in them of where they were built."""

import re
from pathlib import Path
from typing import Unpack

from reflex.plugins import Plugin, PreCompileContext
from reflex_base.plugins.base import PostBuildContext

from habit_coach import building

REFLEX_GROUP = """
              test: /env.json/,
              name: "reflex-env",
"""
# React, Reflex, icons: what more than one page needs.
OUR_GROUP = r"""
              test: /node_modules|\/utils\/|env\.json|app_components\/reflex|preload-helper/,
              name: "kit",
              minShareCount: 2,
"""


class Bundling(Plugin):
    """Our part in Reflex's build; what it writes into the files is there before they are compressed."""

    def pre_compile(self, **context: Unpack[PreCompileContext]) -> None:
        context["add_modify_task"]("vite.config.js", share)

    def post_build(self, **context: Unpack[PostBuildContext]) -> None:
        pages = context["static_dir"]
        serve_from_anywhere(pages / "assets")
        name_the_shell(pages / "service-worker.js")


def share(vite_config: str) -> str:
    """One file for all that several pages share, in place of one for each set of pages that share something."""
    if REFLEX_GROUP not in vite_config:
        raise ValueError("This Reflex writes another vite.config.js than the one that is changed here.")
    return vite_config.replace(REFLEX_GROUP, OUR_GROUP)


def serve_from_anywhere(assets: Path) -> None:
    """Let the built pages find their server at their own origin, whatever its port and name.

    Reflex writes the server's address into one script at build time.
    """
    for script in assets.glob("kit-*.js"):
        text = script.read_text("utf-8")
        text = re.sub(r"[`\"']http://localhost:\d+/(\w[\w-]*)[`\"']", r"location.origin+`/\1`", text)
        text = re.sub(r"[`\"']ws://localhost:\d+/(\w+)[`\"']", r"location.origin.replace(`http`,`ws`)+`/\1`", text)
        script.write_text(text, "utf-8")


def name_the_shell(worker: Path) -> None:
    """Give the service worker this build's own name, so that browsers that are open notice the new one."""
    text = worker.read_text("utf-8")
    worker.write_text(text.replace("shell-unbuilt", f"shell-{building.fingerprint()[:16]}"), "utf-8")
