"""Worked solutions with one false line: the slips that sheets make on the way back."""

from __future__ import annotations

import re
from typing import Any

from chainrule.derivation import equal
from chainrule_staff.exercises.flaw import FlawTask
from chainrule_staff.exercises.formula import formula_problem
from chainrule_staff.exercises.model import Mistake

CALLS = re.compile(r"(?:np\.)?(dot|matmul|outer)\(([\w.]+),([\w.]+)\)")
METHOD = re.compile(r"([\w.]+)\.dot\(([\w.]+)\)")


def code_problem(answer: Any, right: str, setting: str) -> str | None:
    """Compare NumPy code with a formula: np.dot, np.matmul and np.outer are read as @."""
    if not isinstance(answer, str):
        return formula_problem(answer, right, setting)
    text = METHOD.sub(r"\1@\2", "".join(answer.split()))
    text = CALLS.sub(_written_with_at, text)
    swapped = re.fullmatch(r"\(?([a-z]\w*)@(W\d)\)?(?:\.T)?", text)  # 1-D: g @ W is W.T @ g
    text = f"{swapped[2]}.T@{swapped[1]}" if swapped else text
    if text == "".join(right.split()):  # a known mistake may fit no shapes at all
        return None
    return formula_problem(text, right, setting)


def _written_with_at(call: re.Match[str]) -> str:
    name, left, right = call.groups()
    return f"{left}@{right}.T" if name == "outer" else f"{left}@{right}"


def formula_problem_off_kinks(answer: Any, right: str, setting: str) -> str | None:
    """Accept also what differs from the formula only where a quotient is 0/0."""
    if isinstance(answer, str) and equal(answer, right, setting=setting).verdict == "domain":
        return None
    return formula_problem(answer, right, setting)


softmax_entry_flaw = FlawTask(
    task="backprop_mlp.softmax-entry-flaw",
    title="Find the flaw: the softmax of one number",
    covers=("003 2.7",),
    names=("softmax_entry_flaw_line", "softmax_entry_flaw_fix"),
    points=1,
    line=3,
    fix="softmax(o)[k]",
    lines=5,
    setting="m: dim; o: vec m; k: index m",
    mistakes=(
        Mistake(
            "quotient-blamed",
            "Line 2 is right: the derivative of a logarithm of a sum is one term over the sum.",
            {"softmax_entry_flaw_line": 2},
        ),
        Mistake(
            "cases-blamed",
            "Line 4 puts both terms together rightly; look at what the symbol before it means.",
            {"softmax_entry_flaw_line": 4},
        ),
        Mistake(
            "cases-too-early",
            "The one-hot term comes from the other part of the loss, in line 4; here only the name "
            "of the quotient is wrong.",
            {"softmax_entry_flaw_fix": "softmax(o)[k] - 1"},
        ),
        Mistake(
            "always-one",
            "1 is what the line says, read literally: the softmax of a single number. The quotient "
            "of line 2 is something else.",
            {"softmax_entry_flaw_fix": "1"},
        ),
    ),
    also_correct={
        "the quotient": {"softmax_entry_flaw_fix": "exp(o[k])/sum[i,1,m](exp(o[i]))"},
    },
)

outer_product_flaw = FlawTask(
    task="backprop_mlp.outer-product-flaw",
    title="Find the flaw: the transpose that sits on the wrong factor",
    covers=("001 Q2.I", "003 2.9", "003 2.10", "003 2.16"),
    names=("outer_product_flaw_line", "outer_product_flaw_fix"),
    points=1,
    line=4,
    fix="g @ h_s.T",
    lines=5,
    setting="m: dim; d_h: dim; g: vec m; h_s: vec d_h",
    same=code_problem,
    mistakes=(
        Mistake(
            "entry-blamed",
            "Line 3 is right: output k and hidden unit j meet in the weight W2_kj.",
            {"outer_product_flaw_line": 3},
        ),
        Mistake(
            "bias-blamed",
            "The bias of line 5 is right: it is added to o_a with slope 1.",
            {"outer_product_flaw_line": 5},
        ),
        Mistake(
            "transposed-result",
            "That matrix is d_h x m, and W2 is m x d_h: the outputs belong into the rows.",
            {"outer_product_flaw_fix": "h_s @ g.T"},
        ),
    ),
    also_correct={
        "np.outer": {"outer_product_flaw_fix": "np.outer(g, h_s)"},
    },
)

