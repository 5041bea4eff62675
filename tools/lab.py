"""Configuration of JupyterLab for the chapters: `jupyter lab --config tools/lab.py`.

A chapter on disk holds no scripts: its figures get them when Lab opens it, so that they are
alive before the first cell runs, and lose them when Lab saves it.
"""

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

from momentumlib.live.frame.notebook import emptied, filled


class Contents(AsyncLargeFileManager):
    """Notebooks in files without what the library has, and with it in Lab."""

    async def get(self, *args, **options):
        """A file's or folder's model, as Lab gets it."""
        model = await super().get(*args, **options)
        if model["type"] == "notebook" and model["content"]:
            filled(model["content"])
        return model

    async def save(self, model, path=""):
        """Write what Lab holds."""
        if model.get("type") == "notebook" and model.get("content"):
            emptied(model["content"])
        return await super().save(model, path)


c.ServerApp.contents_manager_class = Contents  # noqa: F821 (Jupyter gives it)
