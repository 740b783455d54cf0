// Ranks names as views/search.py does; a test holds the two together.
globalThis.aalcoSearch = (() => {
  const ALIKE = { "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "–": "-", "—": "-", "‑": "-" };
  const COMMON = new Set("a an and at by de for from in is of on or the to في من على الي عن و".split(" "));
  const LABEL = 10, NAME = 9, NEAR = 3, WHOLE = 600;

  const fold = (text) => text.replace(/[أإآٱىة’‘ʼ`´–—‑]/g, (c) => ALIKE[c]).toLowerCase().replace(/ß/g, "ss")
    .normalize("NFD").replace(/[\u0300-\u036f\u064b-\u0655\u0670\u0640]/g, "").normalize("NFC").trim().replace(/\s+/g, " ");

  const words = (text) => (fold(text).match(/[\p{L}\p{N}]+/gu) || []).map((word) =>
    word.replace(/^([0-9]+)(?:st|nd|rd|th)$/, "$1").replace(/^(?:[وفبك]?ال|لل)(?=...)/u, ""));

  // The number of letters put in, left out, exchanged or swapped between two words; anything above `most` is `most + 1`.
  function distance(a, b, most) {
    if (Math.abs(a.length - b.length) > most) return most + 1;
    let before = [], last = [...Array(b.length + 1).keys()];
    for (let i = 1; i <= a.length; i++) {
      const row = [i];
      for (let j = 1; j <= b.length; j++) {
        const same = a[i - 1] === b[j - 1] ? 0 : 1;
        row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + same);
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
      }
      [before, last] = [last, row];
    }
    return Math.min(last[b.length], most + 1);
  }

  function likeness(sought, word) {
    if (sought === word) return 100;
    if (word.startsWith(sought)) return 60 + Math.floor(30 * sought.length / word.length);
    if (sought.length >= 4 && !/^\p{N}+$/u.test(sought)) {
      const allowed = sought.length < 8 ? 1 : 2, whole = distance(sought, word, allowed);
      if (whole <= allowed) return 60 - 15 * whole;
      if (word.length > sought.length && word[0] === sought[0])
        for (const more of [-1, 0, 1]) if (distance(sought, word.slice(0, sought.length + more), 1) <= 1) return 40;
    }
    return sought.length >= 3 && word.includes(sought) ? 30 : 0;
  }

  // `rows` of the index: [path, kind, year, English, Arabic, names, codes, held, near].
  function open(index) {
    const { kinds, rows } = index, postings = new Map();
    const put = (number, texts, weight) => {
      for (const text of texts) for (const word of words(text)) {
        if (!postings.has(word)) postings.set(word, new Map());
        const at = postings.get(word);
        at.set(number, Math.max(weight, at.get(number) || 0));
      }
    };
    const labels = (number) => rows[number].slice(3, 5);
    rows.forEach((row, number) => {
      put(number, labels(number), LABEL);
      put(number, [...row[5], ...row[6]], NAME);
      put(number, row[2] ? [String(row[2])] : [], NAME);
      put(number, row[7].flatMap(labels), NAME);
      put(number, row[8].flatMap(labels), NEAR);
    });

    function bonus(number, whole) {
      const row = rows[number], names = [row[3], row[4], ...row[5], ...row[6]].map((name) => words(name).join(" "));
      const shortest = Math.min(1e3, ...names.filter(Boolean).map((name) => name.split(" ").length));
      return kinds[row[1]][3] + (names.includes(whole) ? WHOLE : 0) + Math.floor(100 / shortest);
    }

    function ranked(text) {
      const all = words(text), rare = all.filter((word) => !COMMON.has(word)), sought = rare.length ? rare : all;
      if (!sought.length) return text.trim() ? [] : [...rows.keys()];
      const points = new Map(), hits = new Map();
      for (const word of new Set(sought)) {
        const best = new Map();
        for (const [known, at] of postings) {
          const like = likeness(word, known);
          if (like) for (const [number, weight] of at) best.set(number, Math.max(best.get(number) || 0, like * weight));
        }
        for (const [number, value] of best) {
          points.set(number, (points.get(number) || 0) + value);
          hits.set(number, (hits.get(number) || 0) + 1);
        }
      }
      const most = Math.max(0, ...hits.values()), whole = all.join(" ");
      const found = [...hits.keys()].filter((number) => hits.get(number) === most);
      const score = new Map(found.map((number) => [number, points.get(number) + bonus(number, whole)]));
      return found.sort((a, b) => score.get(b) - score.get(a) || a - b);
    }

    // What is found, best first, as numbers of rows, with counts for kinds and years.
    return function search(text, kind = "", year = 0) {
      const all = ranked(text), kindOf = (number) => kinds[rows[number][1]][0], yearOf = (number) => rows[number][2];
      const count = (numbers, key) => numbers.reduce((sum, n) => sum.set(key(n), (sum.get(key(n)) || 0) + 1), new Map());
      const ofKind = (number) => !kind || kindOf(number) === kind, ofYear = (number) => !year || yearOf(number) === year;
      return {
        numbers: all.filter((number) => ofKind(number) && ofYear(number)),
        kinds: count(all.filter(ofYear), kindOf),
        years: count(all.filter((number) => ofKind(number) && yearOf(number)), yearOf),
      };
    };
  }
  return { fold, words, open };
})();
