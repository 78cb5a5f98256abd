"""Links between chapters: to pages that exist, and plain words where a chapter is still to come."""

import re

import plan

LINK = re.compile(r"(?<!!)\[((?:[^][]|\[[^]]*\])+)\]\((?:\.\./chapters/)?(\w+)\.ipynb(#[^)\s]*)?\)")


def between_chapters(text: str) -> str:
    """Markdown with its links to notebooks made fit for Sphinx; "chapter 22 (to come)" where there is no such notebook."""
    known = {chapter.stem for chapter in plan.written()}

    def link(match):
        words, stem, anchor = match.groups()
        return f"[{words}]({stem}.ipynb{slug(anchor)})" if stem in known else f"{words} (to come)"

    return LINK.sub(link, text)


def slug(anchor: str | None) -> str:
    """JupyterLab's anchor of a heading ("#The-gradient") as Sphinx's ("#the-gradient")."""
    return "#" + re.sub(r"[^\w-]", "", anchor.lower()) if anchor else ""
