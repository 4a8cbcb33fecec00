"""`lentigo serve`: a bundle over HTTP, with a web page."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import typer

from lentigo.cli import output


def serve(
    bundle: Annotated[Path, typer.Argument(help="A bundle, from `lentigo export`.")],
    host: Annotated[
        str, typer.Option(help="Address; any but this machine's own needs a token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.", min=0, max=65535)] = 8000,
    token_file: Annotated[
        Path | None,
        typer.Option(
            help="File with bearer tokens, one a line; read again when it changes. Or LENTIGO_TOKEN."
        ),
    ] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(help="A name the service goes by besides localhost; may be repeated."),
    ] = None,
    audit_log: Annotated[
        Path | None, typer.Option(help="File for the audit log (JSON lines); default: standard error.")
    ] = None,
    threads: Annotated[int, typer.Option(help="Threads that compute; 0: one a processor core.", min=0)] = 0,
) -> None:
    """Serve a bundle over HTTP: a web page at /, predictions at /v1/predict, text about it at /docs.

    Ctrl+C or SIGTERM stops it once everything accepted is answered.
    """
    from lentigo.bundle.loading import load_bundle
    from lentigo.service import server
    from lentigo.service.admission.hosts import hosts_for
    from lentigo.service.admission.tokens import Tokens
    from lentigo.service.app import Access, create_application
    from lentigo.service.watching.audit import Audit

    _ignore_odd_input()
    output.notice()
    tokens = Tokens(token_file)
    server.require_token(host, tokens)
    listener = server.listen(host, port)
    application = create_application(
        load_bundle(bundle, num_threads=1),
        access=Access(tokens, hosts_for(host, allow_host or ())),
        audit=Audit(audit_log),
        num_threads=threads,
    )
    output.advise(f"serving {bundle} at {server.address_of(listener)} (Ctrl+C stops)")
    server.serve(application, listener)


def _ignore_odd_input() -> None:
    """What libraries find odd in a request would otherwise stand among the lines of the audit log."""
    for name in ("python_multipart", "uvicorn"):
        logging.getLogger(name).setLevel(logging.ERROR)
