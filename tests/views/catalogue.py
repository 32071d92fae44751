"""Every view, called as a notebook would call it; and how the tests read a sentence."""

import re

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

VIEWS = {
    "activations.steepness": activations.steepness,
    "activations.zoo": activations.zoo,
    "activations.slopes": activations.slopes,
    "softmax.scale": softmax.scale,
    "softmax.temperature": softmax.temperature,
    "softmax.two_classes": softmax.two_classes,
    "cross_entropy.entropy_on_simplex": cross_entropy.entropy_on_simplex,
    "cross_entropy.gradients": cross_entropy.gradients,
    "cross_entropy.price_of_a_model": cross_entropy.price_of_a_model,
    "backprop_mlp.steps": backprop_mlp.steps,
    "backprop_mlp.training": backprop_mlp.training,
    "ad_traces.steps": ad_traces.steps,
    "convolution.window": convolution.window,
    "convolution.strides": convolution.strides,
    "convolution.output_size": convolution.output_size,
    "mlp_mixer.permutations": mlp_mixer.permutations,
    "initialisation.variance": initialisation.variance,
    "initialisation.gain": initialisation.gain,
    "initialisation.fifty_layers": initialisation.fifty_layers,
    "gd_convergence.iterates": gd_convergence.iterates,
    "gd_convergence.quadratic": gd_convergence.quadratic,
    "gd_convergence.valleys": gd_convergence.valleys,
    "gd_convergence.heavy_ball": gd_convergence.heavy_ball,
    "heaviside_networks.half_planes": heaviside_networks.half_planes,
    "heaviside_networks.steepness": heaviside_networks.steepness,
}

NUMBER = re.compile(r"(?<![₀-₉\w])−?\d+(?:\.\d+)?(?:\s×\s10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?")
FLAT = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def read_numbers(sentence):
    """Return the numbers of a sentence in order: true minus and powers of ten understood."""
    found = []
    for match in NUMBER.finditer(sentence):
        mantissa = match.group().split("\u00a0")[0].replace("−", "-")
        exponent = int(match.group(1).translate(FLAT)) if match.group(1) else 0
        found.append(float(mantissa) * 10.0**exponent)
    return found