hidden_code_flaw = FlawTask(
    task="backprop_mlp.hidden-code-flaw",
    title="Find the flaw: code that runs and is wrong",
    covers=("001 Q2.K", "003 2.11", "003 2.12"),
    names=("hidden_code_flaw_line", "hidden_code_flaw_fix"),
    points=1,
    kinds=("flaw", "function"),
    line=4,
    fix="W2.T @ g",
    lines=6,
    setting="m: dim; d_h: dim; W2: mat m d_h; g: vec m",
    same=code_problem,
    mistakes=(
        Mistake(
            "outer-blamed",
            "np.outer(g, h_s) has the shape of W2, (m, d_h), and the right entries.",
            {"hidden_code_flaw_line": 2},
        ),
        Mistake(
            "activation-blamed",
            "In line 5 the product entry by entry is right: the ELU acts on each unit alone.",
            {"hidden_code_flaw_line": 5},
        ),
        Mistake(
            "transpose-dropped",
            "The sum over the outputs is there now, but W2 maps the wrong way: m numbers must "
            "become d_h.",
            {"hidden_code_flaw_fix": "W2 @ g"},
        ),
        Mistake(
            "still-entrywise",
            "That is what the line says already: * multiplies entry by entry and sums nothing.",
            {"hidden_code_flaw_fix": "W2.T * g"},
        ),
    ),
    also_correct={
        "np.dot": {"hidden_code_flaw_fix": "np.dot(W2.T, g)"},
        "the method dot": {"hidden_code_flaw_fix": "W2.T.dot(g)"},
        "g on the left": {"hidden_code_flaw_fix": "g @ W2"},
    },
)

relu_slope_flaw = FlawTask(
    task="backprop_mlp.relu-slope-flaw",
    title="Find the flaw: the slope of the ReLU",
    covers=("003 2.13", "003 2.14"),
    names=("relu_slope_flaw_line", "relu_slope_flaw_fix"),
    points=1,
    line=3,
    fix="g",
    lines=5,
    setting="g: real; h_a: real>0",
    mistakes=(
        Mistake(
            "chain-rule-blamed",
            "Line 2 is right: h_s_j depends on h_a_j alone, so the chain rule has a single term.",
            {"relu_slope_flaw_line": 2},
        ),
        Mistake(
            "negative-side-blamed",
            "Line 4 is right: below zero the ReLU is constant, and nothing passes.",
            {"relu_slope_flaw_line": 4},
        ),
        Mistake(
            "indicator-blamed",
            "The indicator of line 5 is right, and it contradicts an earlier line: find that one.",
            {"relu_slope_flaw_line": 5},
        ),
        Mistake(
            "function-for-slope",
            "h_a is the value of the ReLU there; the chain rule multiplies by its slope.",
            {"relu_slope_flaw_fix": "g*h_a"},
        ),
        Mistake(
            "slope-zero",
            "For positive h_a the ReLU is the line h_s = h_a, which is not flat.",
            {"relu_slope_flaw_fix": "0"},
        ),
    ),
    also_correct={"times the slope": {"relu_slope_flaw_fix": "1*g"}},
)

