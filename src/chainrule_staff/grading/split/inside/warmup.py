"""Bring a kernel to the state of a fresh one, but with everything warm.

Imports, font caches, traceback machinery and formatters cost a second when cold. They are used
once here, before the fork server begins, and every trace of that use is removed.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import pkgutil
import sys
import warnings
from collections.abc import Sequence
from typing import Any

from . import figures, pictures
from . import kernel as kernels
from .kernel import Kernel
from .sink import Sink

MODULES = (
    "numpy", "numpy.testing", "numpy.linalg", "numpy.random", "numpy.fft", "matplotlib.pyplot",
    "sympy", "mpmath", "ipywidgets", "IPython.display", "inspect", "linecache", "ast",
    "collections", "itertools", "functools", "math", "time", "json", "dataclasses", "typing",
    "matplotlib.animation", "matplotlib.patches", "mpl_toolkits.mplot3d", "anywidget", "secrets",
    "sandlock", "unicodedata", "encodings.idna", "multiprocessing", "statistics", "random",
    "textwrap", "importlib.readers", "importlib.resources.readers", "IPython.core.magics.extension",
)  # fmt: skip

CELLS = (
    "%matplotlib inline",
    "import numpy as np, matplotlib.pyplot as plt, sympy as sp",
    "fig, ax = plt.subplots(figsize=(4, 2.5)); ax.plot([1, 2, 3], label='a'); ax.legend()\n"
    "ax.set(xlabel='x 0123456789.-', title='t', ylabel='$\\\\sigma$'); plt.show()",
    "plt.figure(figsize=(4, 2.5)); plt.semilogy([1e-3, 10, 100]); plt.grid(); plt.xlabel('s');",
    "plt.figure(); plt.loglog([1e-6, 1e5], [1e-6, 1e5]);",
    "plt.imshow(np.eye(3)); plt.colorbar(); plt.scatter([1, 2], [2, 3]); plt.hist([1, 2, 3]);",
    "sp.diff(sp.tanh(sp.symbols('x') ** 2), sp.symbols('x'))",
    "sp.Matrix([[1, 2], [3, 4]])",
    "sp.lambdify(sp.symbols('x'), sp.tanh(sp.symbols('x')), 'numpy')(np.linspace(0, 1, 3))",
    "def f(x):\n    raise ValueError(x)\nf(1)",
    "def f(x):\n    return missing\nf(1)",
    "np.testing.assert_allclose(np.arange(5.0), np.arange(5.0) + 1e-3, rtol=1e-8)",
    "np.testing.assert_allclose(np.ones(3), np.ones(4))",
    "np.testing.assert_array_equal([1], [2])",
    "np.ones(3) @ np.ones(4)",
    "assert 1 == 2, 'no'",
    "np.array([1.0, 2.0]) / 0",
    "def bad(:\n  pass",
    "np.random.default_rng(1).normal(size=3); np.random.RandomState(1).randn(3)",
    "np.linalg.norm(np.ones(3)); np.einsum('ij,j', np.eye(3), np.ones(3))",
    "np.zeros((2, 3))",
    "print('x'); display({'a': 1})",
    "import ipywidgets; ipywidgets.IntSlider()",
    "1 / 0",  # last: a traceback remembers where every imported module comes from
)

WITHOUT_FIGURES = tuple(cell for cell in CELLS if "plt." not in cell)


def warm(
    kernel: Kernel, sink: Sink, modules: tuple[str, ...] = (), cells: Sequence[str] = CELLS
) -> None:
    """Use everything once, then forget that it was used."""
    sink.open(None)
    for name in (*MODULES, *modules):
        import_all(name) if name in modules else import_one(name)
    figures.tune()
    pictures.share()
    asyncio.run(run_all(kernel, sink, cells))
    figures.show_first(kernel)  # the hooks are there only now
    forget(kernel)
    forget_warnings()
    gc.collect()
    gc.freeze()  # what is warm is never collected: its pages stay shared by every fork


def import_one(name: str) -> Any:
    """Import a module if it is there."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def import_all(name: str) -> None:
    """Import a package with everything below it: a fork would import it for one submission."""
    package = import_one(name)
    for found in pkgutil.walk_packages(getattr(package, "__path__", []), f"{name}."):
        if not found.name.endswith("__main__"):
            import_one(found.name)


def show(kernel: Kernel, sink: Sink, cells: Sequence[str]) -> None:
    """Run cells for the pictures they draw, which go nowhere."""
    sink.open(None)
    asyncio.run(run_all(kernel, sink, cells))


async def run_all(kernel: Kernel, sink: Sink, cells: Sequence[str]) -> None:
    """Run cells, errors included: in warming up, their tracebacks are part of it."""
    with warnings.catch_warnings():
        for number, source in enumerate(cells, start=1):
            await kernels.run(kernel, sink, number, number, source)


def forget(kernel: Kernel) -> None:
    """Reset the kernel to what a notebook finds when it starts."""
    import ipywidgets.widgets.widget as widgets
    import matplotlib.pyplot as plt

    plt.close("all")
    for widget in list(widgets._instances.values()):
        widget.close()
    kernel.comm_manager.comms.clear()
    shell = kernel.shell
    special = {
        n: shell.user_ns.get(n) for n in ("__doc__", "__loader__", "__spec__", "__package__")
    }
    shell.reset(new_session=False)
    shell.user_ns.update(special)  # reset() removes them; a fresh kernel has them
    forget_history(shell)
    for name in ("last_value", "last_type", "last_traceback", "last_exc"):
        sys.__dict__.pop(name, None)
    shell._last_traceback = None
    shell.execution_count, kernel.execution_count = 1, 0


def forget_history(shell: Any) -> None:
    """Empty `In`, `Out` and their short forms."""
    history = shell.history_manager
    history.input_hist_parsed[:] = [""]
    history.input_hist_raw[:] = [""]
    history.output_hist.clear()
    for name in ("_i", "_ii", "_iii", "_i00"):
        setattr(history, name, "")
    for name in ("_i", "_ii", "_iii", "_", "__", "___"):
        shell.user_ns[name] = ""


def forget_warnings() -> None:
    """Forget which warnings were already shown, or a student would miss one that is due.

    A module's list of them is of a version of the filters, and counts no more under the next.
    """
    warnings._filters_mutated()  # type: ignore[attr-defined]
