"""The short form of the benchmarks: no hot road may become half as fast as `docs/performance.md` says it is.

It compares CPU time with that of hand-written SQL in the same process, in turns, so that a busy machine slows both.
"""

import json

from bench.__main__ import DOCS, measured


def test_no_road_costs_twice_what_it_did():
    known = json.loads((DOCS / "performance.json").read_text("utf-8"))["inside"]["figures"]
    recorded = {one["name"]: one["value"] for one in known}
    found = {one.name: one.value for one in measured("inside")}
    assert {name: value for name, value in found.items() if value < recorded[name] / 2} == {}
    assert found.keys() == recorded.keys()
