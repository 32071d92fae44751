"""The assignment is the one that is attacked elsewhere: honest work must earn what lies cannot."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # `hostile` is a package beside this one
