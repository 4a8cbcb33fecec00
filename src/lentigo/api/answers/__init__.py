"""Who answers which images: answers of a run on a part, its calibration and thresholds, baselines."""
