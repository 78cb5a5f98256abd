"""A page with figures and a stand-in for their models, so that a browser can show them with no server and no kernel."""

import json

MODEL = """
class Model {
  constructor(state) { this.state = state; this.listeners = {}; this.saves = 0; }
  get(name) { return this.state[name]; }
  set(name, value) { this.state[name] = value; (this.listeners[`change:${name}`] || []).forEach((f) => f()); }
  on(event, f) { (this.listeners[event] = this.listeners[event] || []).push(f); }
  off(event, f) { this.listeners[event] = (this.listeners[event] || []).filter((g) => g !== f); }
  save_changes() { this.saves++; }
}
"""


def page(*figures, theme="light"):
    """HTML that draws each figure in a <section>; ``models[i]`` and ``release[i]`` are there for a test to use."""
    parts = [f"<style>{figures[0]._css}</style>"]
    for i, figure in enumerate(figures):
        state = {k: v for k, v in figure.get_state().items() if not k.startswith("_") and k != "layout"}
        source = json.dumps(figure._esm).replace("</", "<\\/")
        values = json.dumps(state, default=list).replace("</", "<\\/")
        parts.append(
            f"""<section id="figure-{i}"></section><script type="module">
            {MODEL}
            const url = URL.createObjectURL(new Blob([{source}], {{ type: "text/javascript" }}));
            const model = new Model({values});
            (window.models = window.models || [])[{i}] = model;
            const made = (await import(url)).default.render({{ model, el: document.getElementById("figure-{i}") }});
            (window.release = window.release || [])[{i}] = made;
            </script>"""
        )
    ground = {"light": "#fff", "dark": "#0f1115"}[theme]
    return (
        f'<!doctype html><html lang="en" data-theme="{theme}"><head><meta charset="utf-8"><title>Figures</title>'
        f'<meta name="viewport" content="width=device-width"></head><body style="background:{ground};margin:8px">'
        f"<main><h1 hidden>Figures</h1>{''.join(parts)}</main></body></html>"
    )
