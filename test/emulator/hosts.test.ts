/** A web page open on this machine may send requests; the local PISTE refuses them. */
import { request } from "node:http";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "@jest/globals";
import { startEmulator, type Emulator, type EmulatorOptions } from "../../emulator";
import { somePiste, tokenRequest } from "./requests";

let emulator: Emulator;
afterEach(() => emulator.stop());

async function start(options: EmulatorOptions = {}): Promise<void> {
  emulator = await startEmulator({ piste: somePiste(), ...options });
}

interface Seen {
  readonly status: number;
  readonly body: string;
}

/** A request with these headers to the emulator's address. */
function send(method: string, path: string, headers: Record<string, string>, body = ""): Promise<Seen> {
  const { port, hostname } = new URL(emulator.apiBaseUrl);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: hostname.replace(/^\[|\]$/g, ""), port, method, path, headers, setHost: !("host" in headers) },
      (incoming) => {
        let text = "";
        incoming.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        incoming.on("end", () => {
          resolve({ status: incoming.statusCode ?? 0, body: text });
        });
      },
    );
    outgoing.on("error", reject).end(body);
  });
}

const FAULT = '{"on":"token","status":503}';
const { body: FORM, headers: FORM_HEADERS } = tokenRequest();

/** A page's request, and the status if it were allowed. */
const REQUESTS = {
  "the token endpoint": () => ["POST", "/api/oauth/token", FORM_HEADERS as Record<string, string>, FORM, 200],
  "the gateway": () => ["GET", "/dila/legifrance/lf-engine-app/list/ping", {}, "", 400],
  "the control address": () => ["POST", "/_emulator/faults", { "content-type": "text/plain" }, FAULT, 200],
  "the list of calls": () => ["GET", "/_emulator/calls", {}, "", 200],
} as const satisfies Record<string, () => readonly [string, string, Record<string, string>, string, number]>;
const PLACES = Object.keys(REQUESTS) as (keyof typeof REQUESTS)[];

/** The answer to such a request with more headers, and whether it is the usual one. */
async function ask(place: keyof typeof REQUESTS, more: Record<string, string>): Promise<Seen & { proper: boolean }> {
  const [method, path, headers, body, status] = REQUESTS[place]();
  const seen = await send(method, path, { ...headers, ...more }, body);
  return { ...seen, proper: seen.status === status };
}

const untouched = (): void => {
  expect({ faults: emulator.piste.faults.list(), calls: emulator.piste.recentCalls() }).toEqual({
    faults: [],
    calls: [],
  });
};

describe.each(PLACES)("%s", (place) => {
  it.each(["127.0.0.1", "localhost", "LOCALHOST:80", "[::1]:8787", "127.0.0.1:1"])(
    "answers the host %s",
    async (host) => {
      await start();
      expect(await ask(place, { host })).toMatchObject({ proper: true });
    },
  );

  it.each([
    "evil.example",
    "evil.example:8787",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "evil.example:127.0.0.1",
    "127.0.0.1@evil.example",
    "192.0.2.1",
    "[::2]",
    "piste",
    "[",
    ":80",
    "",
  ])("refuses the host %j, and says how to allow it", async (host) => {
    await start();
    const { status, body } = await ask(place, { host });
    expect({ status, body }).toEqual({
      status: 421,
      body: expect.stringMatching(/^The local PISTE refuses requests for the host .*--allow-host/),
    });
    untouched();
  });

  it.each(["http://localhost:3000", "http://127.0.0.1", "https://[::1]:8443"])(
    "answers a page of %s",
    async (origin) => {
      await start();
      expect(await ask(place, { origin, "sec-fetch-site": "cross-site" })).toMatchObject({ proper: true });
    },
  );

  it.each([
    "https://evil.example",
    "http://127.0.0.1.evil.example",
    "null",
    "localhost",
    "",
    "http://localhost, http://evil.example",
  ])("refuses a page of %j", async (origin) => {
    await start();
    const { status, body } = await ask(place, { origin });
    expect({ status, body }).toEqual({
      status: 403,
      body: expect.stringMatching(/^The local PISTE refuses requests from web pages of .*--allow-host/),
    });
    untouched();
  });

  it.each(["cross-site", "same-site"])("refuses a request embedded in a page of another site: %s", async (site) => {
    await start();
    expect(await ask(place, { "sec-fetch-site": site })).toMatchObject({ status: 403 });
    untouched();
  });

  it.each(["same-origin", "none"])("answers a person's or its own page's request: %s", async (site) => {
    await start();
    expect(await ask(place, { "sec-fetch-site": site })).toMatchObject({ proper: true });
  });
});

describe("the accepted hosts", () => {
  it("are the allowed ones and no others", async () => {
    await start({ allowedHosts: ["host.docker.internal", "my_piste", "FD00::1"] });
    for (const host of ["host.docker.internal:8787", "MY_PISTE", "[fd00::1]:80"])
      expect(await ask("the control address", { host })).toMatchObject({ proper: true });
    expect(await ask("the control address", { origin: "http://my_piste" })).toMatchObject({ proper: true });
    expect(await ask("the control address", { host: "docker.internal" })).toMatchObject({ status: 421 });
    expect(await ask("the control address", { host: "x.my_piste" })).toMatchObject({ status: 421 });
  });

  it.each(["127.0.0.2", "0.0.0.0"])("include the address on which it listens: %s", async (host) => {
    await start({ host });
    expect(await ask("the control address", {})).toMatchObject({ proper: true });
  });

  it.each(["", "http://piste", "piste:8787", "*", ".example.org", "a b", "[::1]"])("cannot be %j", async (host) => {
    await start();
    await expect(startEmulator({ allowedHosts: [host] })).rejects.toThrow(
      `allowedHosts must be host names or IP addresses without a port, got ${JSON.stringify(host)}`,
    );
  });

  it("are checked against an absolute request target", async () => {
    await start();
    const { port } = new URL(emulator.apiBaseUrl);
    const answer = await new Promise<string>((resolve) => {
      let text = "";
      connect(Number(port), "127.0.0.1")
        .on("data", (chunk) => (text += chunk.toString()))
        .on("close", () => {
          resolve(text);
        })
        .write("DELETE http://evil.example/_emulator/faults HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n");
    });
    expect(answer).toMatch(/^HTTP\/1\.1 421 /);
  });

  it("must be in the request, even in HTTP/1.0", async () => {
    await start();
    const { port } = new URL(emulator.apiBaseUrl);
    const answer = await new Promise<string>((resolve) => {
      let text = "";
      connect(Number(port), "127.0.0.1")
        .on("data", (chunk) => (text += chunk.toString()))
        .on("close", () => {
          resolve(text);
        })
        .write("GET /_emulator/settings HTTP/1.0\r\n\r\n");
    });
    expect(answer).toMatch(/^HTTP\/1\.1 421 /);
  });
});
