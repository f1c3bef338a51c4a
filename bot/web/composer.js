// The text field: grows with its text, counts near the limit, keeps what is not sent.

import { label } from "./labels.js";

const LIMIT = 5000;
const COUNT_FROM = 4500;
const KEY = "muhafiz-draft";

const form = document.getElementById("composer");
const field = document.getElementById("text");
const send = document.getElementById("send");
const counter = document.getElementById("counter");

export function startComposer(submit) {
  field.value = stored();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text || length(text) > LIMIT) return field.focus();
    setText("");
    submit(text);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  field.addEventListener("input", update);
  update();
  if (matchMedia("(pointer: fine)").matches) field.focus();
}

/** Put back a text that was not taken, before what the person writes by now. */
export function giveBack(text) {
  setText(field.value.trim() ? `${text}\n${field.value}` : text);
}

export function forgetDraft() {
  setText("");
  try {
    sessionStorage.clear();
  } catch {
    // storage switched off: nothing was kept
  }
}

function setText(text) {
  field.value = text;
  update();
}

export function update() {
  const used = length(field.value.trim());
  field.dir = field.value ? "auto" : ""; // an empty field shows its hint in the direction of the page
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 2}px`;
  send.disabled = used === 0 || used > LIMIT;
  counter.hidden = used < COUNT_FROM;
  counter.classList.toggle("over", used > LIMIT);
  counter.textContent =
    used > LIMIT
      ? label("characters_over", { over: used - LIMIT })
      : label("characters_left", { left: LIMIT - used });
  try {
    sessionStorage.setItem(KEY, field.value);
  } catch {
    // storage switched off: the draft lasts as long as the page
  }
}

function stored() {
  try {
    return sessionStorage.getItem(KEY) || "";
  } catch {
    return "";
  }
}

/** Characters as the server counts them: code points. */
function length(text) {
  return text.length > LIMIT * 3 ? text.length : Array.from(text).length;
}
