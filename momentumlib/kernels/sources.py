"""What the kernels are compiled from."""

import hashlib
from contextlib import suppress
from functools import cache
from pathlib import Path

from .. import landscapes, samples


@cache
def stamp():
    """Names what is compiled into the kernels: the sources of this folder and the landscapes."""
    digest = hashlib.sha256()
    here, others = Path(__file__).parent, (landscapes, samples)
    for source in (*sorted(here.glob("*.py")), *(Path(one.__file__) for one in others)):
        with suppress(OSError):  # from a zip file, of which Numba itself knows the date
            digest.update(source.read_bytes())
    return digest.hexdigest()
