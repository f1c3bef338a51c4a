// Files of a complaint: chosen, dropped or pasted, asked about first, then sent one after the other.

import { currentLanguage, label } from "./labels.js";
import * as view from "./view.js";

const input = document.getElementById("files");
const button = document.getElementById("attach");
const most = Number(input.dataset.mostBytes);
const HEADERS = { "X-Muhafiz": "file" };
let queue = Promise.resolve();

export function startFiles() {
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    take(input.files);
    input.value = "";
  });
  document.addEventListener("paste", (event) => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    take(event.clipboardData.files);
  });
  document.addEventListener("dragover", (event) => event.dataTransfer.types.includes("Files") && event.preventDefault());
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    take(event.dataTransfer.files);
  });
}

function take(files) {
  const chosen = Array.from(files);
  queue = queue.then(() => sendAll(chosen));
}

/** A file that may not come never leaves the device: the server is asked before anything is sent. */
async function sendAll(files) {
  const answer = await mayCome(files[0].name);
  if (!answer) return;
  for (const file of files) {
    if (file.size > most) note("file_too_big", file.name, { mb: Math.floor(most / 1048576) });
    else if (!(await send(file))) return;
  }
}

async function mayCome(name) {
  try {
    const answer = await fetch("/chat/files/may", { headers: headers(), cache: "no-store" });
    if (!answer.ok) throw new Error("refused");
    return isDone(await answer.json());
  } catch {
    note("file_trouble", name);
    return false;
  }
}

function send(file) {
  const progress = view.addProgress();
  const show = (percent) => progress.show(label("attaching", { name: file.name, percent }), percent);
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const end = (done) => {
      progress.remove();
      resolve(done);
    };
    request.open("POST", "/chat/files");
    for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
    request.setRequestHeader("X-File-Name", nameOf(file));
    request.upload.onprogress = (event) => show(Math.floor((100 * event.loaded) / Math.max(1, event.total)));
    request.onload = () => {
      if (request.status !== 200) {
        note("file_trouble", file.name);
        return end(false);
      }
      isDone(JSON.parse(request.responseText));
      end(true); // why a file was not taken stands in the conversation; the next one may be right
    };
    request.onerror = request.onabort = () => {
      note("file_trouble", file.name);
      end(false);
    };
    show(0);
    request.send(file);
  });
}

/** The end of the name, as a header can carry it. */
function nameOf(file) {
  try {
    return encodeURIComponent(Array.from(file.name).slice(-100).join(""));
  } catch {
    return "file"; // half a character in the name
  }
}

function headers() {
  return { ...HEADERS, "X-Language": currentLanguage() };
}

function isDone(answer) {
  if (answer.notice) view.addNote(answer.notice.text, answer.notice.language);
  return answer.done;
}

function note(name, file, values = {}) {
  view.addNote(label(name, { name: file, ...values }), currentLanguage(), true);
}
