"""`python -m page_python`: makes the files where they are not there, and says their folder."""

import sys
from pathlib import Path

from .packs import made
from .sources import Missing

try:
    folder, lacking = made(Path(sys.prefix) / "page-python")
    print(folder)
    print(lacking, end="", file=sys.stderr)
except Missing as error:
    print(error, file=sys.stderr)
    sys.exit(3)
