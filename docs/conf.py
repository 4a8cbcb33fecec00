"""The documentation site: `make docs` builds it, from the same Markdown that is read in the repository."""

from __future__ import annotations

import re
from importlib import metadata
from typing import Any

project = "Lentigo"
author = "The Lentigo authors"
release = metadata.version("lentigo")
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
root_doc = "index"
html_theme = "furo"
html_title = "Lentigo"
html_show_copyright = False
html_show_sphinx = False
myst_heading_anchors = 3
autodoc_typehints = "signature"

# Pages that lie beside `docs` in the repository; docs/project includes them
OUTSIDE = {
    "benchmarks/README": "benchmarks",
    "CHANGELOG": "changelog",
    "CONTRIBUTING": "contributing",
    "SECURITY": "security",
}
LINK = re.compile(rf"\]\((?:\.\./)+({'|'.join(OUTSIDE)})\.md")


def inside(text: str) -> str:
    """The page with links that lead out of `docs` turned to the pages that include what they lead to."""
    return LINK.sub(lambda found: f"](/project/{OUTSIDE[found[1]]}.md", text)


def turn_links(_app: Any, _page: str, source: list[str]) -> None:
    """Sphinx's `source-read`: change the text of a page before it is parsed."""
    source[0] = inside(source[0])


def setup(app: Any) -> None:
    """Called by Sphinx."""
    app.connect("source-read", turn_links)
