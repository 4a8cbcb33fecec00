"""An evaluated part in; further figures of its entry in `evaluation.json` out."""
