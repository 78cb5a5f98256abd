"""Layers: parameters, a rule to go forward, and the pullback that the rule left behind to go backward (chapter 09).

``Network(layers)`` has the three methods of every network in this book: ``forward``, ``backward``, ``update_parameters``.
"""

from bpedu.layers.activations import (
    ELU,
    GELU,
    Activation,
    LeakyReLU,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from bpedu.layers.images import AvgPool2d, Conv2d, Flatten, GlobalAveragePool, MaxPool2d
from bpedu.layers.layer import Layer
from bpedu.layers.linear import Dense
from bpedu.layers.network import Network, Residual
from bpedu.layers.normalization import BatchNorm, Dropout, LayerNorm
from bpedu.layers.sequences import GRU, LSTM, RNN, Embedding, LastStep, MultiHeadAttention, Positions
from bpedu.memory import keep_freed_memory

keep_freed_memory()

__all__ = [
    "ELU",
    "GELU",
    "GRU",
    "LSTM",
    "RNN",
    "Activation",
    "AvgPool2d",
    "BatchNorm",
    "Conv2d",
    "Dense",
    "Dropout",
    "Embedding",
    "Flatten",
    "GlobalAveragePool",
    "LastStep",
    "Layer",
    "LayerNorm",
    "LeakyReLU",
    "MaxPool2d",
    "MultiHeadAttention",
    "Network",
    "Positions",
    "ReLU",
    "Residual",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
]
