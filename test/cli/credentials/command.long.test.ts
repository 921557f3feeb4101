/** The command as a program, with an AWS that refuses everything. */
import { spawn } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";

// Starting programs is slow on a busy machine.
jest.setTimeout(60_000);

const ROOT = path.resolve(__dirname, "..", "..", "..");
const CANARY = "canary-5ec7e7aa-typed";
const PIPED = { client_id: "canary-5ec7e7aa-id", client_secret: "canary-5ec7e7aa-secret" };

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

const seen: string[] = [];
let aws: Server;
/** By operation; all others are refused. */
const answers: Record<string, unknown> = {};

beforeAll(async () => {
  aws = createServer((incoming, outgoing) => {
    const operation =
      String(incoming.headers["x-amz-target"] ?? incoming.url)
        .split(".")
        .at(-1) ?? "";
    seen.push(operation);
    incoming.resume().once("end", () => {
      const answer = answers[operation];
      outgoing.writeHead(answer === undefined ? 400 : 200, { "content-type": "application/x-amz-json-1.1" });
      outgoing.end(JSON.stringify(answer ?? { __type: "AccessDeniedException", message: `not allowed: ${operation}` }));
    });
  });
  await new Promise<void>((resolve) => aws.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  aws.close();
  aws.closeAllConnections();
});

/** @param until output after which Ctrl-C is pressed; standard input then stays open. */
function piste(words: readonly string[], piped: string, until?: string): Promise<Ended> {
  const { port } = aws.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", "tsx", "cli/piste.ts", ...words], {
      cwd: ROOT,
      env: {
        PATH: process.env["PATH"],
        HOME: process.env["HOME"],
        AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
        AWS_REGION: "eu-west-3",
        AWS_ACCESS_KEY_ID: "none",
        AWS_SECRET_ACCESS_KEY: "none",
        AWS_EC2_METADATA_DISABLED: "true",
        PISTE_DEBUG: "1",
      },
    });
    let output = "";
    let interrupted = false;
    const keep = (text: string): void => {
      output += text;
      if (until === undefined || interrupted || !output.includes(until)) return;
      interrupted = true;
      child.kill("SIGINT");
    };
    child.stdout.setEncoding("utf8").on("data", keep);
    child.stderr.setEncoding("utf8").on("data", keep);
    child.once("error", reject).once("close", (code) => {
      resolve({ code, output });
    });
    // The command may end without reading.
    child.stdin.on("error", () => undefined).write(piped);
    if (until === undefined) child.stdin.end();
  });
}

function expectNothingSeen({ output }: Ended): void {
  for (const value of [CANARY, ...Object.values(PIPED)]) expect(output).not.toContain(value);
}

describe("piste credentials", () => {
  it.each<[string, readonly string[]]>([
    ["as an argument", ["credentials", "set", "qualif", "client", CANARY]],
    ["in an unknown option", ["credentials", "set", "qualif", "client", `--client-secret=${CANARY}`]],
    [
      "as the name of an application",
      ["credentials", "set", "qualif", "client", "--application", CANARY.toUpperCase()],
    ],
  ])("never repeats a value given %s, and ends with 2", async (_, words) => {
    seen.length = 0;
    const ended = await piste(words, JSON.stringify(PIPED));
    expectNothingSeen(ended);
    expect(ended.output).toMatch(/given as arguments/);
    expect(ended.output).not.toContain(CANARY.toUpperCase());
    expect(ended.code).toBe(2);
    expect(seen).toEqual([]);
  });

  it.each<[string, string]>([
    ["fits", JSON.stringify(PIPED)],
    ["has other fields", JSON.stringify({ ...PIPED, [CANARY]: CANARY })],
  ])("shows no piped value when AWS refuses, even with PISTE_DEBUG, and it %s", async (_, piped) => {
    seen.length = 0;
    const ended = await piste(["credentials", "set", "qualif", "client", "--no-test"], piped);
    expectNothingSeen(ended);
    expect(ended.code).toBe(piped === JSON.stringify(PIPED) ? 5 : 2);
    expect(ended.output).toMatch(piped === JSON.stringify(PIPED) ? /PutSecretValue/ : /must hold JSON/);
    expect(ended.output).toMatch(/ {4}at /);
  });

  it("says when interrupted whether values were stored, and ends as shells expect", async () => {
    const words = ["credentials", "set", "qualif", "client", "--no-test"];
    const { code, output } = await piste(words, "", "Reading from standard input");
    expect(output).toMatch(/AWS region eu-west-3; AWS does not show[^]*Reading from standard input/);
    expect(output).toMatch(/\nNothing was stored\.\n$/);
    expect(code).toBe(130);
  });

  it("writes dates as usual in its language", async () => {
    const account = ["credentials", "set", "qualif", "technical-account", "--no-test"];
    expect((await piste(account, "")).output).toContain('"changedOn": "yyyy-mm-dd"');
    expect((await piste(["--lang", "fr", ...account], "")).output).toContain('"changedOn": "aaaa-mm-jj"');
  });

  it("stores piped values without showing them", async () => {
    answers["PutSecretValue"] = { VersionId: "11111111-1111-4111-8111-111111111111" };
    const ended = await piste(["credentials", "set", "qualif", "client", "--no-test"], JSON.stringify(PIPED));
    expectNothingSeen(ended);
    expect(ended.output).toMatch(/Warning: The client id does not look like a UUID[^]*and staged/);
    expect(ended.code).toBe(0);
  });
});
