"""Training: the loop that chapters 09 and 11 take apart, with history, early stopping, saving and loading."""

from bpedu.training.loop import History, accuracy, evaluate, minibatches, train
from bpedu.training.saving import load, save

__all__ = ["History", "accuracy", "evaluate", "load", "minibatches", "save", "train"]
