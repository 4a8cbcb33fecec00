"""The web page of the service: plain HTML, CSS and JavaScript modules, nothing from anywhere else."""

from lentigo.service.page.routes import add_page

__all__ = ["add_page"]
