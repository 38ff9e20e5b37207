// The same load of points in Node: the handler, and a loop over the Runtime API that is smaller than Lambda's own.
import { createHash, randomUUID } from "node:crypto";
import http from "node:http";
import {
  DynamoDBClient, GetItemCommand, TransactWriteItemsCommand, UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";

const dynamodb = new DynamoDBClient({});
const { TABLE_API_KEYS, TABLE_IDENTITIES, TABLE_POINTS, OPERATOR_KEY_HASH } = process.env;
const known = new Map();

async function handle(event) {
  const hash = createHash("sha256").update(event.headers["x-api-key"]).digest("hex");
  if (hash === OPERATOR_KEY_HASH) return answer(403, { error: "no business" });
  let key = known.get(hash);
  if (!key) {
    key = await get(TABLE_API_KEYS, { pk: { S: `key/${hash}` } });
    if (!key) return answer(401, { error: "unknown key" });
    known.set(hash, key);
  }
  const business = key.business_id.S;
  await dynamodb.send(new UpdateItemCommand({
    TableName: TABLE_API_KEYS,
    Key: { pk: { S: `limit/${key.key_id.S}` } },
    UpdateExpression: "SET #requests = if_not_exists(#requests, :zero) + :one, #attempt = :new_attempt",
    ConditionExpression: "#window_start > :over AND #requests < :limit",
    ExpressionAttributeNames: { "#requests": "requests", "#window_start": "window_start", "#attempt": "attempt" },
    ExpressionAttributeValues: {
      ":zero": { N: "0" }, ":one": { N: "1" }, ":limit": { N: "100" }, ":new_attempt": { S: randomUUID() },
      ":over": { N: String(Date.now() - 900_000) },
    },
    ReturnValues: "ALL_NEW",
    ReturnConsumedCapacity: "INDEXES",
  }));

  const load = JSON.parse(event.body);
  const phone = load.phone.replace(/[^0-9]/g, "");
  if (!Number.isInteger(load.points) || load.points === 0 || !load.load_id || phone.length < 7) {
    return answer(400, { error: "bad request" });
  }
  const identity = await get(TABLE_IDENTITIES, { pk: { S: `${business}/phone/${phone}` } });
  if (!identity) return answer(404, { error: "no such customer" });
  const pk = { S: `${business}/${identity.customer_id.S}` };
  const row = await get(TABLE_POINTS, { pk, sk: { S: "balance" } });
  const balance = Number(row.balance.N) + load.points;
  if (balance < 0) return answer(409, { error: "below zero" });
  const seq = { N: String(Number(row.seq.N) + 1) };
  const attempt = { S: randomUUID() };
  await dynamodb.send(new TransactWriteItemsCommand({
    ReturnConsumedCapacity: "INDEXES",
    TransactItems: [
      {
        Update: {
          TableName: TABLE_POINTS,
          Key: { pk, sk: { S: "balance" } },
          UpdateExpression: "SET #balance = :new_balance, #seq = :new_seq, #attempt = :new_attempt",
          ConditionExpression: "#balance = :read_balance AND #seq = :read_seq",
          ExpressionAttributeNames: { "#balance": "balance", "#seq": "seq", "#attempt": "attempt" },
          ExpressionAttributeValues: {
            ":new_balance": { N: String(balance) }, ":new_seq": seq, ":read_balance": row.balance, ":read_seq": row.seq,
            ":new_attempt": attempt,
          },
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        },
      },
      {
        Put: {
          TableName: TABLE_POINTS,
          Item: {
            pk, sk: { S: `entry/${load.load_id}` }, load_id: { S: load.load_id }, points: { N: String(load.points) },
            reason: { S: load.reason }, balance_after: { N: String(balance) }, seq, attempt,
            created_at: { S: new Date().toISOString() },
          },
          ConditionExpression: "attribute_not_exists(#pk)",
          ExpressionAttributeNames: { "#pk": "pk" },
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        },
      },
    ],
  }));
  return answer(201, { balance, load_id: load.load_id });
}

async function get(TableName, Key) {
  const found = await dynamodb.send(
    new GetItemCommand({ TableName, Key, ConsistentRead: true, ReturnConsumedCapacity: "INDEXES" }));
  return found.Item;
}

const answer = (statusCode, body) =>
  ({ statusCode, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function ask(method, path, body) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host, port, agent, method, path: `/2018-06-01/runtime/invocation/${path}` }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("end", () => resolve({ headers: response.headers, text: Buffer.concat(parts).toString() }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

for (;;) {
  const { headers, text } = await ask("GET", "next");
  const id = headers["lambda-runtime-aws-request-id"];
  try {
    await ask("POST", `${id}/response`, JSON.stringify(await handle(JSON.parse(text))));
  } catch (error) {
    await ask("POST", `${id}/error`, JSON.stringify({ errorMessage: String(error) }));
  }
}
