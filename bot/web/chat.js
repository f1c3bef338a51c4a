// The chat page: ties the socket, the conversation on the screen, the text field and the language together.

import { giveBack, startComposer, update as updateComposer } from "./composer.js";
import { Connection } from "./connection.js";
import { startFiles } from "./files.js";
import { currentLanguage, label, loadLabels, preferredLanguage, showLanguage } from "./labels.js";
import { startLeave } from "./leave.js";
import * as view from "./view.js";

const BANNER_AFTER = 1200;
const banner = document.getElementById("banner");

const waiting = new Map(); // id -> message that the server has not yet taken
let epoch = null;
let last = 0;
let wanted = null; // language chosen while there was no connection
let bannerTimer = 0;

const connection = new Connection({ opened, received, lost });

function opened() {
  hideBanner();
  connection.send({ type: "hello", last, epoch, language: currentLanguage() });
}

function lost() {
  view.showTyping(false);
  showBanner("reconnecting");
}

function received(message) {
  const handler = handlers[message.type];
  if (handler) handler(message);
}

const handlers = {
  history(message) {
    if (message.reset) view.clear();
    epoch = message.epoch;
    if (message.reset) last = 0;
    if (message.items.length) showIn(message.language);
    for (const item of message.items) received(item);
    if (message.reset) for (const waitingMessage of waiting.values()) view.addWaiting(waitingMessage);
    if (wanted) sendLanguage();
    for (const waitingMessage of waiting.values()) sendMessage(waitingMessage);
  },
  message(message) {
    if (isOld(message)) return;
    showIn(message.language);
    view.addBot(message);
  },
  echo(message) {
    if (isOld(message)) return;
    waiting.delete(message.id);
    view.removeNotes();
    view.addUser(message);
  },
  typing(message) {
    view.showTyping(message.on);
    if (!message.on) view.nextTurn();
  },
  error(message) {
    const refused = waiting.get(message.id);
    waiting.delete(message.id);
    if (refused) view.removeWaiting(refused.id);
    if (refused && refused.type === "say") giveBack(refused.text);
    if (message.text) view.addNote(message.text, message.language);
  },
};

function isOld(message) {
  if (message.seq <= last) return true;
  last = message.seq;
  return false;
}

function say(text) {
  post({ type: "say", text, id: newId() });
}

function choose(button, title) {
  post({ type: "choose", button, text: title, id: newId() });
}

function post(message) {
  waiting.set(message.id, message);
  view.addWaiting(message);
  if (epoch) sendMessage(message);
}

function sendMessage(message) {
  connection.send(message);
}

function chooseLanguage(language) {
  if (language === currentLanguage() && !wanted) return;
  showIn(language);
  wanted = language;
  if (connection.isOpen && epoch) sendLanguage();
}

function sendLanguage() {
  if (connection.send({ type: "language", language: wanted })) wanted = null;
  view.nextTurn();
}

function showIn(language) {
  if (wanted || language === currentLanguage()) return;
  showLanguage(language);
  updateComposer();
}

function showBanner(name) {
  banner.textContent = label(name);
  banner.hidden = false;
}

function hideBanner() {
  clearTimeout(bannerTimer);
  banner.hidden = true;
}

function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function start() {
  startLeave(() => connection.end());
  await loadLabels();
  showLanguage(preferredLanguage());
  view.onChoice(choose);
  startComposer(say);
  startFiles();
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => chooseLanguage(button.dataset.language));
  }
  bannerTimer = setTimeout(() => connection.isOpen || showBanner("connecting"), BANNER_AFTER);
  await connection.open();
}

start();
