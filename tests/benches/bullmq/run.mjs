// A campaign as BullMQ sends it: a job for each recipient, and one worker that is killed with SIGKILL on the way.
// Prints what it took, as JSON. See README.md beside it.
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Gateway } from "./gateway.mjs";

const defaults = {
  recipients: 20_000,
  kills: 3,
  "answer-ms": 200, // from a call of the gateway to its answer
  pace: 80, // messages a second
  concurrency: 80,
  port: 6399, // of Redis
};
const BULK = 500;
const LOOK_MS = 500;
const DOWN_MS = 2_000;
const TEXT = "Hola, esta semana el baño tiene 20 % de descuento. Responde a este mensaje y buscamos la mejor hora.";

function options() {
  const named = Object.entries(defaults).map(([name, it]) => [name, { type: "string", default: String(it) }]);
  const { values } = parseArgs({ options: Object.fromEntries(named) });
  return Object.fromEntries(Object.entries(values).map(([name, it]) => [name, Number(it)]));
}

/** Redis in memory alone, and our connection to it. */
class Memory {
  /** Commands that are ours and not BullMQ's, by name. */
  asked = { info: 0, zcard: 0 };

  constructor(port) {
    const settings = ["--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
    this.process = spawn("redis-server", settings.map(String), { stdio: "ignore" });
    process.on("exit", () => this.process.kill());
    this.redis = new Redis({ host: "127.0.0.1", port, maxRetriesPerRequest: null });
    this.redis.on("error", () => {}); // until it listens
  }

  ask(name, ...words) {
    this.asked[name] += 1;
    return this.redis.call(name, ...words);
  }

  async figures() {
    const info = (await this.ask("info", "everything")).toString();
    const number = (name) => Number(info.match(new RegExp(`^${name}:(\\d+)`, "m"))[1]);
    const lines = info.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm);
    const calls = [...lines].map(([, name, it]) => [name, Number(it) - (this.asked[name] ?? 0)]);
    return {
      used: number("used_memory"),
      peak: number("used_memory_peak"),
      commands: number("total_commands_processed") - this.asked.info - this.asked.zcard,
      calls: Object.fromEntries(calls),
    };
  }

  async ended() {
    const counts = ["completed", "failed"].map((state) => this.ask("zcard", `bull:campaign:${state}`));
    const [completed, failed] = await Promise.all(counts);
    return { completed, failed };
  }

  close() {
    this.redis.disconnect();
    this.process.kill();
  }
}

/** One worker process at a time. */
class Work {
  /** The most resident memory of any of them, in KB. */
  most = 0;

  constructor(setup) {
    this.setup = JSON.stringify(setup);
    process.on("exit", () => this.process?.kill());
  }

  start() {
    const program = new URL("worker.mjs", import.meta.url).pathname;
    this.process = spawn("node", [program, this.setup], { stdio: "inherit" });
  }

  /** Takes note of the memory while the process lives. */
  look() {
    if (!this.process) return;
    const status = readFileSync(`/proc/${this.process.pid}/status`, "utf8");
    this.most = Math.max(this.most, Number(status.match(/VmHWM:\s+(\d+)/)?.[1] ?? 0));
  }

  async kill() {
    this.look();
    const killed = this.process;
    this.process = undefined;
    killed.kill("SIGKILL");
    await once(killed, "exit");
  }
}

async function add(given) {
  const queue = new Queue("campaign", { connection: { host: "127.0.0.1", port: given.port } });
  for (let from = 0; from < given.recipients; from += BULK) {
    const nths = Array.from({ length: Math.min(BULK, given.recipients - from) }, (_, nth) => from + nth);
    await queue.addBulk(nths.map((nth) => ({ name: "send", data: { to: `57300${1_000_000 + nth}`, text: TEXT } })));
  }
  await queue.close();
}

/** Kills the worker in equal parts of the time that the pace asks for, each a drawn part of a second later. */
async function killNowAndThen(given, work, gateway) {
  const waiting = [];
  const part = ((given.recipients / given.pace) * 1000) / (given.kills + 1);
  const from = performance.now();
  for (let nth = 1; nth <= given.kills; nth += 1) {
    await sleep(from + nth * part + Math.random() * 1000 - performance.now());
    waiting.push(gateway.open);
    await work.kill();
    await sleep(DOWN_MS);
    work.start();
  }
  return waiting;
}

async function untilEnded(given, memory, work) {
  for (;;) {
    work.look();
    const ended = await memory.ended();
    if (ended.completed + ended.failed === given.recipients) return ended;
    await sleep(LOOK_MS);
  }
}

/** By command, the calls for each recipient, without those that are few. */
function forEach(given, before, after) {
  const since = (name) => after.calls[name] - (before.calls[name] ?? 0);
  const each = Object.keys(after.calls).map((name) => [name, since(name) / given.recipients]);
  return Object.fromEntries(each.filter(([, it]) => it >= 0.01).map(([name, it]) => [name, round(it, 3)]));
}

const round = (number, digits) => Number(number.toFixed(digits));

async function main() {
  const given = options();
  const memory = new Memory(given.port);
  const gateway = new Gateway(given["answer-ms"]);
  const { pace, concurrency } = given;
  const work = new Work({ redis: given.port, gateway: await gateway.listen(), pace, concurrency });

  const empty = await memory.figures();
  await add(given);
  const added = await memory.figures();
  const started = performance.now();
  work.start();
  const [waiting, ended] = await Promise.all([
    killNowAndThen(given, work, gateway),
    untilEnded(given, memory, work),
  ]);
  const seconds = (performance.now() - started) / 1000;
  const after = await memory.figures();
  await work.kill();
  memory.close();
  gateway.close();

  const { counts, firsts, calls } = gateway;
  const inASecond = gateway.inASecond();
  const each = (sum) => round(sum / given.recipients, 2);
  const took = {
    given,
    "seconds from the first call to the last recipient's first": round((firsts.at(-1) - firsts[0]) / 1000, 1),
    "seconds from the first call to the last": round((calls.at(-1) - calls[0]) / 1000, 1),
    "seconds from the worker's start until every job had ended": round(seconds, 1),
    "most calls in any second": Math.max(...inASecond),
    "calls above the pace": inASecond.filter((it) => it > pace).length,
    "calls without an answer at each kill": waiting,
    calls: calls.length,
    "called twice or more": [...counts.values()].filter((count) => count > 1).length,
    "never called": given.recipients - counts.size,
    jobs: ended,
    "for each recipient": {
      "commands to add": each(added.commands - empty.commands),
      "commands to send": each(after.commands - added.commands),
      "of them, by name": forEach(given, added, after),
      "bytes of Redis after adding": each(added.used - empty.used),
      "bytes of Redis at its peak": each(after.peak - empty.used),
    },
    "most resident memory of the worker, MB": round(work.most / 1024, 1),
  };
  console.log(JSON.stringify(took, null, 2));
}

await main();
