"""The command `lentigo`: the one table of verbs, and what becomes of an error.

Verbs import what they need when they run, so that `lentigo --help` answers at once.
"""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Callable, Sequence

import typer

from lentigo.cli import (
    audit,
    compare,
    crossvalidate,
    data_cache,
    data_describe,
    data_import,
    data_link,
    data_synthesize,
    demo,
    doctor,
    ensemble,
    evaluate,
    explain,
    export,
    forensics,
    leak_pair,
    output,
    predict,
    sbom,
    score,
    search,
    serve,
    split,
    study,
    submit,
    train,
)
from lentigo.cli.choices import Verb
from lentigo.cli.native_messages import hide_chatter
from lentigo.settings.errors import LentigoError
from lentigo.settings.run import NOTICE

MISUSE = 2

VERBS: dict[str, Callable[..., None]] = {
    "data import": data_import.data_import,
    "data link": data_link.data_link,
    "data synthesize": data_synthesize.data_synthesize,
    "data describe": data_describe.data_describe,
    "data cache": data_cache.data_cache,
    "audit": audit.audit,
    "split": split.split,
    "train": train.train,
    "search": search.search,
    "evaluate": evaluate.evaluate,
    "compare": compare.compare,
    "crossvalidate": crossvalidate.crossvalidate,
    "ensemble": ensemble.ensemble,
    "explain": explain.explain,
    "export": export.export,
    "predict": predict.predict,
    "serve": serve.serve,
    "score": score.score,
    "submit": submit.submit,
    "forensics": forensics.forensics,
    "study": study.study,
    "leak-pair": leak_pair.leak_pair,
    "demo": demo.demo,
    "doctor": doctor.doctor,
    "sbom": sbom.sbom,
}
"""The verbs in the help's order; the first of two words is a group. To add one: a file, and a row here."""

GROUPS = {"data": "Import, draw, link and describe images."}


def build_app() -> typer.Typer:
    """The command with the verbs that `VERBS` holds now."""
    app = typer.Typer(
        name="lentigo",
        help=f"From dermoscopy images to a skin-lesion classifier you can believe and see into. {NOTICE}",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    groups = {"": app}
    for name, verb in VERBS.items():
        group, _, word = name.rpartition(" ")
        if group not in groups:
            groups[group] = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=GROUPS.get(group))
            app.add_typer(groups[group], name=group)
        groups[group].command(word, cls=Verb)(verb)
    return app


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; returns the exit code (0 fine, 1 a finding, 2 misuse)."""
    _quiet_frameworks()
    warnings.showwarning = output.show_warning  # type: ignore[assignment]
    try:
        build_app()(args=None if arguments is None else list(arguments), prog_name="lentigo")
    except LentigoError as error:
        output.error(str(error))
        return MISUSE
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except OSError as error:
        if error.filename is None:
            raise
        output.error(f"{error.filename}: {error.strerror}")
        return MISUSE
    return 0


def _quiet_frameworks() -> None:
    """Choose the backend and silence start-up chatter, unless the user has said otherwise."""
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", category=DeprecationWarning)


def script() -> None:
    """The entry point of the installed command."""
    hide_chatter()
    sys.exit(main())
