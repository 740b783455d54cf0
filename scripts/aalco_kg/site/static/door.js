// From the address of a thing to its page, in the reader's language, at the same fact.
location.replace(document.links[navigator.language.startsWith("ar") ? 1 : 0].href + location.hash);