input_sum_flaw = FlawTask(
    task="backprop_mlp.input-sum-flaw",
    title="Find the flaw: a sum with the wrong end",
    covers=("001 Q2.P", "003 2.17"),
    names=("input_sum_flaw_line", "input_sum_flaw_fix"),
    points=1,
    line=3,
    fix="sum[j,1,d_h](g[j]*W1[j,i])",
    lines=4,
    setting="d: dim; d_h: dim; m: dim; W1: mat d_h d; g: vec d_h; i: index d",
    mistakes=(
        Mistake(
            "slope-blamed",
            "Line 2 is right: x_i enters the pre-activation of unit j with the weight W1_ji.",
            {"input_sum_flaw_line": 2},
        ),
        Mistake(
            "matrix-blamed",
            "Line 4 is right, and it has d_h terms per entry: compare it with the line before.",
            {"input_sum_flaw_line": 4},
        ),
        Mistake(
            "sum-over-inputs",
            "i is the input that was asked for and stays fixed; the sum runs over the hidden units "
            "that read it.",
            {"input_sum_flaw_fix": "sum[j,1,d](g[j]*W1[j,i])"},
        ),
        Mistake(
            "sum-over-outputs",
            "That is what the line says already: m counts the outputs, and the sum runs over the "
            "hidden units.",
            {"input_sum_flaw_fix": "sum[j,1,m](g[j]*W1[j,i])"},
        ),
    ),
    also_correct={
        "factors swapped": {"input_sum_flaw_fix": "Σ[j,1,d_h](W1[j,i]*g[j])"},
        "entry of the product": {"input_sum_flaw_fix": "(W1.T @ g)[i]"},
    },
)

risk_flaw = FlawTask(
    task="backprop_mlp.risk-flaw",
    title="Find the flaw: what the risk adds up",
    covers=("001 Q2.E", "001 Q2.F"),
    names=("risk_flaw_line", "risk_flaw_fix"),
    points=1,
    line=3,
    fix="sum[i,1,n](L[i])/n",
    lines=4,
    setting="n: dim; m: dim; L: vec n",
    mistakes=(
        Mistake(
            "loss-blamed",
            "Line 2 is right: one example, one number.",
            {"risk_flaw_line": 2},
        ),
        Mistake(
            "minimiser-blamed",
            "Line 4 only says what to do with the risk; the flaw is in what the risk is.",
            {"risk_flaw_line": 4},
        ),
        Mistake(
            "mean-forgotten",
            "The range is right now. The risk is the mean, though: without 1/n the step and the "
            "weight of every penalty change with n.",
            {"risk_flaw_fix": "sum[i,1,n](L[i])"},
        ),
        Mistake(
            "divided-by-outputs",
            "The mean over n examples divides by n, not by the number of outputs.",
            {"risk_flaw_fix": "sum[i,1,n](L[i])/m"},
        ),
    ),
)

parameter_count_flaw = FlawTask(
    task="backprop_mlp.parameter-count-flaw",
    title="Find the flaw: a count that is factored",
    covers=("003 2.5",),
    names=("parameter_count_flaw_line", "parameter_count_flaw_fix"),
    points=1,
    line=4,
    fix="(d + 1)*d_h + (d_h + 1)*m",
    lines=5,
    setting="d: real>0; d_h: real>0; m: real>0",
    mistakes=(
        Mistake(
            "total-blamed",
            "Line 3 is right: it adds up lines 1 and 2.",
            {"parameter_count_flaw_line": 3},
        ),
        Mistake(
            "consequence-for-cause",
            "Line 5 evaluates line 4 rightly; the flaw is where the false count enters.",
            {"parameter_count_flaw_line": 5},
        ),
        Mistake(
            "biases-lost",
            "Your formula has lost the biases: d_h of them in the first layer and m in the second.",
            {"parameter_count_flaw_fix": "d*d_h + d_h*m"},
        ),
        Mistake(
            "kept-as-it-stands",
            "That is what the line says already. Multiplied out it counts d biases at the output.",
            {"parameter_count_flaw_fix": "(d_h + 1)*d + (m + 1)*d_h"},
        ),
    ),
    also_correct={
        "multiplied out": {"parameter_count_flaw_fix": "d*d_h + d_h + d_h*m + m"},
    },
)

