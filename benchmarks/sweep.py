"""How fast figures follow the hand: sweeps beside `ipywidgets.interact`, in one run.

    python benchmarks/sweep.py [--keys 40] [--json]

One JupyterLab page holds four ways to move the same curve σ(kx): `interact` with Matplotlib, the
live picture, the linked widget and the default display; a page on the disk holds the last one once
more, with no kernel. For each of them: milliseconds from the key to the changed pixels (the frame
after the change was painted, images decoded) and changed frames per second while the mouse drags.
Then the time to build a sweep of 120 positions, to draw a filmstrip (and the same lines in a grid
of Matplotlib's Axes), and the weight of every view.

Numbers of different runs differ with the machine; the ratios inside one run are what counts.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from matplotlib.figure import Figure
from playwright.sync_api import Page, sync_playwright
from tests.conftest import CHROMIUM_FLAGS
from tests.sweep.lab import open_notebook, run_all, serve, write_notebook
from tests.views.catalogue import VIEWS

from chainrule.sweep import Line, Panel, Slider, Sweep
from chainrule.sweep.filmstrip import write_png

CELLS = [
    """
import numpy as np, matplotlib.pyplot as plt, ipywidgets
%matplotlib inline
from benchmark_figure import build
x = np.linspace(-4, 4, 161)
def draw(k=1.0):
    plt.figure(figsize=(6, 3)); plt.plot(x, 1 / (1 + np.exp(-k * x))); plt.ylim(-.05, 1.05)
    plt.show()
ipywidgets.interact(draw, k=ipywidgets.FloatSlider(min=0.5, max=20, step=0.05))
""",
    "live = build().live()\nlive",
    "panel = build().widget()\npanel",
    "build()",
]

#: name -> (what has the focus, what shows the change), both inside the output of a cell.
DESIGNS = {
    "interact + Matplotlib": (".noUi-handle", ".jp-OutputArea-child"),
    "live picture": (".noUi-handle", ".jp-OutputArea-child"),
    "linked widget": (".noUi-handle", ".cr-stage"),
    "default display": ("input[type=range]", ".cr-stage"),
}

#: Counts frames in which the picture changed, and times keys until their change is on the screen.
#: A change made inside an animation frame is painted at the end of that frame, any other one at the
#: end of the next; a message posted inside a frame arrives after its paint.
WATCH = """
(target) => {
  const state = window.bench = { paints: [], pressed: null, latencies: [], frameEnd: -1 };
  if (!window.frameOf) {
    window.frameOf = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (call) => frameOf((t) => {
      try { call(t); } finally { window.bench.frameEnd = performance.now(); }
    });
  }
  const painted = () => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      const now = performance.now();
      state.paints.push(now);
      if (state.pressed !== null) state.latencies.push(now - state.pressed);
      state.pressed = null;
    };
    channel.port2.postMessage(0);
  };
  const hasImage = (n) => n.querySelector && (n.matches('img') || n.querySelector('img'));
  const draws = (c) => c.type === 'attributes'
    ? ['d', 'src'].includes(c.attributeName) : [...c.addedNodes].some(hasImage);
  let asked = false;
  new MutationObserver(async (changes) => {
    if (asked || !changes.some(draws)) return;
    if (performance.now() - state.frameEnd < 1) { painted(); return; }
    asked = true;
    const image = target.querySelector('img');
    if (image) await image.decode().catch(() => {});
    frameOf(() => { asked = false; painted(); });
  }).observe(target, { subtree: true, childList: true, attributes: true });
  document.addEventListener('keydown', () => { state.pressed ??= performance.now(); }, true);
}
"""


def build(count: int = 120) -> Sweep:
    """Return the sweep that is measured: σ(kx) and the step."""
    x = np.linspace(-4, 4, 161)
    return Sweep(
        "Steepness",
        [Slider("k", np.geomspace(0.5, 20, count), start=0.5)],
        [
            Panel(
                [
                    Line(x, lambda k: 1 / (1 + np.exp(-k * x)), label="σ(kx)"),
                    Line([-4, 0, 0, 4], [0, 0, 1, 1], ghost=True),
                ],
                x="x",
                ylim=(-0.05, 1.05),
            )
        ],
        lambda k: f"With k = {k:.2f} the rise takes {2 * np.log(9) / k:.2f}.",
    )


def measure(page: Page, focus: Any, target: Any, keys: int) -> dict[str, float]:
    """Return latency percentiles in ms and changed frames per second of one design."""
    target.evaluate(WATCH)
    focus.focus()
    for _ in range(keys):
        before = page.evaluate("bench.latencies.length")
        page.keyboard.press("ArrowRight")
        page.wait_for_function(f"bench.latencies.length > {before}", timeout=10_000, polling=15)
        page.wait_for_timeout(40)
    latencies = sorted(page.evaluate("bench.latencies"))
    return {
        "p50 ms": statistics.median(latencies),
        "p95 ms": latencies[int(0.95 * (len(latencies) - 1))],
        "fps": drag(page, focus),
    }


def drag(page: Page, focus: Any, seconds: float = 3.0) -> float:
    """Return changed frames per second while the mouse moves the slider to and fro."""
    box = focus.bounding_box()
    track = box
    if box["width"] < 60:  # the handle of an ipywidgets slider: its track is the parent
        track = focus.evaluate(
            "e => { const b = e.closest('.noUi-target').getBoundingClientRect();"
            " return { x: b.x, y: b.y, width: b.width, height: b.height }; }"
        )
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    else:
        page.mouse.move(track["x"] + 12, track["y"] + track["height"] / 2)
    page.mouse.down()
    page.evaluate("bench.paints.length = 0")
    began, step = time.perf_counter(), 0
    middle = track["y"] + track["height"] / 2
    while (now := time.perf_counter() - began) < seconds:
        share = abs((now / 1.2) % 2 - 1)
        page.mouse.move(track["x"] + track["width"] * (0.03 + 0.94 * share), middle)
        step += 1
        time.sleep(max(0.0, step / 90 - (time.perf_counter() - began)))
    page.mouse.up()
    paints = page.evaluate("bench.paints")
    return len(paints) / seconds


def measure_lab(browser: Any, keys: int) -> dict[str, dict[str, float]]:
    """Measure the four designs in one JupyterLab page."""
    results = {}
    with tempfile.TemporaryDirectory() as root, tempfile.TemporaryDirectory() as state:
        write_notebook(Path(root) / "bench.ipynb", CELLS)
        here = Path(__file__).parent
        (Path(root) / "benchmark_figure.py").write_text(
            f"import sys; sys.path[:0] = [{str(here)!r}]\nfrom sweep import build\n"
        )
        with serve(root, Path(state)) as (address, token):
            page = browser.new_page(viewport={"width": 1200, "height": 2400})
            open_notebook(page, address, token, "bench.ipynb")
            run_all(page)
            page.locator(".chainrule").nth(1).wait_for(timeout=60_000)
            page.wait_for_timeout(1500)
            for place, (name, (focus, target)) in enumerate(DESIGNS.items()):
                cell = page.locator(".jp-CodeCell").nth(place)
                results[name] = measure(
                    page, cell.locator(focus).first, cell.locator(target).first, keys
                )
            page.close()
    return results


def measure_file(browser: Any, keys: int) -> dict[str, float]:
    """Measure the default display on a page from the disk, with no kernel."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "figure.html"
        path.write_text(f"<!doctype html><meta charset='utf-8'><body>{build().html()}")
        page = browser.new_page(viewport={"width": 1000, "height": 700})
        page.goto(path.as_uri())
        page.locator(".chainrule").wait_for()
        page.wait_for_timeout(500)
        slider, stage = page.locator("input[type=range]"), page.locator(".cr-stage")
        result = measure(page, slider, stage, keys)
        page.close()
    return result


