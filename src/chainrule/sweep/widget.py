"""The second face: ipywidgets controls linked in the browser to the same drawing."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from chainrule.sweep.page import read_script

if TYPE_CHECKING:
    from chainrule.sweep.figure import Figure
    from chainrule.sweep.marks import Slider


@cache
def build_view_class() -> Any:
    """Return the anywidget class; made on first use, so that importing a view needs no widgets."""
    import anywidget
    import traitlets

    class View(anywidget.AnyWidget):
        """The drawing: its data, and the positions that sliders are linked to.

        Attributes:
            i: index of the first slider.
            j: index of the second slider.
            guess: what the student predicted, once it was compared.
        """

        _esm = f"{read_script('all')}\nexport default {{ render }};"
        spec = traitlets.Dict().tag(sync=True)
        i = traitlets.Int(0).tag(sync=True)
        j = traitlets.Int(0).tag(sync=True)
        controls = traitlets.Bool(False).tag(sync=True)
        guess = traitlets.List(traitlets.Float()).tag(sync=True)

    return View


def build_panel(figure: Figure) -> Any:
    """Return a box with one control per slider above the drawing.

    The link lives in the browser: moving a slider asks the kernel nothing.
    """
    import ipywidgets

    places = [*figure.unravel(figure.start), 0]
    view = build_view_class()(spec=figure.spec, i=places[0], j=places[1])
    controls, links = [], []
    for slider, place, name in zip(figure.sliders, places, "ij", strict=False):
        control, trait = build_control(slider, place)
        links.append(ipywidgets.jslink((control, trait), (view, name)))
        controls.append(control)
    panel = ipywidgets.VBox([*controls, view])
    panel.sliders, panel.view, panel.links = tuple(controls), view, tuple(links)
    return panel


def build_control(slider: Slider, place: int) -> tuple[Any, str]:
    """Return a control over the positions of a slider, and the trait that holds its index."""
    import ipywidgets

    if slider.choice:
        return ipywidgets.ToggleButtons(
            options=list(slider.names), index=place, description=slider.name
        ), "index"
    return ipywidgets.IntSlider(
        value=place,
        min=0,
        max=len(slider.values) - 1,
        description=slider.name,
        readout=False,
        layout=ipywidgets.Layout(width="min(640px, 96%)"),
        style={"description_width": "initial"},
    ), "value"