one_norm_flaw = FlawTask(
    task="backprop_mlp.one-norm-flaw",
    title="Find the flaw: zero over zero",
    covers=("001 Q1.H", "003 1.9"),
    names=("one_norm_flaw_line", "one_norm_flaw_fix"),
    points=1,
    line=4,
    fix="sign(x)",
    lines=5,
    setting="x: real",
    mistakes=(
        Mistake(
            "quotient-blamed",
            "Line 3 is right: it speaks of x_k different from zero only.",
            {"one_norm_flaw_line": 3},
        ),
        Mistake(
            "sum-blamed",
            "Line 2 is right: the other terms of the sum do not contain x_k.",
            {"one_norm_flaw_line": 2},
        ),
        Mistake(
            "kept-as-it-stands",
            "At x_k = 0 that is 0/0, and a network with one weight at zero gets a NaN.",
            {"one_norm_flaw_fix": "x/abs(x)"},
        ),
        Mistake(
            "always-one",
            "Where x_k is negative, |x_k| falls: the slope is -1 there.",
            {"one_norm_flaw_fix": "1"},
        ),
    ),
    also_correct={
        "in cases": {"one_norm_flaw_fix": "1 if x>0 else (-1 if x<0 else 0)"},
    },
)

penalty_flaw = FlawTask(
    task="backprop_mlp.penalty-flaw",
    title="Find the flaw: a penalty that rewards",
    covers=("003 2.18",),
    names=("penalty_flaw_line", "penalty_flaw_fix"),
    points=1,
    line=4,
    fix="r + l1*sign(w) + 2*l2*w",
    lines=5,
    setting="r: real; w: real; l1: real>0; l2: real>0",
    same=formula_problem_off_kinks,
    mistakes=(
        Mistake(
            "sign-rule-blamed",
            "Line 2 is right: |w| rises with slope 1 on the right and falls on the left.",
            {"penalty_flaw_line": 2},
        ),
        Mistake(
            "square-blamed",
            "Line 3 is right: the derivative of w^2 is 2w.",
            {"penalty_flaw_line": 3},
        ),
        Mistake(
            "sign-only-half",
            "The lambdas are back, but the L1 term still has its minus and would push the weight "
            "away from zero.",
            {"penalty_flaw_fix": "r - l1*sign(w) + 2*l2*w"},
        ),
        Mistake(
            "lambdas-missing",
            "The sign is right now; each term still needs its own lambda from line 1.",
            {"penalty_flaw_fix": "r + sign(w) + 2*w"},
        ),
        Mistake(
            "data-term-lost",
            "The penalties are right; the gradient r of the risk itself must not be lost.",
            {"penalty_flaw_fix": "l1*sign(w) + 2*l2*w"},
        ),
    ),
    also_correct={
        "w/|w| where w is not zero": {"penalty_flaw_fix": "r + l1*w/abs(w) + 2*l2*w"},
    },
)

input_layer_flaw = FlawTask(
    task="backprop_mlp.input-layer-flaw",
    title="Find the flaw: one weight of the first layer",
    covers=("003 2.15",),
    names=("input_layer_flaw_line", "input_layer_flaw_fix"),
    points=1,
    line=3,
    fix="x[i]",
    lines=5,
    setting="d: dim; x: vec d; i: index d; j: index d",
    mistakes=(
        Mistake(
            "kept-as-it-stands",
            "The derivative of one number with respect to one number is a number, not a vector: "
            "which entry of x does this weight multiply?",
            {"input_layer_flaw_fix": "x"},
        ),
        Mistake(
            "index-of-the-unit",
            "j counts the hidden units; the weight W1_ji leads from input i to unit j.",
            {"input_layer_flaw_fix": "x[j]"},
        ),
        Mistake(
            "one-unit-blamed",
            "Line 2 is right: row j of W1 feeds unit j and no other.",
            {"input_layer_flaw_line": 2},
        ),
        Mistake(
            "consequence-for-cause",
            "Line 4 is the chain rule, applied to what line 3 says; the error is there already.",
            {"input_layer_flaw_line": 4},
        ),
    ),
)

BACKWARD = (
    softmax_entry_flaw,
    outer_product_flaw,
    hidden_code_flaw,
    relu_slope_flaw,
    input_sum_flaw,
    input_layer_flaw,
)
TRAINING = (risk_flaw, parameter_count_flaw, one_norm_flaw, penalty_flaw)
