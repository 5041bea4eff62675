"""References by number read the page that they lead to once, not once each.

Sphinx asks for the whole stored page, with all its figures, to see what kind of thing a reference
means: a tenth of the time in which the book is built.
"""


def look_once(app):
    """Keep the pages at which references look; nobody changes them there."""
    domain, pages = app.env.get_domain("std"), {}
    resolve, read = domain._resolve_numref_xref, app.env.get_doctree

    def page(name):
        if name not in pages:
            pages[name] = read(name)
        return pages[name]

    def resolved(env, *where):
        env.get_doctree = page  # for this call: who writes a page changes his own copy
        try:
            return resolve(env, *where)
        finally:
            del env.get_doctree

    domain._resolve_numref_xref = resolved


def setup(app):
    """Before anything is resolved."""
    app.connect("builder-inited", look_once)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
