"""The command `lentigo`: the list of verbs, and what becomes of an error.

Verbs import what they need when they run, so that `lentigo --help` answers at once.
"""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Sequence

import typer

from lentigo.cli import (
    audit,
    compare,
    crossvalidate,
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
from lentigo.cli.native_messages import hide_chatter
from lentigo.settings.errors import LentigoError
from lentigo.settings.run import NOTICE

MISUSE = 2

app = typer.Typer(
    name="lentigo",
    help=f"From dermoscopy images to a skin-lesion classifier you can believe and see into. {NOTICE}",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
data_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Import, draw, link and describe images."
)
app.add_typer(data_app, name="data")

data_app.command("import")(data_import.data_import)
data_app.command("link")(data_link.data_link)
data_app.command("synthesize")(data_synthesize.data_synthesize)
data_app.command("describe")(data_describe.data_describe)
app.command("audit")(audit.audit)
app.command("split")(split.split)
app.command("train")(train.train)
app.command("search")(search.search)
app.command("evaluate")(evaluate.evaluate)
app.command("compare")(compare.compare)
app.command("crossvalidate")(crossvalidate.crossvalidate)
app.command("ensemble")(ensemble.ensemble)
app.command("explain")(explain.explain)
app.command("export")(export.export)
app.command("predict")(predict.predict)
app.command("serve")(serve.serve)
app.command("score")(score.score)
app.command("submit")(submit.submit)
app.command("forensics")(forensics.forensics)
app.command("study")(study.study)
app.command("leak-pair")(leak_pair.leak_pair)
app.command("demo")(demo.demo)
app.command("doctor")(doctor.doctor)
app.command("sbom")(sbom.sbom)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; returns the exit code (0 fine, 1 a finding, 2 misuse)."""
    _quiet_frameworks()
    warnings.showwarning = output.show_warning  # type: ignore[assignment]
    try:
        app(args=None if arguments is None else list(arguments), prog_name="lentigo")
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
