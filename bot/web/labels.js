// The language of the page and its labels; the texts come from the server.

const KEY = "muhafiz-language";
const RTL = "ur";
let texts = {};
let language = "en";

export async function loadLabels() {
  const answer = await fetch("/static/labels.json");
  if (!answer.ok) throw new Error("labels");
  texts = await answer.json();
}

/** The language chosen earlier on this device, else that of the browser. */
export function preferredLanguage() {
  const stored = read();
  if (stored) return stored;
  return (navigator.languages || []).some((code) => /^ur\b/i.test(code)) ? "ur" : "en";
}

export function currentLanguage() {
  return language;
}

export function label(name, values = {}) {
  let text = (texts[language] || {})[name] || "";
  for (const [key, value] of Object.entries(values)) text = text.replace(`{${key}}`, value);
  return text;
}

/** Show the whole page in `chosen`. */
export function showLanguage(chosen) {
  if (!texts[chosen]) return;
  language = chosen;
  store(chosen);
  document.documentElement.lang = chosen;
  document.documentElement.dir = chosen === RTL ? "rtl" : "ltr";
  document.title = label("title");
  for (const node of document.querySelectorAll("[data-label]")) node.textContent = label(node.dataset.label);
  setAttributes("title", "labelTitle", "data-label-title");
  setAttributes("aria-label", "labelAria", "data-label-aria");
  setAttributes("placeholder", "labelPlaceholder", "data-label-placeholder");
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === chosen));
  }
}

function setAttributes(attribute, key, selector) {
  for (const node of document.querySelectorAll(`[${selector}]`)) {
    node.setAttribute(attribute, label(node.dataset[key]));
  }
}

function read() {
  try {
    const stored = localStorage.getItem(KEY);
    return texts[stored] ? stored : null;
  } catch {
    return null; // storage switched off
  }
}

function store(chosen) {
  try {
    localStorage.setItem(KEY, chosen);
  } catch {
    // storage switched off: the language lasts as long as the page
  }
}
