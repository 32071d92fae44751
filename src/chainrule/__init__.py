"""chainrule: deep-learning fundamentals as notebooks that mark themselves.

In a notebook: `from chainrule import check`, then `check("softmax.jacobian", softmax_jacobian)`.
"""

from chainrule.check import check
from chainrule.doctor import doctor
from chainrule.summary import summary
from chainrule.verdict import Check, Verdict

__all__ = ["Check", "Verdict", "check", "doctor", "summary"]
__version__ = "0.1.0"
