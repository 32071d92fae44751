"""One module per topic: pure functions that return sweeps.

A student's own function may be passed where a view takes one (`softmax=`, `sigma=`); it is drawn
beside the true one, and if it is not finished yet the figure says so and still works.
"""

from chainrule.views import (
    activations,
    ad_traces,
    backprop_mlp,
    convolution,
    cross_entropy,
    gd_convergence,
    heaviside_networks,
    initialisation,
    mlp_mixer,
    softmax,
)

__all__ = [
    "activations",
    "ad_traces",
    "backprop_mlp",
    "convolution",
    "cross_entropy",
    "gd_convergence",
    "heaviside_networks",
    "initialisation",
    "mlp_mixer",
    "softmax",
]
