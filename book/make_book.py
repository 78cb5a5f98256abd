"""Renders the book: executed notebooks -> book/_build/source -> book/_build/html.

python book/make_book.py            the book as a web site, warnings as errors
python book/make_book.py --pdf      also one PDF of the whole book, book/_build/bpedu.pdf (needs Chromium)
"""

import argparse
import re
import shutil
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
BUILD = HERE / "_build"
HTML = BUILD / "html"
FRESH = BUILD / "html-new"  # takes the place of HTML when it is whole
ICON = re.compile(
    r'"?([\w-]+)"?:\[\d+,\d+,\[[^\]]*\],"[^"]*","[^"]*"\],?'
)  # bars:[448,512,["navicon"],"f0c9","M0 96…"],


def build() -> int:
    """Prepares the source and runs Sphinx on it. Returns Sphinx's exit code."""
    import prepare
    from sphinx.cmd.build import main as sphinx

    began = time.perf_counter()
    stems = prepare.prepare()
    shutil.rmtree(FRESH, ignore_errors=True)
    failed = sphinx(["-b", "html", "-W", "--keep-going", "-q", "-E", "-d", str(BUILD / "doctrees"), "-c", str(HERE),
                     str(BUILD / "source"), str(FRESH)])  # fmt: skip
    if failed:
        return failed
    take_notebooks(stems)
    for useless in [*FRESH.rglob("*.map"), *FRESH.rglob("*macros.html")]:  # for those who mend the theme: half the site
        useless.unlink()
    leave_out_icons()
    size = sum(f.stat().st_size for f in FRESH.rglob("*") if f.is_file()) / 1e6
    shutil.rmtree(HTML, ignore_errors=True)
    FRESH.rename(HTML)
    print(f"{len(stems)} chapters in {time.perf_counter() - began:.0f} s, {size:.1f} MB: {HTML / 'index.html'}")
    return 0


def take_notebooks(stems) -> None:
    """Puts each chapter's notebooks beside its page, to be downloaded."""
    for folder, name in (("chapters", "notebooks"), ("solutions", "notebooks/solved")):
        (FRESH / name).mkdir(parents=True, exist_ok=True)
        for stem in stems:
            if (HERE.parent / folder / f"{stem}.ipynb").exists():
                shutil.copy(HERE.parent / folder / f"{stem}.ipynb", FRESH / name)


def leave_out_icons() -> None:
    """Keeps of the theme's 2,000 drawn icons (1.5 MB on every page) those that a page or a script of the theme names."""
    scripts = FRESH / "_static" / "scripts"
    naming = [*FRESH.rglob("*.html"), *(s for s in scripts.glob("*.js") if s.name != "fontawesome.js")]
    named = {icon for file in naming for icon in re.findall(r"\bfa-([\w-]+)", file.read_text(encoding="utf-8"))}
    drawn = scripts / "fontawesome.js"
    text = drawn.read_text(encoding="utf-8")
    drawn.write_text(ICON.sub(lambda m: m[0] if m[1] in named else "", text), encoding="utf-8")


def main(argv=None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pdf", action="store_true", help="also one PDF of the whole book")
    args = parser.parse_args(argv)
    sys.path.insert(0, str(HERE))
    failed = build()
    if args.pdf and not failed:
        import print_book

        failed = print_book.main()
    return failed


if __name__ == "__main__":
    sys.exit(main())
