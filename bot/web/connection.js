// The socket: opens, notices when it is dead, comes back with growing pauses.

const PAUSES = [400, 1000, 2000, 4000, 8000, 15000];
const PING_EVERY = 25000;
const PONG_WITHIN = 10000;

export class Connection {
  /** `handlers`: opened(), received(message), lost(). */
  constructor(handlers) {
    this.handlers = handlers;
    this.socket = null;
    this.attempt = 0;
    this.timer = 0;
    this.pong = 0;
    this.ended = false;
    window.addEventListener("online", () => this.hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.hurry());
    setInterval(() => document.hidden || this.ping(), PING_EVERY);
  }

  get isOpen() {
    return this.socket !== null && this.socket.readyState === WebSocket.OPEN;
  }

  async open() {
    clearTimeout(this.timer);
    if (this.ended || this.socket) return;
    const socket = (this.socket = new Socket());
    socket.onclose = () => this.closed(socket);
    socket.onopen = () => {
      this.attempt = 0;
      this.handlers.opened();
    };
    socket.onmessage = (message) => {
      clearTimeout(this.pong);
      if (message.type !== "pong") this.handlers.received(message);
    };
    await socket.start();
  }

  send(message) {
    if (!this.isOpen) return false;
    this.socket.send(message);
    return true;
  }

  end() {
    this.ended = true;
    clearTimeout(this.timer);
    if (this.socket) this.socket.close();
  }

  hurry() {
    if (this.isOpen) return this.ping();
    this.attempt = 0;
    if (!this.socket) this.open();
  }

  ping() {
    if (!this.send({ type: "ping" })) return;
    clearTimeout(this.pong);
    this.pong = setTimeout(() => this.socket && this.socket.close(), PONG_WITHIN);
  }

  closed(socket) {
    if (this.socket !== socket) return;
    clearTimeout(this.pong);
    this.socket = null;
    if (this.ended) return;
    this.handlers.lost();
    const pause = PAUSES[Math.min(this.attempt, PAUSES.length - 1)];
    this.attempt += 1;
    this.timer = setTimeout(() => this.open(), pause * (0.75 + Math.random() / 2));
  }
}

/** One WebSocket. The session cookie is asked for first: a link from elsewhere arrives without it. */
class Socket {
  constructor() {
    this.web = null;
    this.isClosed = false;
  }

  get readyState() {
    return this.web ? this.web.readyState : WebSocket.CONNECTING;
  }

  async start() {
    try {
      const answer = await fetch("/chat/session", { cache: "no-store" });
      if (!answer.ok) throw new Error("session");
    } catch {
      return this.close();
    }
    if (this.isClosed) return;
    this.web = new WebSocket(location.origin.replace(/^http/, "ws") + "/chat/socket");
    this.web.onopen = () => this.onopen();
    this.web.onmessage = (event) => this.onmessage(JSON.parse(event.data));
    this.web.onclose = () => this.close();
  }

  send(message) {
    this.web.send(JSON.stringify(message));
  }

  /** Does not wait for the other side, which may be gone. */
  close() {
    if (this.isClosed) return;
    this.isClosed = true;
    if (this.web) this.web.close();
    this.onclose();
  }
}
