// BullMQ's side: `node worker.mjs enqueue|work|report SETUP`, where SETUP is JSON.
import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";

const [what, given] = process.argv.slice(2);
const setup = JSON.parse(given);
const connection = { host: "127.0.0.1", port: setup.redis, maxRetriesPerRequest: null };

async function send({ to, body }) {
  const answer = await fetch(`${setup.gateway}/messages/text`, {
    method: "POST",
    headers: { authorization: `Bearer ${setup.token}`, "content-type": "application/json" },
    body: JSON.stringify({ to, body }),
    signal: AbortSignal.timeout(setup.timeout_ms),
  });
  if (!answer.ok) throw new Error(`the gateway answered ${answer.status}`);
  return (await answer.json()).message.id;
}

async function enqueue() {
  const queue = new Queue("messages", { connection });
  const jobs = setup.phones.map((to, nth) => ({
    name: "send",
    data: { to, body: `offer ${nth}` },
    opts: { jobId: `to-${to}`, attempts: 3, backoff: { type: "exponential", delay: 1000 }, removeOnComplete: false },
  }));
  await queue.addBulk(jobs);
  await queue.close();
}

function work() {
  const redis = new Redis(connection);
  const claimed = async (job) => {
    const fresh = await redis.set(`claim:${job.data.to}`, job.id, "NX");
    return fresh === null ? "skipped" : send(job.data);
  };
  const plain = (job) => send(job.data);
  const worker = new Worker("messages", setup.claim ? claimed : plain, {
    connection,
    concurrency: setup.concurrency,
    limiter: { max: setup.per_second, duration: 1000 },
    ...(setup.max_stalled === null ? {} : { maxStalledCount: setup.max_stalled }),
  });
  worker.on("error", (error) => console.error(error.message));
}

async function report() {
  const queue = new Queue("messages", { connection });
  const of = async (state) => queue.getJobs([state], 0, -1);
  const completed = (await of("completed")).map((job) => ({ to: job.data.to, result: job.returnvalue }));
  const failed = (await of("failed")).map((job) => ({ to: job.data.to, reason: job.failedReason }));
  console.log(JSON.stringify({ completed, failed, counts: await queue.getJobCounts() }));
  await queue.close();
}

await { enqueue, work, report }[what]();
