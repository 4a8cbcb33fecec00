"""What belongs together: a manifest's table in, the group of each image out.

Two images share a group if a chain of shared patients, lesions, near-duplicate clusters or identical bytes
links them. An empty id means unknown and links nothing.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from lentigo.data.tables import warn

KEYS = ("patient_id", "lesion_id", "duplicate_group", "sha256")
LARGEST_USUAL = 50
"""A group of more images than this is probably chained together by a wrong match."""

Texts = npt.NDArray[np.object_]
Rows = npt.NDArray[np.int64]


def group_ids(table: pd.DataFrame) -> Texts:
    """The group of each image: the smallest image_id of its connected component.

    Args:
        table: image_id and any of `KEYS`, one row an image.

    Returns:
        Group ids (N,), text; the same whatever the order of rows.
    """
    num_images = len(table)
    links = [_links(table[key]) for key in KEYS if key in table]
    images = np.concatenate([rows for rows, _ in links]) if links else np.empty(0, dtype=np.int64)
    # each value of each key is a node of its own, behind the images
    offset, nodes = num_images, [np.empty(0, dtype=np.int64)]
    for _, values in links:
        nodes.append(values + offset)
        offset += int(values.max(initial=-1)) + 1
    values = np.concatenate(nodes)
    graph = coo_matrix((np.ones(len(images), dtype=np.int8), (images, values)), shape=(offset, offset))
    components = connected_components(graph, directed=False)[1][:num_images]
    return _named(components, table["image_id"])


def joined_groups(groups: Texts, first: Rows, second: Rows) -> Texts:
    """Groups (N,) joined further by pairs of rows; each called by the smallest name of those it joins."""
    codes, names = pd.factorize(groups, sort=True)
    smallest = smallest_of_components(len(names), codes[first], codes[second])
    return np.asarray(names, dtype=np.object_)[smallest][codes]


def smallest_of_components(num_nodes: int, first: Rows, second: Rows) -> Rows:
    """For each node (N,), the smallest node that links between `first` and `second` join it with."""
    links = (np.ones(len(first), dtype=np.int8), (first, second))
    graph = coo_matrix(links, shape=(num_nodes, num_nodes))
    components = connected_components(graph, directed=False)[1]
    return _smallest(components, np.arange(num_nodes))


def largest_group(groups: Texts) -> tuple[str, int]:
    """The group with most images and their number; of equals the first by name."""
    names, counts = np.unique(groups.astype(str), return_counts=True)
    return str(names[counts.argmax()]), int(counts.max())


def warn_of_chains(groups: Texts) -> None:
    """Warn if the largest group is unusually large."""
    name, size = largest_group(groups)
    if size > LARGEST_USUAL:
        warn(
            f"the group of {name!r} has {size} images; look at it, for one wrong duplicate match or id "
            "chains lesions together"
        )


def _links(column: pd.Series[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Positions of rows with a value, and the number of that value, from 0."""
    rows = np.flatnonzero((column != "").to_numpy())
    return rows, pd.factorize(column.iloc[rows])[0].astype(np.int64)


def _named(components: npt.NDArray[np.int32], image_ids: pd.Series[str]) -> Texts:
    order, names = pd.factorize(image_ids.to_numpy(dtype=np.object_), sort=True)
    return np.asarray(names, dtype=np.object_)[_smallest(components, order.astype(np.int64))]


def _smallest(components: npt.NDArray[np.int32], values: Rows) -> Rows:
    """For each row, the smallest value of its component."""
    smallest = np.full(int(components.max(initial=-1)) + 1, np.iinfo(np.int64).max)
    np.minimum.at(smallest, components, values)
    return smallest[components]
