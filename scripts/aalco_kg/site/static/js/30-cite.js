// Copies what a button names, or the address of a fact; the citation of a page names the fact that its address does.
(() => {
  const say = (element, text) => {
    const before = element.textContent;
    element.textContent = text;
    setTimeout(() => { element.textContent = before; }, 2000);
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button || !navigator.clipboard) return;
    const text = document.getElementById(button.dataset.copy);
    await navigator.clipboard.writeText("value" in text ? text.value : text.textContent);
    say(button, button.dataset.done);
  });
  document.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = !navigator.clipboard; });
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => print());
  });

  const fragment = document.querySelectorAll("[data-fragment]");
  const words = (hash, heading) => {
    if (document.documentElement.lang === "en") return heading.textContent.trim();
    const plain = hash.slice(1).replace(/[-_]/g, " ").replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
    return plain[0].toUpperCase() + plain.slice(1);
  };
  const name = () => {
    if (location.hash === "#cite-text") return document.getElementById("cite").setAttribute("open", "");
    const hash = /^#[\w-]+$/.test(location.hash) && location.hash !== "#main" && document.querySelector(location.hash) ? location.hash : "";
    const heading = hash && document.querySelector(hash).querySelector("h2, h3, h4, dt");
    fragment.forEach((place) => { place.textContent = place.dataset.fragment === "name" ? (heading ? `: ${words(hash, heading)}` : "") : hash; });
  };
  addEventListener("hashchange", name);
  name();
})();
