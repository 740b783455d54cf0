// The search box of every page (a combobox with a list of things), and the results on the search page as one types.
(() => {
  const box = document.getElementById("q");
  if (!box) return;
  const results = document.getElementById("results"), arabic = document.documentElement.lang === "ar";
  const make = (name, attributes, ...inside) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) if (value !== "") element.setAttribute(key, value);
    element.append(...inside);
    return element;
  };
  const counted = (number) => box.dataset.found.replace("{number}", number);

  // Ranking and index are scripts, so that a copy opened from disk can read them; they are loaded when first needed.
  const load = (file) => new Promise((resolve, reject) => {
    const script = make("script", { src: box.dataset.static + file });
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
  let loading;
  const ready = () => loading ||= Promise.all(["search.js", "search-index.js"].map(load))
    .then(() => ({ ...aalcoIndex, search: aalcoSearch.open(aalcoIndex) }));
  const shown = (index, number) => {
    const [path, kind, year, english, arabicName] = index.rows[number], names = index.kinds[kind];
    return { href: `${box.dataset.root}${path}/`, label: arabic ? arabicName : english, about: names[arabic ? 2 : 1] + (year ? ` · ${year}` : "") };
  };

  if (results) {
    const status = document.getElementById("found"), words = results.dataset, most = Number(words.most);
    const state = new URLSearchParams(location.search);
    const link = (changes) => {
      const wanted = new URLSearchParams();
      for (const key of ["q", "kind", "year"]) {
        const value = key in changes ? changes[key] : state.get(key);
        if (value) wanted.set(key, value);
      }
      return `?${wanted}`;
    };
    const facet = (key, title, counts, label) => {
      const list = make("ul", {}), chosen = state.get(key) || "";
      if (chosen) list.append(make("li", {}, make("a", { href: link({ [key]: "" }) }, words.all)));
      for (const [value, number] of counts)
        list.append(make("li", {}, make("a", { href: link({ [key]: value }), "aria-current": String(value) === chosen ? "true" : "" }, label(value)), " ", make("span", {}, String(number))));
      const box = make("details", {}, make("summary", {}, title), list);
      box.open = key === "kind" || chosen !== "";
      return counts.length ? [box] : [];
    };
    const show = (index) => {
      const text = (state.get("q") || "").trim(), kind = state.get("kind") || "", year = Number(state.get("year")) || 0;
      if (!text && !kind && !year) { status.textContent = ""; results.replaceChildren(); return; }
      const found = index.search(text, kind, year), names = new Map(index.kinds.map((k) => [k[0], k[arabic ? 2 : 1]]));
      status.textContent = counted(found.numbers.length) + (found.numbers.length > most ? ` · ${words.first}` : "");
      const kinds = [...found.kinds].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? 1 : -1));
      const years = [...found.years].sort((a, b) => b[0] - a[0]);
      const hits = found.numbers.slice(0, most).map((number) => {
        const { href, label, about } = shown(index, number);
        return make("li", {}, make("a", { href }, label), " ", make("span", {}, about));
      });
      results.replaceChildren(
        make("div", { class: "facets" }, ...facet("kind", words.kind, kinds, (value) => names.get(value)), ...facet("year", words.year, years, String)),
        hits.length ? make("ol", { class: "hits" }, ...hits) : make("p", {}, words.none));
    };
    const asked = state.has("q") || state.has("kind") || state.has("year");
    if (asked && !results.children.length) ready().then(show);
    if (state.get("q")) box.value = state.get("q");
    box.addEventListener("input", () => {
      state.set("q", box.value);
      state.delete("kind");
      state.delete("year");
      history.replaceState(null, "", link({}) === "?" ? location.pathname : link({}));
      ready().then(show);
    });
    return;
  }

  const list = make("ul", { id: "q-list", role: "listbox", "aria-label": box.labels[0].textContent, hidden: true });
  const status = make("p", { class: "unseen", role: "status" });
  box.after(list, status);
  for (const [key, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "q-list" })) box.setAttribute(key, value);
  let at = -1;
  const close = () => {
    list.hidden = true;
    at = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };
  const choose = (to) => {
    const options = [...list.children];
    if (!options.length) return;
    at = (to + options.length) % options.length;
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
    box.setAttribute("aria-activedescendant", options[at].id);
    options[at].scrollIntoView({ block: "nearest" });
  };
  const go = (option) => { location.href = option.dataset.href; };
  box.addEventListener("focus", () => ready(), { once: true });
  box.addEventListener("input", async () => {
    const index = await ready(), text = box.value.trim();
    if (!text) { close(); status.textContent = ""; return; }
    const { numbers } = index.search(text);
    list.replaceChildren(...numbers.slice(0, 8).map((number, i) => {
      const { href, label, about } = shown(index, number);
      return make("li", { role: "option", id: `q-${i}`, "aria-selected": "false", "data-href": aalcoFile(href) }, make("bdi", {}, label), " ", make("span", {}, about));
    }));
    status.textContent = counted(numbers.length);
    close();
    list.hidden = !numbers.length;
    box.setAttribute("aria-expanded", String(numbers.length > 0));
  });
  box.addEventListener("keydown", (event) => {
    const open = !list.hidden;
    if (event.key === "ArrowDown" && list.children.length) {
      list.hidden = false;
      box.setAttribute("aria-expanded", "true");
      choose(at + 1);
    } else if (event.key === "ArrowUp" && open) choose(at < 0 ? -1 : at - 1);
    else if (event.key === "Enter" && open && at >= 0) go(list.children[at]);
    else if (event.key === "Escape" && open) close();
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => { const option = event.target.closest("[role=option]"); if (option) go(option); });
  box.addEventListener("blur", close);
})();
