"""A built book, served as servers do: text compressed. And a page that holds next to nothing."""

import gzip
import threading
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

TEXT = {".html", ".css", ".js", ".svg"}
#: A page with nothing but a slider that changes a number and a line on a canvas: what it costs
#: is the browser's, and no page of the book can cost less.
BARE, FLOOR = (
    "bare.html",
    b"""<!doctype html><meta charset="utf-8"><title>bare</title>
<div class="live-box live-alive"><figure class="live" data-ms="0">
<canvas width="600" height="450"></canvas><p></p>
<input type="range" data-name="bare" min="0" max="1000" value="0"></figure></div><script>
const figure = document.querySelector("figure"), range = figure.querySelector("input");
const c = figure.querySelector("canvas").getContext("2d");
range.addEventListener("input", () => requestAnimationFrame(() => {
  c.clearRect(0, 0, 600, 450);
  c.beginPath(); c.moveTo(0, 0); c.lineTo(range.value * 0.6, 450); c.stroke();
  figure.querySelector("p").textContent = figure.dataset.ms = range.value;
}));
</script>""",
)


class Compressed(SimpleHTTPRequestHandler):
    """Serves a folder, text compressed, and counts what it sends."""

    protocol_version = "HTTP/1.1"
    sent = 0

    def do_GET(self):
        """One file."""
        path = Path(self.translate_path(self.path))
        if path.name != BARE and not path.is_file():
            self.send_error(404)
            return
        body = gzip.compress(FLOOR) if path.name == BARE else packed(path)
        type(self).sent += len(body)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(body)))
        if path.suffix in TEXT:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Say nothing."""


@cache
def packed(path):
    """A file's bytes as they are sent."""
    return gzip.compress(path.read_bytes(), 6) if path.suffix in TEXT else path.read_bytes()


class Book:
    """A built book, served."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.handler = type("Handler", (Compressed,), {"sent": 0})
        serve = partial(self.handler, directory=str(self.folder))
        server = ThreadingHTTPServer(("127.0.0.1", 0), serve)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.home = f"http://127.0.0.1:{server.server_port}/"

    def pages(self):
        """The pages with live figures."""
        found = [self.folder / "index.html", *sorted(self.folder.glob("chapters/*.html"))]
        live = [path for path in found if 'class="live-box"' in path.read_text("utf-8")]
        return [path.relative_to(self.folder).as_posix() for path in live]
