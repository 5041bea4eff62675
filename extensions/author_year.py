"""The labels of the bibliography: author and year, as the text cites, instead of a number."""

from pybtex.backends.plaintext import Backend
from pybtex.plugin import register_plugin
from pybtex.style.formatting.plain import Style
from pybtex.style.labels import BaseLabelStyle


def names(people):
    """The last names of an entry's authors, as in a citation: one, two, or "et al."."""
    last = [" ".join(str(part) for part in person.rich_last_names) for person in people]
    return f"{last[0]} et al." if len(last) > 2 else " and ".join(last)


class AuthorYear(BaseLabelStyle):
    """Polyak, 1964."""

    def format_labels(self, sorted_entries):
        """One label for each entry."""
        for entry in sorted_entries:
            yield f"{names(entry.persons['author'])}, {entry.fields['year']}"


class Plain(Style):
    """pybtex's plain style with these labels."""

    default_label_style = AuthorYear


def setup(app):
    """Make the style known as `author_year`."""
    register_plugin("pybtex.style.formatting", "author_year", Plain)
    # Each citation asks for this one, and would look through all that is installed.
    register_plugin("pybtex.backends", "plaintext", Backend, force=True)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
