import { createServer, type AddressInfo, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { resolveApiAddress } from "../../piste/api-path";
import { clientCredentialsSchema, parseSecret, UnreadableSecretError } from "../../piste/credentials";
import { checkApiBaseUrl, checkTokenEndpoint, ENVIRONMENTS, HOSTS } from "../../piste/environments";
import { callHttp, NetworkError, type HttpAnswer } from "../../piste/http";
import { checkName } from "../../piste/names";
import { daysLeft, formatDay, parseDay, passwordDate } from "../../piste/password-age";
import { printable } from "../../piste/printable";
import { readAnswer, type Asked } from "../../piste/probes";
import { checkStructureIdentifier, IDENTIFIER_TYPES, type IdentifierType } from "../../piste/structure-identifier";
import { requestToken } from "../../piste/token-endpoint";
import { hostileText, labels, replies, transportOf } from "../hostile";
import { runs } from "../runs";

const NOW = Date.UTC(2026, 10, 25);

describe("an address", () => {
  const pinned = ENVIRONMENTS.flatMap((environment) => [
    HOSTS[environment].tokenEndpoint,
    HOSTS[environment].apiBaseUrl,
  ]);
  const addresses = fc.oneof(
    hostileText,
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
    fc
      .tuple(fc.constantFrom(...pinned, "http://127.0.0.1:8080", "http://localhost", "http://[::1]"), hostileText)
      .map((parts) => parts.join("")),
    fc.tuple(hostileText, fc.constantFrom(...pinned)).map((parts) => parts.join("")),
    fc
      .tuple(
        fc.constantFrom("http://", "https://"),
        fc.constantFrom("user:canary@", "@", "127.0.0.1.", "127.1:", "localhost.", "0x7f.1/"),
        fc.constantFrom("127.0.0.1:8080", "localhost", ...pinned.map((address) => new URL(address).host)),
      )
      .map((parts) => parts.join("")),
  );

  it("for credentials is the pinned one, or a loopback address if allowed", () => {
    fc.assert(
      fc.property(addresses, fc.constantFrom(...ENVIRONMENTS), fc.boolean(), (address, environment, allowLoopback) => {
        for (const [check, own] of [
          [checkTokenEndpoint, HOSTS[environment].tokenEndpoint],
          [checkApiBaseUrl, HOSTS[environment].apiBaseUrl],
        ] as const) {
          try {
            const url = check(address, environment, allowLoopback);
            const isLocal = url.protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
            expect(url.href === new URL(own).href || (allowLoopback && isLocal)).toBe(true);
            expect(url.username + url.password).toBe("");
          } catch (error) {
            expect((error as Error).message).toMatch(/^the (?:token endpoint|API gateway) of \w+ must be /);
            expect((error as Error).message).not.toContain("canary");
          }
        }
      }),
      { seed: 5, numRuns: runs(500) },
    );
  });
});

it("a secret's text is valid or unreadable, and is not repeated", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        hostileText.map((text) => `{"client_id":"${text}"`),
        fc.json().map((json) => `{"canary":${json}}`),
      ),
      (text) => {
        try {
          const value = parseSecret("the-secret", clientCredentialsSchema, text);
          expect(Object.keys(value).sort()).toEqual(["client_id", "client_secret"]);
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableSecretError);
          expect((error as Error).message).toMatch(
            /^the secret the-secret does not (?:hold JSON|have the expected fields; missing or of the wrong type: [a-z_ ,]+)$/,
          );
        }
      },
    ),
    { seed: 5, numRuns: runs(500) },
  );
});

it("a password has a date for any labels, and invalid labels are not repeated", () => {
  fc.assert(
    fc.property(
      labels,
      fc.integer({ min: 0, max: 8.64e14 }),
      fc.integer({ min: 1, max: 3650 }),
      (all, storedAt, lifetime) => {
        const { day, ignored } = passwordDate({ labels: all, storedAt }, NOW);
        expect(formatDay(day)).toMatch(/^[+-]?\d{4,6}-\d{2}/);
        expect(formatDay(day + lifetime)).toBeDefined();
        expect(daysLeft(day, lifetime, NOW)).toBeLessThanOrEqual(lifetime);
        for (const { label } of ignored) expect(label).toMatch(/^changed(?:\W?\d{1,4}\W\d{1,2}\W\d{1,4}|-…)$/i);
      },
    ),
    { seed: 5, numRuns: runs(500) },
  );
});

it("a structure's identifier is accepted, or refused with its property", () => {
  const identifiers = fc.oneof(
    hostileText,
    fc.stringMatching(/^\d{13,15}$/),
    fc.constantFrom("12345678200010", "35600000000048"),
  );
  fc.assert(
    fc.property(
      identifiers,
      fc.oneof(fc.constantFrom(...IDENTIFIER_TYPES), hostileText),
      fc.constantFrom(...ENVIRONMENTS),
      (identifier, type, environment) => {
        const structure = { identifier, identifierType: type as IdentifierType };
        try {
          checkStructureIdentifier("structure", structure, environment);
        } catch (error) {
          expect((error as Error).message).toMatch(/^structure\.identifier(?:Type)? must be /);
        }
      },
    ),
    { seed: 5, numRuns: runs(500) },
  );
});

