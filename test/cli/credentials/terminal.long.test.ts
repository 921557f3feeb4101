/** Typing and pasting on a real terminal, and the terminal's state after the command. */
import { execFileSync } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { constants } from "node:os";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { PseudoTerminal } from "../pseudo-terminal";

// Starting programs is slow on a busy machine.
jest.setTimeout(60_000);

const CANARY = "canary-typed";
const CLIENT = {
  client_id: "11111111-1111-4111-8111-111111111111",
  client_secret: "5ec7e7aa-1111-4111-8111-111111111111",
};
const CTRL_C = "\u0003";
const CTRL_D = "\u0004";
const CTRL_Z = "\u001a";
const PISTE = path.resolve(__dirname, "../../../cli/piste.mjs");

/** Delays the exit, so that a test can type while the command no longer reads. */
const SLOW_END = `process.once("exit", () => {
  console.error("ending");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
})`;

/** AWS that refuses everything, which `--no-test` tolerates up to the first question. */
let aws: Server;
/** The PutSecretValue that waits for its answer, if it was sent. */
let storing: { readonly value: unknown; readonly answer: () => void } | undefined;
beforeAll(async () => {
  aws = createServer((incoming, outgoing) => {
    const refuse = (): void => {
      outgoing.writeHead(400, { "content-type": "application/x-amz-json-1.1" });
      outgoing.end('{"__type":"AccessDeniedException","message":"not allowed"}');
    };
    void text(incoming).then((body) => {
      if (!String(incoming.headers["x-amz-target"]).endsWith("PutSecretValue")) refuse();
      else storing = { value: JSON.parse((JSON.parse(body) as { SecretString: string }).SecretString), answer: refuse };
    });
  });
  await new Promise<void>((resolve) => aws.listen(0, "127.0.0.1", resolve));
});
afterEach(() => {
  storing = undefined;
});
afterAll(() => {
  aws.close();
  aws.closeAllConnections();
});

async function eventually(isSo: () => boolean): Promise<void> {
  const latest = Date.now() + 25_000;
  while (!isSo() && Date.now() < latest) await sleep(20);
}

/** Leads the command to the test's AWS. */
function variables(): Record<string, string> {
  const { port } = aws.address() as AddressInfo;
  return {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_REGION: "eu-west-3",
    AWS_ACCESS_KEY_ID: "none",
    AWS_SECRET_ACCESS_KEY: "none",
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

/** Runs the command in a shell that prints its exit code, the terminal's state and the unread input. */
async function set(...words: readonly string[]): Promise<PseudoTerminal> {
  const command = `'${process.execPath}' '${PISTE}' credentials set qualif client --no-test ${words.join(" ")}`;
  const afterwards = 'stty -a; stty -icanon min 0 time 3; echo "left [$(cat)]"; stty icanon; read _';
  const terminal = PseudoTerminal.start(["sh", "-mc", `${command}; echo "ended with $?"; ${afterwards}`], {
    ...variables(),
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(SLOW_END)}`,
  });
  const isRaw = (): boolean =>
    /(?<!\w)-echo\b/.test(execFileSync("sh", ["-c", `stty -a < ${terminal.device}`], { encoding: "utf8" }));
  await eventually(isRaw);
  return terminal;
}

async function stored(): Promise<NonNullable<typeof storing>> {
  await eventually(() => storing !== undefined);
  return storing ?? Promise.reject(new Error("AWS was asked to store nothing"));
}

/** Types again while the command ends. */
async function expectEnd(terminal: PseudoTerminal, code: number): Promise<void> {
  await terminal.until(/ending\n/);
  terminal.type(`${CANARY}\r`);
  await terminal.until(/^left \[[^]*\]$/m);
  terminal.type("\r");
  await terminal.end();
  expect(terminal.shown).toContain(`ended with ${code}\n`);
  expect(terminal.shown).toContain("left []");
  const [, state = ""] = terminal.shown.split("ended with");
  expect(state).toMatch(/(?<![\w-])echo\b/);
  expect(state).toMatch(/(?<![\w-])icanon\b/);
  for (const secret of [CANARY, CLIENT.client_secret.slice(0, 8)]) expect(terminal.shown).not.toContain(secret);
}

describe("on a terminal", () => {
  it.each([
    ["en", /Client id/, /Client secret \(not shown\)/],
    ["fr", /Identifiant du client/, /Secret du client \(ne s'affiche pas\)/],
  ])("does not show, use or leave to the shell any typing between questions: %s", async (language, id, secret) => {
    const terminal = await set("--lang", language);
    terminal.type(`${CANARY}\r`);
    await terminal.until(id);
    terminal.type(`${CLIENT.client_id}\r${`${CANARY}\r`.repeat(500)}`);
    await terminal.until(secret);
    terminal.type(`${CTRL_Z}${CLIENT.client_secret}\r${CANARY}\r`);
    const { value, answer } = await stored();
    expect(value).toEqual(CLIENT);
    terminal.type(`${CANARY}\r`);
    answer();
    await expectEnd(terminal, 5);
  });

  it("ends when the window is closed at a question, without a core dump that would hold typed values", async () => {
    const command = [process.execPath, PISTE, "credentials", "set", "qualif", "client", "--no-test", "--lang", "en"];
    const terminal = PseudoTerminal.start(command, variables());
    await terminal.until(/Client id/);
    terminal.type(CANARY);
    await sleep(200);
    expect(await terminal.close()).toBe(constants.signals.SIGKILL);
  });

  it("leaves no typing to the shell after a usage error", async () => {
    await expectEnd(await set(CANARY.toUpperCase()), 2);
  });

  it("ends at Ctrl-C before the first question", async () => {
    const terminal = await set();
    terminal.type(`${CANARY}${CTRL_C}${CANARY}`);
    await expectEnd(terminal, 130);
    expect(terminal.shown).not.toContain("Client id");
  });

  it.each([
    ["Ctrl-C", `${CANARY}${CTRL_C}${CANARY}\r`],
    ["Ctrl-D", CTRL_D],
  ])("ends at %s in a question, and says that nothing was stored", async (_, keys) => {
    const terminal = await set("--lang", "fr");
    await terminal.until(/Identifiant du client/);
    terminal.type(`${CLIENT.client_id}\r`);
    await terminal.until(/Secret du client/);
    terminal.type(keys);
    await expectEnd(terminal, 130);
    expect(terminal.shown).toContain("Rien n'a été enregistré.");
  });

  it("ends at Ctrl-C while AWS answers, and says that values may be stored", async () => {
    const terminal = await set();
    await terminal.until(/Client id/);
    terminal.type(`${CLIENT.client_id}\r`);
    await terminal.until(/Client secret/);
    terminal.type(`${CLIENT.client_secret}\r`);
    await stored();
    terminal.type(`${CANARY}${CTRL_C}`);
    await expectEnd(terminal, 130);
    expect(terminal.shown).toContain("The client credentials may be stored in");
  });
});
