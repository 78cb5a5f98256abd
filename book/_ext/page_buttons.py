"""The buttons over a chapter: its notebook to take home and, where the book has a public address, Binder and Colab."""

import plan


def notebooks(stem: str, repository: str, branch: str):
    """The entries of the menu for one chapter."""
    yield link("Notebook, exercises blank", f"notebooks/{stem}.ipynb", "fas fa-book-open")
    yield link("Notebook, solved", f"notebooks/solved/{stem}.ipynb", "fas fa-check")
    if not repository:
        return
    host, _, name = repository.rstrip("/").removeprefix("https://").partition("/")
    path = f"chapters/{stem}.ipynb"
    if host == "github.com":
        yield link(
            "Run in Binder", f"https://mybinder.org/v2/gh/{name}/{branch}?urlpath=lab/tree/{path}", "fas fa-rocket"
        )
        yield link(
            "Open in Colab", f"https://colab.research.google.com/github/{name}/blob/{branch}/{path}", "fas fa-rocket"
        )


def link(text, url, icon):
    return {"type": "link", "text": text, "url": url, "icon": icon}


def add_buttons(app, pagename, templatename, context, doctree):
    if pagename not in {chapter.stem for chapter in plan.written()} or "header_buttons" not in context:
        return
    buttons = list(notebooks(pagename, app.config.bpedu_repository, app.config.bpedu_branch))
    context["header_buttons"].insert(
        0,
        {
            "type": "group",
            "tooltip": "Get this chapter as a notebook",
            "icon": "fas fa-download",
            "buttons": buttons,
            "label": "notebook-buttons",
        },
    )


def setup(app):
    app.add_config_value("bpedu_repository", "", "html", types=frozenset({str}))
    app.add_config_value("bpedu_branch", "main", "html", types=frozenset({str}))
    app.connect("html-page-context", add_buttons, priority=600)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
