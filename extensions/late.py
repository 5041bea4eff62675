"""Scripts that a page can be read without: they come last, or not at all."""

import json
import re

#: Scripts of the theme and of Sphinx that most pages have no work for, and what asks for them.
#: Words that were searched for are marked by folds.js.
IDLE = {
    "togglebutton": r'class="(?:[^"]* )?(?:toggle|admonition dropdown)[ "]',
    "design-tabs": r'class="(?:[^"]* )?sd-tab-set[ "]',
    "sphinx_highlight": None,
    "copy": r'<div class="highlight',
}
#: Scripts that a page can be read without: once it is there, each runs in a task of its own.
LATE = re.compile(
    r'<script defer(?:="defer")? src="([^"]*_static/(?:stills/[\w-]+|doctools|copy|togglebutton'
    r'|scripts/[\w-]+)\.js[^"]*)"></script>\s*'
)
# A script that a script adds does not wait for deferred ones, and may need what they give.
LATER = """<script>addEventListener("DOMContentLoaded", () => {{
  for (const src of {}) document.body.append(
    Object.assign(document.createElement("script"), {{ src, async: false }}));
}});</script>
"""


def late(page):
    """A page whose theme's scripts come last, without those that have no work in it.

    >>> theme = '<script defer src="_static/scripts/theme.js"></script>'
    >>> page = '<script defer src="_static/copy.js?v=1"></script>' + theme + "<p></p></body>"
    >>> print(late(page).strip())
    <p></p><script>addEventListener("DOMContentLoaded", () => {
      for (const src of ["_static/scripts/theme.js"]) document.body.append(
        Object.assign(document.createElement("script"), { src, async: false }));
    });</script>
    </body>
    """
    for name, asked in IDLE.items():
        if asked is None or not re.search(asked, page):
            page = re.sub(
                rf"<script defer\b[^>]*/{re.escape(name)}\.js[^>]*></script>\s*", "", page
            )
    files = LATE.findall(page)
    script = LATER.format(json.dumps(files)) if files else ""
    return LATE.sub("", page).replace("</body>", f"{script}</body>")
