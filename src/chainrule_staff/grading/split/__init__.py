"""The two-process engine: an untrusted process for the student, a trusted one for the tests."""

from .engine import SplitEngine
from .limits import Limits
from .sandbox import SandboxMissing, available_sandbox

__all__ = ["Limits", "SandboxMissing", "SplitEngine", "available_sandbox"]
