"""Arrays in, numbers out: metrics with intervals, curves, baselines, and the leak guard."""
