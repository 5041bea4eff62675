"""`python -m page_python`: makes the files where they are not there, and says their folder."""

import sys
from pathlib import Path

from .packs import made
from .sources import Missing

try:
    print(made(Path(sys.prefix) / "page-python"))
except Missing as error:
    print(error, file=sys.stderr)
    sys.exit(3)
