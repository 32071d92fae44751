"""Two worked solutions with one wrong line each; the lines stand in the notebook."""

from __future__ import annotations

from chainrule_staff.exercises.flaw import FlawTask
from chainrule_staff.exercises.model import Mistake

# --- convolution.floor-flaw ---------------------------------------------------------------------
# 1 padded length, 2 places the kernel covers, 3 last possible start, 4 number of steps, 5 windows,
# 6 an example.

floor_flaw = FlawTask(
    task="convolution.floor-flaw",
    title="Find the flaw: counting windows",
    covers=("000 Q6.1", "000 Q7.3(b)", "001 Q3.1(a)"),
    names=("floor_flaw_line", "floor_flaw_fix"),
    points=1,
    line=4,
    fix="floor((i + 2*p - d*(k - 1) - 1)/s)",
    lines=6,
    setting="i: real; k: real; s: real>0; p: real; d: real",
    second={"floor_flaw_fix": "floor((i + 2*p - d*(k - 1) - 1 + s)/s) - 1"},
    mistakes=(
        Mistake(
            "symptom-for-cause",
            "Line 6 shows that something is wrong, but its numbers are put in rightly: the false "
            "statement entered before.",
            {"floor_flaw_line": 6},
        ),
        Mistake(
            "windows-for-steps",
            "That is the number of windows, of which line 5 speaks; line 4 counts the steps "
            "between them.",
            {"floor_flaw_fix": "floor((i + 2*p - d*(k - 1) - 1)/s) + 1"},
        ),
        Mistake(
            "rounded-up",
            "Rounding up makes a last step that carries the window out of the input.",
            {"floor_flaw_fix": "-floor(-(i + 2*p - d*(k - 1) - 1)/s)"},
        ),
        Mistake(
            "kept-as-it-stands",
            "That is what the line says already. Can a window make half a step?",
            {"floor_flaw_fix": "(i + 2*p - d*(k - 1) - 1)/s"},
        ),
        Mistake(
            "last-start-blamed",
            "Line 3 is right: a window that starts there ends on the last number of the padded "
            "input.",
            {"floor_flaw_line": 3},
        ),
    ),
    also_correct={"multiplied out": {"floor_flaw_fix": "floor((i + 2*p - d*k + d - 1)/s)"}},
)


# --- convolution.scalars-flaw -------------------------------------------------------------------
# A network of its own: 96 -> 96 -> 24 -> 22; line 6 forgets the 48 channels, line 7 builds on it.

scalars_flaw = FlawTask(
    task="convolution.scalars-flaw",
    title="Find the flaw: how many numbers",
    covers=("000 Q6.1", "000 Q7.2(b)"),
    names=("scalars_flaw_line", "scalars_flaw_fix"),
    points=1,
    line=6,
    fix="48*22*22",
    lines=7,
    second={"scalars_flaw_fix": "48*(24 - 3 + 1)^2"},
    mistakes=(
        Mistake(
            "bytes-for-numbers",
            "Line 7 multiplies rightly by the four bytes of a number; it inherits what is wrong.",
            {"scalars_flaw_line": 7, "scalars_flaw_fix": "48*22*22*4"},
        ),
        Mistake(
            "channels-of-the-layer-before",
            "16 channels come in; the last layer has 48 kernels and so 48 channels come out.",
            {"scalars_flaw_fix": "16*22*22"},
        ),
        Mistake(
            "kept-as-it-stands",
            "That is what the line says already: the area of one feature map.",
            {"scalars_flaw_fix": "22*22"},
        ),
        Mistake(
            "padding-blamed",
            "Line 2 is right: a kernel of 5 with a padding of 2 keeps the size.",
            {"scalars_flaw_line": 2},
        ),
    ),
    also_correct={"as one number": {"scalars_flaw_fix": "23232"}},
)

EXERCISES = (floor_flaw, scalars_flaw)
