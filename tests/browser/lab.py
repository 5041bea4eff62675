"""A notebook in JupyterLab, for tests: the server, the page, and what a reader does there."""

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import nbformat
from nbformat.sign import NotebookNotary
from playwright.sync_api import TimeoutError as NotYet

FLAGS = [
    "--no-browser",
    "--allow-root",
    "--ip=127.0.0.1",
    "--ServerApp.port=0",
    "--IdentityProvider.token=",
    "--LabApp.expose_app_in_browser=True",
    f"--config={Path(__file__).parents[2] / 'tools' / 'lab.py'}",
]

#: Lab asks other hosts for news and for updates; as `make lab` has it, it does not.
SETTINGS = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}


def write(path, cells):
    """Write a notebook of code cells."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    book.metadata["kernelspec"] = {"display_name": "Python 3", "name": "python3"}
    nbformat.write(book, path)


def copy(path, folder):
    """Copy a notebook and trust it, as `make lab` does."""
    book = nbformat.read(path, as_version=4)
    nbformat.write(book, folder / path.name)
    data = folder / ".jupyter" / "data"
    data.mkdir(parents=True)
    NotebookNotary(data_dir=str(data)).sign(book)


@contextmanager
def server(folder):
    """The address of a JupyterLab in `folder`, which takes no settings from elsewhere."""
    home = folder / ".jupyter"
    settings = home / "config" / "labconfig" / "page_config.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps(SETTINGS), "utf-8")
    env = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "IPYTHON"))}
    env |= {f"JUPYTER_{k.upper()}_DIR": str(home / k) for k in ("config", "data", "runtime")}
    env["IPYTHONDIR"] = str(home / "ipython")
    command = [sys.executable, "-m", "jupyterlab", *FLAGS]
    with open(home / "log", "w", encoding="utf-8") as log:
        lab = subprocess.Popen(command, cwd=folder, env=env, stdout=log, stderr=log)
    try:
        started = home / "runtime" / f"jpserver-{lab.pid}.json"
        while not started.exists():
            if lab.poll() is not None:
                raise RuntimeError(
                    "JupyterLab ended:\n" + (home / "log").read_text("utf-8")[-3000:]
                )
            time.sleep(0.1)
        yield json.loads(started.read_text("utf-8"))["url"]
    finally:
        lab.terminate()  # it ends its kernels, then itself
        try:
            lab.wait(60)
        except subprocess.TimeoutExpired:
            lab.kill()
            raise


def eventually(check, seconds=10):
    """Wait until check() is true: what a page or a kernel does takes a moment."""
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.05)


class Notebook:
    """A notebook opened in a page; `faults` is what went wrong there."""

    def __init__(self, page, home, name):
        self.page, self.faults = page, []
        own = (home, home.replace("http", "ws", 1), "data:", "blob:")

        def asked(request):
            if not request.url.startswith(own):
                self.faults.append(f"asked another host: {request.url}")

        def said(message):
            if message.type == "error":
                self.faults.append(message.text)

        page.set_default_timeout(90_000)
        page.on("request", asked)
        page.on("console", said)
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.goto(f"{home}lab/tree/{name}")
        page.wait_for_function(
            """(name) => {
              const shown = window.jupyterapp?.shell.currentWidget;
              return shown?.context?.path === name && shown.content.widgets.length
                && shown.sessionContext.session?.kernel?.status === "idle";
            }""",
            arg=name,
        )

    def menu(self, *path):
        """Choose from the menu bar, as in menu("Run", "Run All Cells")."""
        for name in path:
            self.page.locator(f"[class$=-itemLabel]:text-is('{name}'):visible").click()

    def run(self, code):
        """Run a new cell at the end; its outputs, as a notebook stores them."""
        return self.page.evaluate(
            """async (code) => {
              const { commands, shell } = jupyterapp, notebook = shell.currentWidget.content;
              notebook.activeCellIndex = notebook.widgets.length - 1;
              await commands.execute("notebook:insert-cell-below");
              const cell = notebook.activeCell.model;
              cell.sharedModel.setSource(code);
              await commands.execute("notebook:run-cell");
              return cell.outputs.toJSON();
            }""",
            code,
        )

    def value(self, expression):
        """What a Python expression is in the kernel, by way of JSON."""
        (output,) = self.run(f"import json; print(json.dumps({expression}))")
        assert output["output_type"] == "stream", output.get("evalue")
        return json.loads(output["text"])

    def figure(self, key, seconds=90):
        """A live figure, drawn and on the screen."""
        figure = self.page.locator(f"figure.live#{key}[data-ms]")
        for _ in range(seconds):
            self.go(f'key="{key}"')
            with suppress(NotYet):
                figure.wait_for(timeout=1000)
                return figure
        raise NotYet(f"the figure {key} was not drawn in {seconds} seconds")

    def go(self, text):
        """Go to the cell that holds `text`, as a reader does.

        Lab lays out only what is near the screen, and what it lays out above moves the cell away
        again: who wants to see it goes there once more.
        """
        self.page.evaluate(
            """(text) => jupyterapp.shell.currentWidget.content.widgets
              .find((cell) => cell.model.sharedModel.source.includes(text))
              .node.scrollIntoView()""",
            text,
        )
