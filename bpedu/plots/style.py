"""One look for all figures: colours that differ for colour-blind readers too, and files that come out the same twice.

The colours are Okabe and Ito's (2008). Class 1, predictions and values over wires are cool; class 0 and gradients are
warm; a second sign (a marker, a dash) always goes with the colour. Figures are drawn on a white panel of their own: it
reads well on a light page, on a dark page and on paper, which grey lines on a transparent ground do not.
"""

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.colors import LinearSegmentedColormap

BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
PURPLE, SKY, YELLOW, INK, SOFT = "#CC79A7", "#56B4E9", "#F0E442", "#1F2328", "#57606A"
VALUE, GRADIENT = "#00694B", "#B03A00"  # the same green and red, dark enough for text
CYCLE = (BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY)

CLASSES = LinearSegmentedColormap.from_list("bpedu_classes", ["#F4D08A", "#FFFFFF", "#8CBEDD"])
DIVERGING = LinearSegmentedColormap.from_list("bpedu_diverging", [VERMILION, "#FFFFFF", BLUE])

SETTINGS = {
    "axes.axisbelow": True,
    "axes.edgecolor": SOFT,
    "axes.facecolor": "white",
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.prop_cycle": mpl.cycler(color=CYCLE),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "figure.constrained_layout.use": True,
    "figure.dpi": 96,
    "figure.facecolor": "white",
    "figure.figsize": (5.6, 3.6),
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "grid.color": "#E3E7EB",
    "grid.linewidth": 0.7,
    "image.cmap": "gray_r",
    "legend.frameon": False,
    "lines.linewidth": 2,
    "savefig.dpi": 192,
    "savefig.facecolor": "white",
    "svg.fonttype": "none",
    "svg.hashsalt": "bpedu",
    "text.color": INK,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
}


def style():
    """Use the book's look from here on. In a notebook, figures are then drawn with two pixels per point of the screen."""
    mpl.rcParams.update(SETTINGS)
    if "inline" in mpl.get_backend():
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats("retina")


def axes_or_new(ax, *, figsize=None):
    """The axes given, or those of a new figure in the book's look."""
    if ax is None:
        style()
        ax = plt.subplots(figsize=figsize)[1]
    return ax
