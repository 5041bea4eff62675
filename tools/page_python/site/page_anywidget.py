"""What of anywidget the live figures need in a page: traits, and those that the page sees."""

import traitlets


class AnyWidget(traitlets.HasTraits):
    """A figure without a kernel's other end: the page takes its state and draws it."""

    def state(self):
        """What the page's JavaScript sees, by name; bytes among it."""
        shown = self.trait_names(sync=True)
        return {name: getattr(self, name) for name in shown}

    def on_msg(self, handler):
        """What the page asks for comes from its own scripts."""
