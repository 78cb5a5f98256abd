"""Sphinx configuration of the book. Run through `make book`, which prepares the source that Sphinx reads."""

import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE / "_ext")]

project = "Backpropagation, from one neuron to a Transformer"
html_title = "Backpropagation"
author = "The bpedu authors"
copyright = "The bpedu authors. Text CC BY 4.0, code MIT"
language = "en"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.viewcode",
    "exercise_cards",
    "cross_references",
    "typesetting",
    "passages",
    "page_buttons",
    "api_docs",
]
exclude_patterns = ["figures"]
nb_execution_mode = "off"
nb_render_markdown_format = "myst"
nb_code_prompt_show = "Show the code"
nb_code_prompt_hide = "Hide the code"
nb_output_stderr = "error"
myst_enable_extensions = ["amsmath", "dollarmath", "deflist"]
myst_heading_anchors = 3
myst_update_mathjax = False
suppress_warnings = ["config.cache"]

# A public address of the book's repository ("https://github.com/owner/name") adds Binder and Colab to each chapter.
bpedu_repository = os.environ.get("BPEDU_REPOSITORY_URL", "")
bpedu_branch = os.environ.get("BPEDU_REPOSITORY_BRANCH", "main")

autodoc_member_order = "bysource"
autodoc_typehints = "none"
add_module_names = False
toc_object_entries = False

html_context = {"default_mode": "auto"}
html_theme = "sphinx_book_theme"
html_static_path = [str(HERE / "_static"), str(HERE / "_build" / "source" / "figures")]
templates_path = [str(HERE / "_templates")]
html_css_files = ["figures.css", "book.css"]
html_js_files = [("figures.js", {"defer": "defer"}), ("book.js", {"defer": "defer"})]
html_copy_source = False
html_show_sourcelink = False
html_show_search_summary = False  # a page opened from a disk may not fetch the others: _ext/passages.py quotes instead
html_theme_options = {
    "navbar_start": [],
    "navbar_center": [],
    "navbar_end": [],
    "navbar_persistent": [],
    "use_download_button": False,
    "use_fullscreen_button": False,
    "home_page_in_toc": True,
    "show_navbar_depth": 1,
    "show_toc_level": 2,
    "search_bar_text": "Search the book",
    "toc_title": "On this page",
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "github-dark",
}
html_sidebars = {"**": ["navbar-logo.html", "search-button-field.html", "sbt-sidebar-nav.html"]}

# MathJax 3 stands in _static/vendor: one file that loads nothing else, so that it works from a disk too.
mathjax_path = "vendor/mathjax/tex-svg-full.js"
mathjax3_config = {
    "tex": {"tags": "none"},
    "svg": {"fontCache": "global", "mtextInheritFont": True},
    "options": {"enableMenu": False, "ignoreHtmlClass": "bd-main", "processHtmlClass": "math"},
}