def measure_build(rounds: int = 20) -> dict[str, float]:
    """Return the median times in ms to build 120 positions and to draw a filmstrip in two ways."""
    view = VIEWS["gd_convergence.iterates"]()
    _ = build().spec, view.spec
    times, films, axes = [], [], []
    for _ in range(rounds):
        times.append(clock(lambda: build().spec))
        films.append(clock(lambda: write_png(view.filmstrip())))
        axes.append(clock(lambda: write_png(draw_with_axes(view))))
    return {
        "120 positions ms": statistics.median(times),
        "filmstrip ms": statistics.median(films),
        "the same with Axes ms": statistics.median(axes),
        "times faster": statistics.median(a / b for a, b in zip(axes, films, strict=True)),
    }


def clock(work: Callable[[], Any]) -> float:
    """Return the milliseconds that something takes."""
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def draw_with_axes(sweep: Sweep) -> Figure:
    """Draw the lines of a filmstrip as a Matplotlib user would: a grid of Axes, laid out."""
    positions = sweep.film_positions()
    figure = Figure(figsize=(10, 5.3), layout="constrained")
    grid = figure.subplots(len(sweep.panels), len(positions), squeeze=False, sharey="row")
    for row, panel, marks, limits in zip(
        grid, sweep.panels, sweep.marks, sweep.limits, strict=True
    ):
        for axes, index in zip(row, positions, strict=True):
            for mark in marks:
                axes.plot(*mark.at(index), label=mark.mark.label)
            axes.set(xlim=limits[0], ylim=limits[1], xlabel=panel.x, title=f"position {index}")
        row[-1].legend()
    return figure


def weigh() -> dict[str, float]:
    """Return the weight in kB of every view's HTML, picture and script included."""
    return {name: len(view().html().encode()) / 1000 for name, view in VIEWS.items()}


def main() -> None:
    """Run everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keys", type=int, default=40, help="key presses for each design")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM_FLAGS)
        moves = measure_lab(browser, options.keys)
        moves["default display, no kernel"] = measure_file(browser, options.keys)
        browser.close()
    weights = weigh()
    report = {"moves": moves, "build": measure_build(), "kB": weights}
    if options.json:
        print(json.dumps(report, indent=1))
        return
    slow = moves["interact + Matplotlib"]["p50 ms"]
    print(f"{'':28} {'p50 ms':>8} {'p95 ms':>8} {'fps':>6} {'times faster':>13}")
    for name, row in moves.items():
        ratio = slow / row["p50 ms"]
        print(
            f"{name:28} {row['p50 ms']:8.1f} {row['p95 ms']:8.1f} {row['fps']:6.1f} {ratio:13.1f}"
        )
    for name, value in report["build"].items():
        print(f"{name:28} {value:8.1f}")
    heaviest = max(weights, key=lambda name: weights[name])
    print(f"{'views, median kB':28} {statistics.median(weights.values()):8.1f}")
    print(f"{'heaviest view, kB':28} {weights[heaviest]:8.1f}  {heaviest}")


if __name__ == "__main__":
    main()
