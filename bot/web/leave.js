// The quick exit: the chat disappears from screen and device, another page takes its place.

import { forgetDraft } from "./composer.js";
import { wipe } from "./view.js";

const ELSEWHERE = "https://www.google.com/";
const PRESSES = 3;
const WITHIN = 1500;

export function startLeave(before) {
  const leave = () => {
    forgetDraft();
    wipe();
    before();
    fetch("/chat/leave", { headers: { "X-Muhafiz": "leave" }, keepalive: true }).catch(() => {});
    location.replace(ELSEWHERE);
  };
  document.getElementById("leave").addEventListener("click", leave);
  let presses = [];
  document.addEventListener("keydown", (event) => {
    if (event.repeat) return;
    presses = event.key === "Shift" ? [...presses, Date.now()].slice(-PRESSES) : [];
    if (presses.length === PRESSES && presses[PRESSES - 1] - presses[0] < WITHIN) leave();
  });
}
