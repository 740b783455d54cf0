// The SPARQL page: answers are shown below the form, rows as a table with names and links, triples as Turtle.
(() => {
  "use strict";
  const form = document.querySelector("form.sparql"), area = form.query, result = document.getElementById("result");
  const words = form.dataset, thing = "https://w3id.org/aalco-kg/id/", term = "https://w3id.org/aalco-kg/ontology#";
  const made = (name, text) => Object.assign(document.createElement(name), text === undefined ? {} : {textContent: text});

  // The editor of the page, where one is installed.
  let editor = null;
  if (window.Yasgui && Yasgui.Yasqe) {
    const place = made("div");
    place.className = "editor";
    place.dir = "ltr";
    area.before(place);
    editor = new Yasgui.Yasqe(place, {
      value: area.value, persistenceId: null, autocompleters: [], showQueryButton: false, createShareableLink: null,
      resizeable: true, pluginButtons: null,
    });
    const input = place.querySelector("textarea");
    if (input) input.setAttribute("aria-label", form.querySelector("label").textContent);
    place.querySelector(".CodeMirror-scroll").tabIndex = 0;
    editor.addKeyMap({Tab: false, "Shift-Tab": false}); // which lead out of it, as out of any field
    area.hidden = true;
    area.required = false;
  }

  const ask = (query, accept) => fetch(words.endpoint, {
    method: "POST", headers: {Accept: accept}, body: new URLSearchParams({query}),
  });

  // Names for the things of an answer, in the language of the page or else in English.
  const named = async iris => {
    const names = new Map();
    for (let i = 0; i < iris.length && i < 2000; i += 500) {
      const values = iris.slice(i, i + 500).map(iri => `<${iri}>`).join(" ");
      const query = `SELECT ?t ?l { VALUES ?t { ${values} } ?t <http://www.w3.org/2000/01/rdf-schema#label> ?l }`;
      const response = await ask(query, "application/sparql-results+json");
      if (!response.ok) break;
      for (const {t, l} of (await response.json()).results.bindings) {
        const language = l["xml:lang"];
        if (language === words.language || (language === "en" && !names.has(t.value))) names.set(t.value, l);
      }
    }
    return names;
  };

  const link = (iri, names) => {
    const a = made("a"), name = names.get(iri);
    a.textContent = name ? name.value : iri.replace(thing, "").replace(term, "aalco:");
    if (name && name["xml:lang"] !== words.language) a.lang = name["xml:lang"];
    if (iri.startsWith(thing)) {
      const [path, fragment] = iri.slice(thing.length).replace(/^query\//, "question/").split("#");
      a.href = `${words.root}${path}/${fragment ? "#" + fragment : ""}`;
    } else if (iri.startsWith(term)) {
      const local = iri.slice(term.length);
      a.href = `${words.root}ontology/${/^[A-Z]/.test(local) ? "class" : "property"}/${local}/`;
    } else if (/^https?:/.test(iri)) a.href = iri;
    return a;
  };

  const rows = async ({head, results}) => {
    const found = results.bindings, ours = new Set();
    for (const row of found) for (const {type, value} of Object.values(row))
      if (type === "uri" && (value.startsWith(thing) || value.startsWith(term))) ours.add(value);
    const names = await named([...ours]), table = made("table"), headings = made("tr"), body = made("tbody");
    table.className = "data answer";
    for (const name of head.vars) headings.append(Object.assign(made("th", name), {scope: "col"}));
    table.append(made("thead"), body);
    table.tHead.append(headings);
    for (const row of found.slice(0, 1000)) {
      const line = body.insertRow();
      for (const name of head.vars) {
        const cell = line.insertCell(), value = row[name];
        if (!value) continue;
        if (value.type === "uri") { cell.append(link(value.value, names)); continue; }
        const text = made("bdi", value.value);
        if (value["xml:lang"]) text.lang = value["xml:lang"];
        cell.append(text);
      }
    }
    const scroll = made("div");
    scroll.className = "scroll";
    scroll.tabIndex = 0;
    scroll.append(table);
    result.replaceChildren(made("p", words.rows.replace("{number}", found.length)), scroll);
  };

  const failed = text => {
    const shown = made("pre", text);
    shown.setAttribute("role", "alert");
    shown.dir = "ltr";
    result.replaceChildren(shown);
  };

  form.addEventListener("submit", async event => {
    event.preventDefault();
    const query = editor ? editor.getValue() : area.value;
    result.replaceChildren(made("p", words.wait));
    let response;
    try { response = await ask(query, "application/sparql-results+json, text/turtle;q=0.9"); }
    catch { return failed(words.unreachable); }
    const media = response.headers.get("Content-Type") || "";
    if (!response.ok) return failed(media.startsWith("text/plain") ? await response.text() : words.unreachable);
    if (query.length < 4000) history.replaceState(null, "", "?" + new URLSearchParams({query}));
    if (!media.includes("json")) return result.replaceChildren(made("pre", await response.text()));
    const answer = await response.json();
    if ("boolean" in answer) return result.replaceChildren(made("p", answer.boolean ? words.yes : words.no));
    return rows(answer);
  });
})();
