// Finds passages of the book and quotes them, with nothing fetched: passages.js holds them all (see _ext/passages.py).

(() => {
  const WEIGHT = { term: 1.25, page: 1.2, section: 1.1, exercise: 0.8, api: 0.7, source: 0.6 };
  const SAID = { term: "glossary", exercise: "exercise", api: "the package", source: "source" };
  const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const starts = (word) => new RegExp(`(?<![\\p{L}\\p{N}])${escape(word)}`, "giu"); // at the beginning of a word
  const stem = (word) => (word.length > 4 ? word.replace(/(ies|es|s|ing|ed|y)$/, "") : word);

  function score([kind, , title, page, text], words, query) {
    const name = title.toLowerCase(), whole = ` ${name.replace(/[^\p{L}\p{N}.]+/gu, " ")} `;
    let points = 0;
    for (const word of words) {
      const times = (text.match(starts(stem(word))) || []).length;
      const inTitle = whole.includes(` ${word} `) ? 12 : starts(stem(word)).test(name) ? 8 : kind === "api" && name.includes(word) ? 4 : 0;
      if (!times && !inTitle && !starts(stem(word)).test(page)) return 0;
      points += inTitle + Math.min(6, 2 * Math.log2(1 + times));
    }
    if (name === query || name.endsWith(`.${query}`)) points += kind === "api" ? 8 : 25;
    else if (name.startsWith(`${query} `) || name.startsWith(query)) points += 15;
    else if (words.length > 1 && name.includes(query)) points += 12;
    if (words.length > 1 && text.toLowerCase().includes(query)) points += 6;
    return points * WEIGHT[kind];
  }

  function quote(text, words) { // some words around the first hit, the hits marked
    const hits = new RegExp(words.map((w) => `(?<![\\p{L}\\p{N}])${escape(stem(w))}[\\p{L}\\p{N}]*`).join("|"), "giu");
    const first = Math.max(0, text.search(hits)), from = first < 90 ? 0 : text.lastIndexOf(" ", first - 70) + 1;
    const more = from + 230 < text.length, line = document.createElement("p");
    const piece = more ? text.slice(from, from + 230).replace(/\s\S*$/, "") : text.slice(from);
    line.className = "context";
    line.append(from ? "… " : "");
    let at = 0;
    for (const hit of piece.matchAll(hits)) {
      const mark = document.createElement("mark");
      mark.textContent = hit[0];
      line.append(piece.slice(at, hit.index), mark);
      at = hit.index + hit[0].length;
    }
    line.append(piece.slice(at), more ? " …" : "");
    return line;
  }

  function item([kind, address, title, page, text], words) {
    const entry = document.createElement("li"), link = document.createElement("a"), where = document.createElement("span");
    entry.className = `found found-${kind}`;
    link.href = address;
    link.textContent = title;
    where.className = "found-where";
    where.textContent = kind === "page" ? "" : SAID[kind] && kind !== "exercise" ? SAID[kind] : page;
    entry.append(link, " ", where);
    if (text) entry.append(quote(text, words));
    return entry;
  }

  function find(asked) {
    const query = asked.toLowerCase().trim().replace(/\s+/g, " ");
    const words = query.split(/[^\p{L}\p{N}_.]+/u).filter(Boolean);
    if (!words.length) return [[], words];
    const found = window.bookPassages.map((p, place) => [score(p, words, query), place, p]).filter(([points]) => points > 0);
    found.sort((a, b) => b[0] - a[0] || a[1] - b[1]);
    return [found.map(([, , passage]) => passage), words];
  }

  window.bookFind = (asked) => find(asked)[0];
  if (!window.bookPassages) return; // Sphinx's own search answers then
  Search.query = (asked) => {
    const [found, words] = find(asked), most = 40;
    Search.stopPulse();
    Search.title.textContent = "";
    Search.status.textContent = found.length
      ? `${found.length} ${found.length === 1 ? "place" : "places"} in the book${found.length > most ? `, the ${most} best` : ""}:`
      : "Nothing in the book has all these words. Try fewer, or another name of the thing.";
    Search.output.append(...found.slice(0, most).map((passage) => item(passage, words)));
  };
})();
