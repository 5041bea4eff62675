"""What the kernels are compiled from."""

import hashlib
from contextlib import suppress
from functools import cache
from pathlib import Path

from .. import landscapes


@cache
def stamp():
    """Names what is compiled into the kernels: the sources of this folder and the landscapes."""
    digest = hashlib.sha256()
    for source in (*sorted(Path(__file__).parent.glob("*.py")), Path(landscapes.__file__)):
        with suppress(OSError):  # from a zip file, of which Numba itself knows the date
            digest.update(source.read_bytes())
    return digest.hexdigest()
