"""`lentigo export`: a run leaves the lab as a bundle, or as a folder that answers in the browser."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from lentigo.cli import output


def export(
    run: Annotated[Path, typer.Argument(help="A run directory; with --web alone also a bundle.")],
    out: Annotated[
        Path | None,
        typer.Option(file_okay=False, help="The bundle's directory; an earlier bundle there is replaced."),
    ] = None,
    web: Annotated[
        Path | None,
        typer.Option(
            file_okay=False,
            help="A folder of static files, in which the page's own browser answers; an earlier one there is "
            "replaced.",
        ),
    ] = None,
    runtime: Annotated[
        Path | None,
        typer.Option(
            help="For --web: a folder of onnxruntime-web, or npm's archive of it, instead of what `lentigo "
            "fetch-runtime` has left."
        ),
    ] = None,
    manifest: Annotated[Path | None, typer.Option(help="Where the manifest is now, if it has moved.")] = None,
    int8: Annotated[
        bool, typer.Option("--int8", help="Quantise to 8 bits; refused where answers change too much.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Write a run as a bundle, one ONNX network with facts and card, once its answers equal the run's.

    With --web, write the service's page as a folder that any server of files can give out: the browser runs
    the network, and no image leaves it.
    """
    _require_place(run, out, web, runtime)
    start = time.monotonic()
    output.notice()
    made = _made(run, out, web, runtime, {"manifest": manifest, "int8": int8})
    output.result(summary(made), made, json)
    output.advise(f"took {output.seconds_since(start)}")
    if out:
        output.next_command(f"lentigo predict {out} IMAGE")
        output.next_command(f"lentigo serve {out}")
    if web:
        output.next_command(f"python -m http.server --directory {web} --bind 127.0.0.1 8080")


def _require_place(run: Path, out: Path | None, web: Path | None, runtime: Path | None) -> None:
    from lentigo.bundle.loading import is_bundle
    from lentigo.settings.errors import BundleError

    if out is None and web is None:
        raise BundleError("nowhere to write to; give --out BUNDLE, --web FOLDER, or both")
    if out is not None and is_bundle(run):
        raise BundleError(f"{run} is a bundle already; of a bundle a folder is made, with --web alone")
    if runtime is not None and web is None:
        raise BundleError("--runtime is for a folder that answers in the browser; give --web FOLDER too")


def _made(
    run: Path, out: Path | None, web: Path | None, runtime: Path | None, options: dict[str, Any]
) -> dict[str, Any]:
    from lentigo import api

    if web is not None and out is not None:
        from lentigo.web.runtime import find

        find(runtime)  # before the work of minutes
    made = {} if out is None else api.export(run, out, say=output.advise, **options)
    if web is None:
        return made
    if out is not None:
        return made | api.export_web(out, web, runtime=runtime, say=output.advise)
    return api.export_web(run, web, runtime=runtime, say=output.advise, **options)


def summary(made: dict[str, Any]) -> str:
    """The bundle, its size, and how far its answers lie from the run's; the folder and its parts."""
    lines = []
    if "bundle" in made:
        lines += _bundle_lines(made)
    if "web" in made:
        sizes = {name: f"{size / 1e6:.1f}" for name, size in made["sizes"].items()}
        total = sum(made["sizes"].values()) / 1e6
        lines.append(
            f"browser folder: {made['web']} ({total:.1f} MB: page {sizes['page']}, model {sizes['model']}, "
            f"runtime {sizes['runtime']}, of which a browser loads a third or two)"
        )
    return "\n".join(lines)


def _bundle_lines(made: dict[str, Any]) -> list[str]:
    from lentigo.bundle.quantization import in_words

    parity = made["parity"]
    megabytes = sum(made["files"].values()) / 1e6
    return [
        f"bundle: {made['bundle']} ({megabytes:.1f} MB)",
        f"equal to the run on {parity['n_images']} image files: probabilities within "
        f"{parity['max_difference']:.1e}, saliency within {parity['max_saliency_difference']:.1e}",
        *([in_words(parity["int8"])] if "int8" in parity else []),
    ]
