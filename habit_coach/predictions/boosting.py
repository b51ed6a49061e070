"""LightGBM by itself.

Where it finds scikit-learn, pandas and the like, it loads them for interfaces that nobody here uses: 130 MB and some
two seconds in each process that only predicts. So they are hidden from it while it loads.
"""

import sys

UNUSED = ("sklearn", "pandas", "pyarrow", "matplotlib", "dask")

_hidden = [name for name in UNUSED if name not in sys.modules]
sys.modules.update(dict.fromkeys(_hidden))  # type: ignore[arg-type]  # what is None there cannot be imported
try:
    import lightgbm
finally:
    for _name in _hidden:
        del sys.modules[_name]

__all__ = ["lightgbm"]
