"""The command `lentigo`: the one table of verbs, and what becomes of an error.

Verbs import what they need when they run, so that `lentigo --help` answers at once.
"""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from lentigo.api.extras import extra_of, install
from lentigo.cli import (
    audit,
    backbones,
    compare,
    crossvalidate,
    data_cache,
    data_describe,
    data_download,
    data_import,
    data_link,
    data_synthesize,
    demo,
    doctor,
    ensemble,
    evaluate,
    explain,
    export,
    fetch_runtime,
    forensics,
    keys,
    leak_pair,
    output,
    predict,
    recipes,
    runs,
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
from lentigo.cli.listing import Verbs
from lentigo.cli.native_messages import hide_chatter
from lentigo.settings import NOTICE
from lentigo.settings.errors import LentigoError

MISUSE = 2

VERBS: dict[str, Callable[..., None]] = {
    "data download": data_download.data_download,
    "data import": data_import.data_import,
    "data link": data_link.data_link,
    "data synthesize": data_synthesize.data_synthesize,
    "data describe": data_describe.data_describe,
    "data cache": data_cache.data_cache,
    "audit": audit.audit,
    "split": split.split,
    "recipes": recipes.recipes,
    "recipes show": recipes.show,
    "keys": keys.keys,
    "backbones": backbones.backbones,
    "train": train.train,
    "search": search.search,
    "evaluate": evaluate.evaluate,
    "runs": runs.runs,
    "compare": compare.compare,
    "crossvalidate": crossvalidate.crossvalidate,
    "ensemble": ensemble.ensemble,
    "explain": explain.explain,
    "export": export.export,
    "fetch-runtime": fetch_runtime.fetch_runtime,
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
"""The verbs; the first of two words is a group, which may be a verb itself. To add one: a file, and a row
here; help lists it in the section that `listing.SECTIONS` says."""

GROUPS = {"data": "Fetch, import, draw, link and describe images."}


def build_app() -> typer.Typer:
    """The command with the verbs that `VERBS` holds now."""
    app = _group(f"From dermoscopy images to a skin-lesion classifier you can believe and see into. {NOTICE}")
    app.callback()(_options)
    groups = {"": app}
    for name, verb in VERBS.items():
        group, _, word = name.rpartition(" ")
        if group not in groups:
            groups[group] = _group(GROUPS.get(group, ""))
            app.add_typer(groups[group], name=group)
        if any(other.startswith(f"{name} ") for other in VERBS):
            groups[name] = typer.Typer(cls=Verbs, invoke_without_command=True, rich_markup_mode=None)
            groups[name].callback()(verb)
            groups[group].add_typer(groups[name], name=word)
        else:
            groups[group].command(word, cls=Verb)(verb)
    return app


def _group(title: str) -> typer.Typer:
    return typer.Typer(
        name="lentigo",
        cls=Verbs,
        help=title or None,
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"]},
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )


def _show_version(is_asked: bool) -> None:
    if is_asked:
        import lentigo

        output.write(f"lentigo {lentigo.__version__}\n")
        raise typer.Exit


def _options(
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version and exit.", is_eager=True, callback=_show_version),
    ] = False,
) -> None:
    """Options of the command itself; `version` has been answered before this is called."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; returns the exit code (0 fine, 1 a finding, 2 misuse)."""
    _quiet_frameworks()
    warnings.showwarning = output.show_warning  # type: ignore[assignment]
    try:
        build_app()(args=None if arguments is None else list(arguments), prog_name="lentigo")
    except LentigoError as error:
        output.error(str(error))
        return MISUSE
    except ModuleNotFoundError as error:
        if (extra := extra_of(error.name)) is None:
            raise
        output.error(f"this needs {error.name}, which is not installed; to install it: {install(extra)}")
        return MISUSE
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except OSError as error:
        output.forget_output()  # help that could not be printed would be tried again at the end
        output.error(
            f"{error.filename or 'the system cannot go on'}: {error.strerror or error}; make room, or mend it"
        )
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
