/** What is typed too early on a real terminal, and the terminal afterwards. */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { Hush } from "../../../cli/credentials/hush";
import { PseudoTerminal } from "../pseudo-terminal";

// Programs are started, on a machine that may be busy.
jest.setTimeout(60_000);

const CANARY = "canary-typed-too-early";
const PISTE = path.resolve(__dirname, "../../../cli/piste.mjs");

/** AWS, which refuses everything: with `--no-test` that keeps nobody from being asked. */
let aws: Server;
/** Lets AWS answer to the value that is to be stored; undefined before it was sent. */
let answer: (() => void) | undefined;
beforeAll(async () => {
  aws = createServer((incoming, outgoing) => {
    const storing = String(incoming.headers["x-amz-target"]).endsWith("PutSecretValue");
    const held = storing ? new Promise<void>((resolve) => (answer = resolve)) : Promise.resolve();
    void Promise.all([once(incoming.resume(), "end"), held]).then(() => {
      outgoing.writeHead(400, { "content-type": "application/x-amz-json-1.1" });
      outgoing.end('{"__type":"AccessDeniedException","message":"not allowed"}');
    });
  });
  await new Promise<void>((resolve) => aws.listen(0, "127.0.0.1", resolve));
});
afterEach(() => {
  jest.clearAllMocks();
});
afterAll(() => {
  aws.close();
  aws.closeAllConnections();
});

/** The command in a shell, which then says how the command ended and how it finds the terminal. */
async function set(): Promise<PseudoTerminal> {
  const { port } = aws.address() as AddressInfo;
  const command = `'${process.execPath}' '${PISTE}' credentials set qualif client --no-test`;
  const terminal = PseudoTerminal.start(["sh", "-c", `${command}; echo "ended with $?"; stty -a; echo over; read _`], {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_REGION: "eu-west-3",
    AWS_ACCESS_KEY_ID: "none",
    AWS_SECRET_ACCESS_KEY: "none",
    AWS_EC2_METADATA_DISABLED: "true",
  });
  while (!/(?<!\w)-echo\b/.test(stateOf(terminal))) await sleep(20);
  return terminal;
}

const stateOf = ({ device }: PseudoTerminal): string =>
  execFileSync("sh", ["-c", `stty -a < ${device}`], { encoding: "utf8" });

async function expectGivenBack(terminal: PseudoTerminal): Promise<void> {
  // What a program writes last can be lost when it ends.
  await terminal.until(/^over$/m);
  terminal.type("\r");
  await terminal.end();
  const [, state = ""] = terminal.shown.split("ended with");
  expect(state).toMatch(/(?<![\w-])echo\b/);
  expect(state).toMatch(/(?<![\w-])icanon\b/);
}

describe("what is typed before it is asked for", () => {
  it("is hushed before anything else is loaded", () => {
    const source = readFileSync(PISTE, "utf8");
    const imported = [...source.matchAll(/^(?:import|export) (?:.* from )?"([^"]+)"/gm)].map(([, name]) => name);
    expect(imported).toEqual(["node:fs"]);
    expect(source.indexOf("setRawMode(true)")).toBeGreaterThan(0);
    expect(source.indexOf("setRawMode(true)")).toBeLessThan(source.indexOf("await import("));
  });

  it("is not shown and not taken, at the start and between questions, and the terminal is given back", async () => {
    const terminal = await set();
    terminal.type(`${CANARY}\r`);
    await terminal.until(/What was typed before this question was not taken\.[^]*clear the screen\.\n[^]*Client id/);
    expect(terminal.shown).not.toContain("Warning");
    terminal.type("11111111-1111-4111-8111-111111111111\r");
    await terminal.until(/Client secret \(not shown\)/);
    terminal.type("5ec7e7aa-1111-4111-8111-111111111111\r");
    while (answer === undefined) await sleep(20);
    terminal.type(`${CANARY}\r`);
    await sleep(100);
    answer();
    await terminal.until(/ended with 5/);
    expect(terminal.shown.match(/was not taken/g)).toHaveLength(1);
    for (const secret of [CANARY, "5ec7e7aa"]) expect(terminal.shown).not.toContain(secret);
    await expectGivenBack(terminal);
  });

  it("ends the command when it is Ctrl-C, and the terminal is given back", async () => {
    const terminal = await set();
    terminal.type("\u0003");
    await terminal.until(/ended with 130/);
    expect(terminal.shown).not.toContain("Client id");
    await expectGivenBack(terminal);
  });
});

/** A terminal's input, which notes what is done to it. */
class FakeInput extends PassThrough {
  readonly isTTY = true;
  bytesRead = 0;
  readonly done: string[] = [];

  setRawMode(raw: boolean): void {
    this.done.push(raw ? "raw" : "as before");
  }
  ref(): void {
    this.done.push("waited for");
  }
  unref(): void {
    this.done.push("not waited for");
  }
  type(keys: string): void {
    this.bytesRead += keys.length;
    this.write(keys);
  }
}

describe("a hushed terminal", () => {
  const open = (): { readonly input: FakeInput; readonly hush: Hush; readonly interrupted: string[] } => {
    const input = new FakeInput();
    const interrupted: string[] = [];
    return { input, interrupted, hush: new Hush(input, () => interrupted.push("interrupted")) };
  };
  const tooEarly = jest.fn();
  const turn = (): Promise<void> => sleep(0);

  it("hands each question the keys that come while it is asked, and no others", async () => {
    const { input, hush, interrupted } = open();
    hush.begin();
    input.type("early");
    await turn();
    const asked = hush.whileAsking(async () => {
      const [keys] = (await once(input, "data")) as [Buffer];
      return keys.toString();
    }, tooEarly);
    expect(tooEarly).toHaveBeenCalledTimes(1);
    input.type("answer\u0003");
    // Ctrl-C is the question's own then.
    expect(await asked).toBe("answer\u0003");
    expect(interrupted).toEqual([]);
    expect(await hush.whileAsking(() => Promise.resolve("another"), tooEarly)).toBe("another");
    expect(tooEarly).toHaveBeenCalledTimes(1);
    const around = ["waited for", "raw", "not waited for"];
    expect(input.done).toEqual(["raw", "not waited for", ...around, ...around]);
    hush.end();
    expect(input.done.at(-1)).toBe("as before");
    expect(input.listenerCount("data")).toBe(0);
  });

  it("is hushed again after a question that fails, and given back once", async () => {
    const { input, hush } = open();
    hush.begin();
    await expect(hush.whileAsking(() => Promise.reject(new Error("gone")), tooEarly)).rejects.toThrow("gone");
    expect(input.done.slice(-2)).toEqual(["raw", "not waited for"]);
    hush.end();
    hush.end();
    expect(input.done.filter((what) => what === "as before")).toHaveLength(1);
  });

  it("heeds Ctrl-C between questions, relieving who heeded it before", async () => {
    const { input, hush, interrupted } = open();
    input.on("data", () => interrupted.push("by another"));
    hush.begin();
    input.type("abc\u0003");
    await turn();
    expect(interrupted).toEqual(["interrupted"]);
    hush.end();
  });

  it("is left alone where it is none, and before it is begun", async () => {
    const { input, hush } = open();
    expect(await hush.whileAsking(() => Promise.resolve("asked"), tooEarly)).toBe("asked");
    const pipe = new Hush(Object.assign(new PassThrough(), { isTTY: false }));
    pipe.begin();
    pipe.end();
    hush.end();
    expect(input.done).toEqual([]);
  });
});
