"""`lentigo data download`: a public set from its official addresses, resumed, checked, with its licence."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lentigo.cli import output

Name = Annotated[str, typer.Argument(help="The set; without one, the sets there are.")]
Out = Annotated[Path | None, typer.Option(file_okay=False, help="The folder for it; default: its name.")]
TablesOnly = Annotated[bool, typer.Option("--tables-only", help="Leave the images out.")]


def data_download(
    name: Name = "",
    out: Out = None,
    tables_only: TablesOnly = False,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Fetch a public set of skin images from where its publisher keeps it.

    Says size, licence and citation first. Given again, it goes on where it stopped; it checks what came.
    """
    from lentigo.api.data.downloading import announcement, download, listing
    from lentigo.data.sources.sets.table import SETS, name_of

    if not name:
        rows = listing()
        output.result(_listed(rows), {"sets": rows}, json)
        return
    found = name_of(name)
    chosen = SETS[found]
    for line in announcement(chosen, tables_only):
        output.advise(line)
    with output.phases() as advance:
        done = download(found, out or Path(found), tables_only=tables_only, progress=advance)
    facts = {"folder": str(done.folder), "fetched": list(done.fetched), "licence": chosen.licence}
    fetched = ", ".join(done.fetched) or "nothing: all of it was there"
    output.result(f"{done.folder}: fetched {fetched}", facts, json)
    if chosen.by_hand:
        output.advise(f"what is left: {chosen.by_hand} ({chosen.page})")
    output.next_command(done.command)


def _listed(rows: list[dict[str, object]]) -> str:
    from lentigo.api.data.downloading import told_size

    lines = []
    for row in rows:
        size = int(str(row["num_bytes"]))
        how = told_size(size) if size else "by hand"
        lines.append(
            f"{row['name']:<22}{row['num_images']:>9,}  {how:>8}  {row['licence']:<28}{row['title']}"
        )
    return "\n".join(lines)
