"""Scripts beside the pages: what a page asks for after its text, since a page opened from disk may
load a script, and may not fetch."""

import hashlib
from pathlib import Path


def put(app, pagename, folder, text, when="defer"):
    """Write a page's script into a folder of the book, and give the element that asks for it.

    The address names the text, so that no browser keeps the script of an earlier build.

    when : "defer" for a script that runs when all of the page has been read, "async" for one that
        runs as soon as it is there.
    """
    name = f"_static/{folder}/{Path(pagename).name}.js"
    path = Path(app.outdir, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    mark = hashlib.sha256(text.encode()).hexdigest()[:8]
    return f'<script {when} src="{"../" * pagename.count("/")}{name}?v={mark}"></script>'
