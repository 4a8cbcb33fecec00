"""Recipe, manifest and split in; a run directory out: stages, batches, the loop, resume; and inference."""
