"""The verbs as functions: what the command line calls and Python users import.

>>> import lentigo
>>> run = lentigo.train("lite0-eight", "DATA/manifest.csv", "DATA/split.csv", "RUN")
>>> lentigo.evaluate(run)["metrics"]["balanced_accuracy"]
"""

from lentigo.api.demo import demo
from lentigo.api.evaluation import evaluate
from lentigo.api.explanation import explain
from lentigo.api.prediction import predict
from lentigo.api.training import train

__all__ = ["demo", "evaluate", "explain", "predict", "train"]
