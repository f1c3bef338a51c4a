// The conversation on the screen. It only ever creates text nodes and elements, never markup from text.

import { label } from "./labels.js";
import { linked } from "./text.js";

const log = document.getElementById("log");
const scroller = document.getElementById("scroller");
const typing = document.getElementById("typing");
const newest = document.getElementById("newest");
const GAP = 12; // pixels above a long message
const CARD = [1080, 1440]; // pixels of a picture card
const NEAR = 80; // pixels from the end that still count as the end

let turn = 0;
let anchor = null; // first message of the bot in this turn
let shownAt = -1; // where the last message of the bot was shown
let isAtEnd = true;
let choose = () => {};

export function onChoice(handler) {
  choose = handler;
}

export function clear() {
  log.textContent = "";
  showTyping(false);
}

/** A bot's message. Its buttons replace those of earlier turns. */
export function addBot(message) {
  const follow = isNearEnd() || scroller.scrollTop === shownAt;
  const line = makeLine("bot", message);
  if (message.image) line.append(...picture(message.image, message.alt));
  if (message.copy || message.receipt) line.append(keeping(message));
  if (message.buttons && message.buttons.length) {
    for (const old of log.querySelectorAll(".choices")) if (Number(old.dataset.turn) !== turn) old.remove();
    line.append(choices(message));
  }
  place(line);
  anchor = anchor || line;
  if (follow) showFrom(anchor);
  newest.hidden = isNearEnd();
}

/** A person's message that the server has taken. */
export function addUser(message) {
  const waiting = message.id ? log.querySelector(`.waiting[data-id="${CSS.escape(message.id)}"]`) : null;
  if (waiting) waiting.remove();
  place(makeLine("user", message));
  nextTurn();
  hideChoices();
  toEnd();
}

/** A person's message on its way. */
export function addWaiting(message) {
  const line = makeLine("user", message);
  line.classList.add("waiting");
  line.dataset.id = message.id;
  const state = document.createElement("span");
  state.className = "state";
  state.textContent = label("sending");
  line.append(state);
  log.append(line);
  hideChoices();
  toEnd();
}

export function removeWaiting(id) {
  const line = log.querySelector(`.waiting[data-id="${CSS.escape(id)}"]`);
  if (line) line.remove();
  for (const group of log.querySelectorAll(".choices")) group.hidden = false;
}

/** A notice beside the conversation; it goes with the next message unless it `stays`. */
export function addNote(text, language, stays = false) {
  const note = document.createElement("div");
  note.className = stays ? "note stays" : "note";
  note.lang = language;
  note.dir = "auto";
  note.append(linked(text));
  place(note);
  toEnd();
}

/** A line that shows how far a file has come. */
export function addProgress() {
  const line = document.createElement("div");
  line.className = "line user waiting sending-file";
  const state = document.createElement("label");
  state.className = "state";
  const text = document.createElement("bdi");
  const bar = document.createElement("progress");
  bar.max = 100;
  state.append(text, bar);
  line.append(state);
  log.append(line);
  toEnd();
  return {
    show(words, percent) {
      text.textContent = words;
      bar.value = percent;
    },
    remove: () => line.remove(),
  };
}

export function removeNotes() {
  for (const note of log.querySelectorAll(".note:not(.stays)")) note.remove();
}

export function showTyping(on) {
  const follow = isNearEnd();
  typing.hidden = !on;
  if (follow && on) toEnd();
}

export function nextTurn() {
  turn += 1;
  anchor = null;
}

export function wipe() {
  document.body.textContent = "";
}

function makeLine(who, message) {
  const line = document.createElement("div");
  line.className = `line ${who}`;
  const speaker = document.createElement("span");
  speaker.className = "hidden-text";
  speaker.textContent = label(who === "bot" ? "bot" : "you") + " ";
  line.append(speaker);
  if (message.text) {
    const bubble = document.createElement("div");
    bubble.className = "bubble";
    bubble.lang = languageOf(message.text, message.language);
    bubble.dir = bubble.lang === "ur" ? "rtl" : "auto";
    bubble.append(who === "bot" ? linked(message.text) : message.text);
    line.append(bubble);
  }
  return line;
}

/** A text may be in another script than the conversation's language; the more frequent script decides. */
function languageOf(text, language) {
  const urdu = (text.match(/[\u0620-\u06d3]/g) || []).length;
  const latin = (text.match(/[a-z]/gi) || []).length;
  if (urdu > latin) return "ur";
  return language && language !== "ur" ? language : "en";
}

function choices(message) {
  const group = document.createElement("div");
  group.className = "choices";
  group.dataset.turn = turn;
  for (const { id, title } of message.buttons) {
    const button = document.createElement("button");
    button.type = "button";
    button.dir = "auto";
    button.lang = languageOf(title, message.language);
    button.textContent = title;
    button.addEventListener("click", () => {
      scroller.focus({ preventScroll: true });
      choose(id, title);
    });
    group.append(button);
  }
  return group;
}

/** What a person may want to keep: a text to copy, a file to save. */
function keeping(message) {
  const group = document.createElement("div");
  group.className = "keeping";
  if (message.receipt) {
    const link = document.createElement("a");
    link.href = message.receipt;
    link.download = "receipt.pdf";
    link.textContent = label("receipt");
    group.append(link);
  }
  if (message.copy && navigator.clipboard) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label("copy");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(message.copy);
      button.textContent = label("copied");
    });
    group.append(button);
  }
  return group;
}

function picture(address, alt) {
  const url = new URL(address, location.href);
  if (url.origin === location.origin) {
    const image = document.createElement("img");
    image.className = "picture";
    image.alt = alt || label("image");
    if (url.pathname.startsWith("/cards/")) [image.width, image.height] = CARD; // keeps its place while it loads
    image.src = url.href;
    return [image];
  }
  return [linked(url.href)];
}

function place(line) {
  log.insertBefore(line, log.querySelector(".waiting"));
}

function hideChoices() {
  for (const group of log.querySelectorAll(".choices")) group.hidden = true;
}

function isNearEnd() {
  return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;
}

/** As much of the answer as fits, from its beginning. */
function showFrom(line) {
  scroller.scrollTop = Math.min(line.offsetTop - GAP, scroller.scrollHeight);
  shownAt = scroller.scrollTop;
}

function toEnd() {
  scroller.scrollTop = scroller.scrollHeight;
  newest.hidden = true;
}

newest.addEventListener("click", toEnd);
scroller.addEventListener("scroll", afterScroll, { passive: true });
new ResizeObserver(() => isAtEnd && toEnd()).observe(scroller); // the text field grew, or a keyboard opened

function afterScroll() {
  isAtEnd = isNearEnd();
  if (isAtEnd) newest.hidden = true;
}