it("the token endpoint's answer becomes a token with a lifetime, or a failure with a class", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(replies, { minLength: 1, maxLength: 1 }), async (answers) => {
      const result = await requestToken(
        {
          endpoint: new URL(HOSTS.qualif.tokenEndpoint),
          credentials: { client_id: "canary-id", client_secret: "canary-secret" },
          scope: "openid",
          issuedAt: NOW / 1000,
          timeoutInMilliseconds: 1000,
        },
        transportOf(answers),
      );
      if (result.ok) {
        expect(result.token.expires_at - NOW / 1000).toBeGreaterThan(0);
        expect(result.token.expires_at - NOW / 1000).toBeLessThanOrEqual(86_400);
        return;
      }
      expect(result.diagnosis.class).toMatch(/^[a-z-]+$/);
      expect(JSON.stringify(result)).not.toContain("canary");
      const { retryAfterInSeconds = 0 } = result;
      expect(Number.isInteger(retryAfterInSeconds) && retryAfterInSeconds >= 0).toBe(true);
    }),
    { seed: 5, numRuns: runs(500) },
  );
});

describe("a very long text", () => {
  const LENGTH = 100_000;
  const asked: Asked = { withAccount: true, returnCode: "perhaps" };
  const answered = (changes: Partial<HttpAnswer>): unknown =>
    readAnswer({ status: 401, body: "", ...changes }, asked, ["canary"]);
  const tryTo = (read: (text: string) => unknown, text: string): void => {
    try {
      read(text);
    } catch {
      // A refusal is fine.
    }
  };
  it.each<[string, (text: string) => unknown]>([
    ["a challenge", (text) => answered({ wwwAuthenticate: text })],
    ["a content type", (text) => answered({ contentType: text })],
    ["a body", (text) => answered({ status: 200, body: text })],
    ["a return code", (text) => answered({ status: 200, body: JSON.stringify({ codeRetour: text, libelle: text }) })],
    ["an API's address", (text) => resolveApiAddress(`structures/v1/${text}`)],
    ["an API's query", (text) => resolveApiAddress(`judilibre/search?${text}`)],
    ["a day", parseDay],
    ["a label", (text) => passwordDate({ labels: [text, `changed${text}`, `CHANGED-${text}`], storedAt: NOW }, NOW)],
    [
      "an identifier",
      (text) => {
        checkStructureIdentifier("s", { identifier: text, identifierType: "RIDET" }, "prod");
      },
    ],
    [
      "a SIRET",
      (text) => {
        checkStructureIdentifier("s", { identifier: text, identifierType: "SIRET" }, "prod");
      },
    ],
    [
      "a name",
      (text) => {
        checkName("name", text);
      },
    ],
    ["a token endpoint", (text) => checkTokenEndpoint(`https://${text}`, "prod", true)],
    ["a text to print", (text) => printable(text)],
  ])("takes linear time: %s", (_, read) => {
    const pieces = [
      "a",
      " ",
      ".",
      "/",
      "0",
      "-",
      "error ",
      "error=",
      "a-",
      "1 ",
      "\u0000",
      "%",
      "é",
      '"',
      "\\",
      "[",
      "A_MSG_1.",
      "@",
      "x".repeat(79) + " ",
    ];
    const startedAt = performance.now();
    for (const piece of pieces) {
      const text = piece.repeat(LENGTH / piece.length);
      for (const end of ["", "!", " ", "\n"]) tryTo(read, text + end);
    }
    // Quadratic time would exceed this.
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

describe("any bytes from a server", () => {
  let server: Server;
  let bytes = "";
  beforeAll(async () => {
    server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => {
        socket.end(bytes, "latin1");
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => {
    server.close();
  });

  it("become an answer or a network failure", async () => {
    const lines = fc.constantFrom(
      "HTTP/1.1 200 OK",
      "HTTP/1.1 101 Switching Protocols",
      "HTTP/1.1 100 Continue",
      "HTTP/1.0 302 Found",
      "location: http://example.org/",
      "content-length: 3",
      "content-length: 10",
      "content-length: -1",
      "transfer-encoding: chunked",
      "connection: upgrade",
      "upgrade: x",
      "",
      "",
      "abc",
      "ffffffff",
      "3",
      "0",
      "www-authenticate: Bearer x",
      "set-cookie: a=b",
    );
    const answers = fc
      .array(fc.oneof({ weight: 5, arbitrary: lines }, { weight: 1, arbitrary: hostileText }), { maxLength: 8 })
      .chain((all) => fc.constantFrom(all.join("\r\n"), `HTTP/1.1 200 OK\r\n${all.join("\r\n")}`));
    const kinds = new Set<string>();
    await fc.assert(
      fc.asyncProperty(answers, async (text) => {
        bytes = text;
        const { port } = server.address() as AddressInfo;
        const request = {
          url: new URL(`http://127.0.0.1:${port}/`),
          method: "POST",
          headers: {},
          body: "canary",
          timeoutInMilliseconds: 500,
        } as const;
        try {
          const answer = await callHttp(request);
          expect(answer.status).toBeGreaterThanOrEqual(100);
          kinds.add("answer");
        } catch (error) {
          expect(error).toBeInstanceOf(NetworkError);
          kinds.add((error as NetworkError).failure);
        }
      }),
      { seed: 5, numRuns: runs(200), examples: [["HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc"]] },
    );
    expect([...kinds].sort()).toEqual(expect.arrayContaining(["answer", "half-body", "network", "reset"]));
  });
});
