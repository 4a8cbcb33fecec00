"""The web page: plain HTML, CSS and JavaScript modules, nothing from anywhere else.

One page for two that give it out: `service`, where the server answers, and `web`, where the browser does.
Which of them answers is said by `modules/source.js` alone.
"""

from lentigo.page.files import FRONT, PageFile, page_files

__all__ = ["FRONT", "PageFile", "page_files"]
