"""The pictures that a live figure trains with, as a script that pages fetch on demand."""

from pathlib import Path

from momentumlib.live import fruit_pack


def write(app):
    """The script into the book's static files, and none of an earlier build."""
    if app.builder.format == "html":
        static = Path(app.outdir, "_static")
        static.mkdir(parents=True, exist_ok=True)
        name, text = fruit_pack.script()
        for old in static.glob("fruits-*.js"):
            old.unlink()
        (static / name).write_text(text, encoding="ascii")


def setup(app):
    """Beside the other static files, before pages are written."""
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
