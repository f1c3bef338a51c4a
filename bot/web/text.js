// Turns the text of an answer into nodes: addresses and phone numbers become links, nothing becomes markup.

// No look-behind: older iPhones cannot read it, and then nothing of the page would work.
const PARTS = [
  /(?<reference>\b(?:MHZ|SAVE)(?:-[0-9A-Z]{4}){3}\b)/,
  /(?<url>https?:\/\/[^\s<>"'`]+)/,
  /(?<mail>[a-z0-9._-]+@(?:[a-z0-9-]+\.)+(?:gov|org|edu)\.pk)\b/,
  /(?<site>\b(?:[a-z0-9-]+\.)+gov\.pk(?:\/[^\s<>"'`]*)?)/,
  /(?<phone>(?:\+92|0092)[\s-]?\d{2,3}(?:[\s-]?\d){7}|0\d{2,4}[\s-]?(?:\d[\s-]?){5,8}\d|111[\s-]\d{3}[\s-]\d{3})(?![\d-])/,
  /(?<before>(?:call|dial|helpline|hotline|nccia|police|ہیلپ لائن|نمبر|کال)(?:\s(?:is|number|نمبر)){0,2}[:\s(]{1,3})(?<called>(?!20\d\d\b)\d{2,5})(?![\d.,-]*\d)/,
  /(?<dialled>\d{2,5})(?=\s+(?:پر (?:فوراً |ابھی )?(?:کال|فون|رابطہ)|par (?:foran |abhi )?(?:call|phone|rabta)))/,
];
const PATTERN = new RegExp(PARTS.map((part) => part.source).join("|"), "giu");
const TRAILING = /[.,;:!?)\]}"'”’»۔،؛؟…]+$/u;

/** A fragment that shows `text` with safe links. */
export function linked(text) {
  const fragment = document.createDocumentFragment();
  let from = 0;
  for (const match of text.matchAll(PATTERN)) {
    const found = match.groups;
    const start = match.index + (found.before || "").length;
    const whole = text.slice(start, match.index + match[0].length);
    const shown = found.url || found.site ? whole.replace(TRAILING, "") : whole;
    const node = found.reference ? inOnePiece(shown) : linkIn(text, start, found, shown);
    if (!node) continue;
    fragment.append(text.slice(from, start), node);
    from = start + shown.length;
  }
  fragment.append(text.slice(from));
  return fragment;
}

/** A reference is copied by hand: it stays on one line and left to right in an Urdu sentence. */
function inOnePiece(shown) {
  const span = document.createElement("span");
  span.className = "reference";
  span.dir = "ltr";
  span.textContent = shown;
  return span;
}

function linkIn(text, start, found, shown) {
  const target = isInsideNumber(text, start, found) ? null : address(found, shown);
  return target && link(target, shown);
}

function isInsideNumber(text, start, found) {
  return Boolean(found.phone || found.dialled) && /[\d+.,-]/.test(text.charAt(start - 1));
}

function address(found, shown) {
  if (found.url) return webAddress(shown);
  if (found.site) return webAddress("https://" + shown);
  if (found.mail) return "mailto:" + shown;
  return "tel:" + shown.replace(/[^\d+]/g, "");
}

function webAddress(text) {
  try {
    const url = new URL(text);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}

function link(target, shown) {
  const anchor = document.createElement("a");
  anchor.href = target;
  anchor.textContent = shown;
  anchor.dir = "ltr";
  if (target.startsWith("http")) {
    anchor.target = "_blank";
    anchor.rel = "noopener noreferrer";
  }
  return anchor;
}
