"""Images and tables in; a manifest, a split without leaks, and pixels out.

Read in this order:

* `taxonomy`: the classes, their names and colours, and what a network is asked to tell apart.
* `tables`: CSV files, read strictly and written atomically.
* `sources/`: one module for each form that images and labels come in; each yields a `SourceTable`.
* `importing`: a source becomes a manifest: every file hashed, measured, and kept or rejected with a reason.
* `manifest`: `manifest.csv` and `manifest.json`, the one description of the images that all else reads.
* `groups` and `split`: what belongs together, and train, validation and test with no group on two sides.
* `pixels`, `fingerprints`, `cache`, `warp`: from a file to the uint8 pixels a network takes.

Nothing is imported here: `taxonomy` and `pixels` serve installations without pandas.
"""
