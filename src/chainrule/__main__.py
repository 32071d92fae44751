"""`python -m chainrule softmax.ipynb`: is this notebook fit to hand in?"""

import sys
from pathlib import Path

from chainrule.doctor import examine

if len(sys.argv) != 2:
    print("usage: python -m chainrule NOTEBOOK.ipynb", file=sys.stderr)
    sys.exit(2)
try:
    diagnosis = examine(Path(sys.argv[1]))
except OSError as error:
    print(f"{sys.argv[1]} cannot be read: {error.strerror}", file=sys.stderr)
    sys.exit(2)
print(diagnosis)
sys.exit(0 if diagnosis.fit else 1)
