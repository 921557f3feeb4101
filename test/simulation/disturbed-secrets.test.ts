import { GetSecretValueCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { describe, expect, it } from "@jest/globals";
import type { SecretsClient } from "../../lambda/shared/secret-store";
import type { FunctionRun } from "../../simulation/function-run";
import { AWS_REFUSALS, type Happening } from "../../simulation/history";
import { disturbedSecrets } from "../../simulation/disturbed-secrets";
import { SecretsManagerModel, type PutInput } from "../../simulation/secrets-manager";
import { VirtualTime } from "../../simulation/virtual-time";
import { ActiveDisturbances } from "../../simulation/disturbances";
import { aRun, BEGINNING, MINUTE, SECOND } from "./fixture";

const TOKEN = "token";
const CLIENT = "client";

interface Came {
  /** The client's answer or error. */
  readonly answer: unknown;
  readonly milliseconds: number;
  readonly run: FunctionRun;
  /** The writes that AWS received. */
  readonly writes: readonly PutInput[];
  readonly client: SecretsClient;
}

type Call = (client: SecretsClient) => Promise<unknown>;
const read =
  (name: string): Call =>
  (client) =>
    client.send(new GetSecretValueCommand({ SecretId: name, VersionStage: "AWSCURRENT" }));
const write = (): Call => (client) =>
  client.send(new PutSecretValueCommand({ SecretId: TOKEN, SecretString: "new", ClientRequestToken: "1" }));

/** A run that makes one call in the first minute of a disturbance. */
async function send(call: Call, ...happenings: readonly Happening[]): Promise<Came> {
  const time = new VirtualTime<FunctionRun>(BEGINNING);
  const model = new SecretsManagerModel(() => time.now);
  for (const name of [TOKEN, CLIENT]) {
    model.create(name);
    model.put({ SecretId: name, SecretString: `value of ${name}` });
  }
  const writes: PutInput[] = [];
  const client = disturbedSecrets({
    model,
    ongoing: new ActiveDisturbances(
      happenings.map((happening) => ({ ...happening, from: 0, minutes: 1 })),
      BEGINNING,
    ),
    time,
    tokenSecret: TOKEN,
    onWrite: (input, by) => {
      expect(by).toBe(run);
      writes.push(input);
    },
  });
  const run = aRun();
  let answer: unknown;
  let endedAt = NaN;
  time.startAt(BEGINNING, run, async () => {
    answer = await call(client).catch((error: unknown) => error);
    endedAt = time.now;
  });
  await time.runUntil(BEGINNING + MINUTE);
  return { answer, milliseconds: endedAt - BEGINNING, run, writes, client };
}

describe("without a disturbance", () => {
  it("reads the token at once, other secrets in 25 ms", async () => {
    const token = await send(read(TOKEN));
    expect(token.answer).toMatchObject({ SecretString: "value of token", CreatedDate: new Date(BEGINNING) });
    expect(token).toMatchObject({ milliseconds: 0, run: { reads: 1, writes: 0, mayThrow: false } });
    const client = await send(read(CLIENT));
    expect(client.answer).toMatchObject({ SecretString: "value of client" });
    expect(client).toMatchObject({ milliseconds: 25, run: { reads: 1, writes: 0 } });
  });

  it("delivers a write to AWS in 25 ms", async () => {
    expect(await send(write())).toMatchObject({
      answer: {},
      milliseconds: 25,
      run: { reads: 0, writes: 1, mayThrow: false, killed: false },
      writes: [{ SecretId: TOKEN, SecretString: "new", ClientRequestToken: "1" }],
    });
  });

  it("passes on AWS's own refusals, after which the function may not throw", async () => {
    const { answer, run } = await send(read("absent"));
    expect(answer).toMatchObject({ name: "ResourceNotFoundException" });
    expect(run.mayThrow).toBe(false);
  });

  it("gives AWS's time in whole seconds", async () => {
    const { client } = await send(read(TOKEN));
    expect(client.answeredAt()).toBe(BEGINNING / SECOND + 60);
  });

  it("accepts calls only from a run", async () => {
    const { client } = await send(read(TOKEN));
    await expect(read(TOKEN)(client)).rejects.toThrow("no run is active");
  });
});

describe("a slow AWS", () => {
  it("delays every call", async () => {
    for (const call of [read(TOKEN), read(CLIENT), write()]) {
      const { answer, milliseconds } = await send(call, { kind: "slow-aws", milliseconds: 2_900 });
      expect(milliseconds).toBe(2_900);
      expect(answer).not.toBeInstanceOf(Error);
    }
  });
});

describe("an AWS that refuses", () => {
  const calls = { read: read(TOKEN), write: write() };

  it.each(AWS_REFUSALS.filter((error) => error !== "timeout"))("answers %s to the refused call", async (error) => {
    for (const call of ["read", "write"] as const) {
      const { answer, milliseconds, run, writes } = await send(calls[call], { kind: "aws-refuses", call, error });
      expect(answer).toMatchObject({ name: error });
      expect(milliseconds).toBeLessThanOrEqual(25);
      expect(run).toMatchObject({ mayThrow: true, killed: false });
      expect(writes).toEqual([]);
    }
  });

  it("without an answer delays the function by two attempts of 3 s", async () => {
    const { answer, milliseconds, run, writes } = await send(write(), {
      kind: "aws-refuses",
      call: "write",
      error: "timeout",
    });
    expect(answer).toMatchObject({ name: "TimeoutError" });
    expect(milliseconds).toBe(6_025);
    expect(run.mayThrow).toBe(true);
    expect(writes).toEqual([]);
  });

  it("accepts the other call", async () => {
    const written = await send(write(), { kind: "aws-refuses", call: "read", error: "timeout" });
    expect(written).toMatchObject({ answer: {}, run: { mayThrow: false } });
    const { answer, run } = await send(read(TOKEN), { kind: "aws-refuses", call: "write", error: "timeout" });
    expect(answer).toMatchObject({ SecretString: "value of token" });
    expect(run.mayThrow).toBe(false);
  });
});

describe("a function that is killed", () => {
  it("has not written", async () => {
    const { answer, milliseconds, run, writes } = await send(write(), { kind: "crashes" });
    expect(answer).toBeInstanceOf(Error);
    expect(milliseconds).toBe(0);
    expect(run).toMatchObject({ writes: 1, killed: true, mayThrow: true });
    expect(writes).toEqual([]);
  });

  it("has read", async () => {
    expect(await send(read(TOKEN), { kind: "crashes" })).toMatchObject({ run: { killed: false, mayThrow: false } });
  });
});

describe("an answer that is lost", () => {
  it("belongs to a stored write", async () => {
    const { answer, run, writes } = await send(write(), { kind: "answer-lost" });
    expect(answer).toMatchObject({ name: "TimeoutError" });
    expect(run).toMatchObject({ killed: false, mayThrow: true });
    expect(writes).toHaveLength(1);
  });

  it("never belongs to a read", async () => {
    expect(await send(read(TOKEN), { kind: "answer-lost" })).toMatchObject({
      answer: { SecretString: "value of token" },
      run: { mayThrow: false },
    });
  });
});
