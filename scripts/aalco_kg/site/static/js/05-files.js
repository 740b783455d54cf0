// A copy opened from disk has no server that turns a folder into its index.html.
const aalcoFile = (href) => location.protocol === "file:" ? href.replace(/(^|\/)(?=[?#]|$)/, "$1index.html") : href;
if (location.protocol === "file:") {
  const mend = (element, name) => {
    const value = element.getAttribute(name);
    if (value && !/^(\w+:|#|\?)/.test(value)) element.setAttribute(name, aalcoFile(value));
  };
  const all = () => {
    document.querySelectorAll("a[href]").forEach((link) => mend(link, "href"));
    document.querySelectorAll("form[action]").forEach((form) => mend(form, "action"));
  };
  all();
  new MutationObserver(all).observe(document.body, { childList: true, subtree: true });
}
