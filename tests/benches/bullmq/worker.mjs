// The worker that is killed: `node worker.mjs SETUP`, where SETUP is JSON. Each job is one call of the gateway.
import { Worker } from "bullmq";

const setup = JSON.parse(process.argv[2]);

async function send({ data }) {
  const answer = await fetch(`${setup.gateway}/${data.to}`, { method: "POST", body: data.text });
  await answer.text();
  if (!answer.ok) throw new Error(`the gateway answered ${answer.status}`);
}

const worker = new Worker("campaign", send, {
  connection: { host: "127.0.0.1", port: setup.redis, maxRetriesPerRequest: null },
  concurrency: setup.concurrency,
  limiter: { max: setup.pace, duration: 1000 },
});
worker.on("error", (error) => console.error(error.message));
