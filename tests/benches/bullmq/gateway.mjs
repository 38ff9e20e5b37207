// The simulated gateway: it answers 200 after a while, and keeps who was called when.
import { createServer } from "node:http";

const SECOND = 1000;

export class Gateway {
  /** By recipient, how often they were called. */
  counts = new Map();
  /** When each call came, and when each recipient was called first; milliseconds. */
  calls = [];
  firsts = [];
  /** Calls that have no answer yet. */
  open = 0;

  constructor(answerMs) {
    this.server = createServer((request, response) => {
      this.note(request.url.slice(1));
      this.open += 1;
      response.on("close", () => (this.open -= 1));
      request.resume();
      setTimeout(() => response.end("sent"), answerMs);
    });
  }

  note(to) {
    const now = performance.now();
    this.calls.push(now);
    if (!this.counts.has(to)) this.firsts.push(now);
    this.counts.set(to, (this.counts.get(to) ?? 0) + 1);
  }

  async listen() {
    await new Promise((done) => this.server.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${this.server.address().port}`;
  }

  /** For each call, how many came in the second that ends with it. */
  inASecond() {
    let from = 0;
    return this.calls.map((now, nth) => {
      while (now - this.calls[from] >= SECOND) from += 1;
      return nth - from + 1;
    });
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }
}
