"""The words of the formula language: functions, constants, operators, and what they look like."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Function:
    """A function a student may write.

    Attributes:
        key: its name inside the trees.
        spellings: what may be typed for it.
        arity: how many arguments it takes, or None for any number.
    """

    key: str
    spellings: tuple[str, ...]
    arity: int | None = 1


TABLE = (
    Function("exp", ("exp",)),
    Function("ln", ("ln", "log")),
    Function("log2", ("log2",)),
    Function("sqrt", ("sqrt",)),
    Function("abs", ("abs", "Abs")),
    Function("sin", ("sin",)),
    Function("cos", ("cos",)),
    Function("sinh", ("sinh",)),
    Function("cosh", ("cosh",)),
    Function("tanh", ("tanh",)),
    Function("erf", ("erf",)),
    Function("floor", ("floor",)),
    Function("sign", ("sign", "sgn")),
    Function("σ", ("σ", "sigma", "sigmoid")),
    Function("softplus", ("softplus", "ζ")),
    Function("relu", ("relu", "ReLU")),
    Function("H", ("H", "heaviside", "Heaviside")),
    Function("max", ("max",), arity=None),
    Function("min", ("min",), arity=None),
    Function("softmax", ("softmax",)),
    Function("diag", ("diag",)),
    Function("ones", ("ones",)),
    Function("eye", ("eye",)),
    Function("onehot", ("onehot",), arity=2),
    Function("norm", ("norm",)),
    Function("tr", ("tr", "trace")),
    Function("sumall", ("sumall",)),
    Function("δ", ("δ", "delta"), arity=2),
    Function("E", ("E",)),
    Function("Var", ("Var",)),
)
FUNCTIONS = {function.key: function for function in TABLE}
SPELLINGS = {word: function.key for function in TABLE for word in function.spellings}
CONSTANTS = {"pi": "pi", "π": "pi", "e": "e", "oo": "oo", "inf": "oo"}
RUNNING = {  # typed as Σ[k, 1, K](...)
    "sum": "sum",
    "Σ": "sum",
    "prod": "prod",
    "Π": "prod",
    "min": "minover",
    "max": "maxover",
    "lim": "lim",
}
OPERATORS = ("diff", "D", "grad", "lim", *RUNNING)

# What one formula may be at most; a derivation line is rarely longer than 200 characters.
MAX_CHARACTERS = 4000
MAX_NODES = 600
MAX_DEPTH = 60
MAX_DIGITS = 40
MAX_EXPONENT = 60
