// Draws the interactive figures of a page: no kernel, no module loading, no request beyond this folder.
// Each place holds its figure's state; each kind of figure is a script beside this one, fetched once when needed.

window.bpeduFigures = {}; // kind -> { render({ model, el }) }

(() => {
  const folder = new URL(".", document.currentScript.src);

  class Model { // what a figure expects of its model: values, and listeners that are told of changes
    constructor(state) {
      this.state = state;
      this.listeners = {};
    }
    get(name) {
      return this.state[name];
    }
    set(name, value) {
      this.state[name] = value;
      for (const listen of this.listeners[`change:${name}`] || []) listen();
    }
    on(event, listen) {
      (this.listeners[event] ||= []).push(listen);
    }
    off(event, listen) {
      this.listeners[event] = (this.listeners[event] || []).filter((other) => other !== listen);
    }
    save_changes() {}
    send() {}
  }

  const scripts = {};
  const script = (kind) =>
    (scripts[kind] ||= new Promise((done, failed) => {
      const tag = document.createElement("script");
      tag.src = new URL(`${kind}.js`, folder);
      tag.onload = () => done(window.bpeduFigures[kind]);
      tag.onerror = () => failed(new Error(`The figure's script ${kind}.js is missing.`));
      document.head.append(tag);
    }));

  function unpack({ state, buffers }) { // arrays of bytes travel as base64
    for (const { path, data } of buffers || []) {
      const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
      const last = path.length - 1;
      path.slice(0, last).reduce((at, key) => at[key], state)[path[last]] = new DataView(bytes.buffer);
    }
    return state;
  }

  async function draw(place) {
    const stored = JSON.parse(place.querySelector("script").textContent);
    try {
      const { render } = await script(stored.kind);
      await render({ model: new Model(unpack(stored)), el: place });
      place.dataset.drawn = "yes";
    } catch (error) {
      place.append(Object.assign(document.createElement("p"), { textContent: `This figure could not be drawn. ${error.message}` }));
      console.error(error);
    }
  }

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll(".live-figure-place").forEach(draw));
})();
