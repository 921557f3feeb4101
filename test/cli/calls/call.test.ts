import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import type { Fault } from "../../../emulator";
import { chorusProAccountHeader } from "../../../piste/credentials";
import { NETWORK_FAILURES, NetworkError, type HttpAnswer } from "../../../piste/http";
import { MADE_UP_ACCOUNT } from "../../../piste/probes";
import { call, type CallOptions } from "../../../cli/calls/call";
import {
  ACCOUNT,
  ACCOUNT_SECRET,
  describedAccount,
  failureOf,
  moves,
  NOW,
  openFixture,
  STRUCTURE,
  TOKEN_SECRET,
  type Failure,
  type Fixture,
  type FixtureOptions,
} from "./fixture";

const SEARCH = "structures/v1/rechercher";
const HEADER = chorusProAccountHeader(ACCOUNT);
const MADE_UP_HEADER = chorusProAccountHeader(MADE_UP_ACCOUNT);

interface Made extends Fixture {
  readonly failure: Failure | undefined;
}

interface Settings extends Partial<CallOptions> {
  readonly json?: string;
  readonly input?: string;
  readonly place?: FixtureOptions;
  readonly fault?: Omit<Fault, "on">;
  readonly prepare?: (fixture: Fixture) => void;
}

async function make(address: string, settings: Settings = {}): Promise<Made> {
  const { json, input = "", place, fault, prepare, ...options } = settings;
  const fixture = openFixture(place);
  if (fault !== undefined) fixture.piste.faults.add({ on: "api", ...fault });
  prepare?.(fixture);
  const run = call(
    fixture.session,
    { address, json, readInput: () => Promise.resolve(input) },
    { timeoutInSeconds: 30, ...options },
  );
  return { ...fixture, failure: await failureOf(run) };
}

/** Answers every request with the same. */
const answering =
  (answer: Partial<HttpAnswer>): FixtureOptions["transport"] =>
  () =>
    Promise.resolve({ status: 200, body: "", ...answer });

/** Answers with bytes as they arrive; `body` is empty when they are not UTF-8. */
const answeringBytes =
  (bytes: Buffer, contentType?: string): FixtureOptions["transport"] =>
  ({ wantsRaw = false }) =>
    Promise.resolve({
      status: 200,
      contentType,
      body: bytes.toString("utf8"),
      ...(wantsRaw && { raw: { headers: {}, body: bytes } }),
    });

/** JSON with non-ASCII characters escaped, as PHP and Python write it. */
const asciiJson = (text: string, digitsAs = (digits: string) => digits): string =>
  JSON.stringify(text).replace(
    /[^\x20-\x7e]/g,
    (sign) => `\\u${digitsAs(sign.charCodeAt(0).toString(16).padStart(4, "0"))}`,
  );

function onlyRequest({ requests }: Made): Made["requests"][number] {
  const [request, ...others] = requests;
  if (request === undefined || others.length > 0) throw new Error(`${requests.length} requests were sent`);
  return request;
}

const everythingOf = ({ out, err, failure }: Made): string =>
  out() + err() + (failure === undefined ? "" : failure.en + failure.fr + failure.inspected);
const wrongPassword = ({ aws }: Fixture): void =>
  void aws.put(ACCOUNT_SECRET, { login: ACCOUNT.login, password: "canary-wrong-9b2e" });

describe("a call", () => {
  it("sends the token and the technical account to the gateway, and prints the answer unchanged", async () => {
    const json = '{"structure":{"identifiantStructure":"12345678901234"}}';
    const made = await make(SEARCH, { json });
    const { url, method, headers, body, timeoutInMilliseconds, maximumBodyInBytes } = onlyRequest(made);
    expect(`${method} ${url.href}`).toBe("POST https://sandbox-api.piste.gouv.fr/cpro/structures/v1/rechercher");
    expect(headers["authorization"]).toBe(`Bearer ${made.token}`);
    expect(headers["cpro-account"]).toBe(HEADER);
    expect(body).toBe(json);
    expect({ timeoutInMilliseconds, maximumBodyInBytes }).toEqual({
      timeoutInMilliseconds: 30_000,
      maximumBodyInBytes: 64 * 1024 * 1024,
    });
    expect(made.failure).toBeUndefined();
    expect(made.out()).toMatch(/^\{"codeRetour":0,.*\}$/);
    expect(made.err()).toMatch(
      /^POST https:\/\/sandbox-api\.piste\.gouv\.fr\/cpro\/structures\/v1\/rechercher, default: 200, application\/json;charset=utf-8, 0 ms, \d+ bytes$/,
    );
  });

  it("passes any answer through byte for byte", async () => {
    const body = '{"codeRetour":0, "montant":100.00,\r\n "id":12345678901234567890}\n\u001b[31m';
    expect((await make(SEARCH, { place: { transport: answering({ body }) } })).out()).toBe(body);
  });

  it("indents JSON on a terminal, keeps its literals and removes control characters", async () => {
    const body =
      '{"codeRetour":0,"montant":100.00,"id":12345678901234567890,"vide":{},"liste":[1,"a, [b]\\"{"],"x":"\u009b31m"}';
    const made = await make(SEARCH, { place: { terminal: true, transport: answering({ body }) } });
    expect(made.out()).toBe(
      [
        "{",
        '  "codeRetour": 0,',
        '  "montant": 100.00,',
        '  "id": 12345678901234567890,',
        '  "vide": {},',
        '  "liste": [',
        "    1,",
        '    "a, [b]\\"{"',
        "  ],",
        '  "x": "?31m"',
        "}",
        "",
      ].join("\n"),
    );
    const text = await make("legifrance/list/ping", {
      place: { terminal: true, transport: answering({ body: "pong\u001b[2J" }) },
    });
    expect(text.out()).toBe("pong?[2J\n");
  });

  it("shortens an invoice's PDF on a terminal only", async () => {
    const body = JSON.stringify({ codeRetour: 0, pdf: "JVBERi0".repeat(1000) });
    const shown = await make(SEARCH, { place: { terminal: true, transport: answering({ body }) } });
    expect(shown.out()).toMatch(/"pdf": "JVBERi0[\w]+… \(7000 characters\)"/);
    expect(shown.err()).toContain("`--output FILE` writes them whole");
    expect((await make(SEARCH, { place: { transport: answering({ body }) } })).out()).toBe(body);
  });

  describe("with a binary answer", () => {
    const pdf = Buffer.concat([Buffer.from("%PDF-1.7\n"), randomBytes(300_000), Buffer.from([0, 0xff, 0x80, 0x0a])]);
    const place = { transport: answeringBytes(pdf, "application/pdf") };
    const folder = mkdtempSync(path.join(tmpdir(), "piste-call-"));
    afterAll(() => {
      rmSync(folder, { recursive: true });
    });

    it("passes it through to a pipe byte for byte, and says its length", async () => {
      const made = await make("legifrance/list/ping", { place });
      expect(made.bytes().equals(pdf)).toBe(true);
      expect(made.err()).toContain(`application/pdf, 0 ms, ${pdf.length} bytes`);
      expect(made.failure).toBeUndefined();
    });

    it.each([pdf, Buffer.from("UTF-16", "utf16le")])(
      "does not show it on a terminal, and asks for a file",
      async (body) => {
        const made = await make("legifrance/list/ping", { place: { transport: answeringBytes(body), terminal: true } });
        expect(made.bytes()).toHaveLength(0);
        expect(made.failure).toMatchObject({ owner: "operator", en: expect.stringContaining("`--output FILE`") });
        expect(made.failure?.fr).toContain("`--output FICHIER`");
      },
    );

    it("writes it to the named file, which only the user can read", async () => {
      const output = path.join(folder, "invoice.pdf");
      const made = await make("legifrance/list/ping", { output, place: { ...place, terminal: true } });
      expect(readFileSync(output).equals(pdf)).toBe(true);
      expect(statSync(output).mode & 0o777).toBe(0o600);
      expect(made.bytes()).toHaveLength(0);
      expect(made.err()).toContain(`The answer is in ${output}`);
      expect(made.failure).toBeUndefined();
    });

    it("removes the call's credentials from it", async () => {
      const made = await make(SEARCH, {
        place: { transport: answeringBytes(Buffer.concat([pdf, Buffer.from(ACCOUNT.password), pdf])) },
      });
      const hidden = Buffer.concat([pdf, Buffer.from("[hidden]"), pdf]);
      expect(made.bytes().equals(hidden)).toBe(true);
    });
  });

  it("writes text to a file unchanged, and JSON in full", async () => {
    const output = path.join(mkdtempSync(path.join(tmpdir(), "piste-call-")), "answer.json");
    const body = JSON.stringify({ codeRetour: 0, pdf: "JVBERi0".repeat(1000) });
    await make(SEARCH, { output, place: { terminal: true, transport: answering({ body }) } });
    expect(readFileSync(output, "utf8")).toBe(body);
    rmSync(path.dirname(output), { recursive: true });
  });

  it("is not made when its answer could not be written", async () => {
    const made = await make(SEARCH, { output: path.join(tmpdir(), "no-such-folder-of-piste", "answer.json") });
    expect(made.requests).toEqual([]);
    expect(made.failure?.en).toContain("the folder does not exist");
  });

  it.each<[string, Settings, string, string | undefined]>([
    ["legifrance/list/ping", {}, "GET", undefined],
    ["legifrance/consult/getArticle", {}, "GET", undefined],
    ["legifrance/consult/getArticle", { json: '{"id":"x"}' }, "POST", '{"id":"x"}'],
    ["legifrance/consult/getArticle", { method: "POST" }, "POST", "{}"],
    ["legifrance/list/ping", { method: "POST" }, "POST", "{}"],
    ["utilisateurs/v1/monCompte/recuperer/rattachements", {}, "POST", "{}"],
    [SEARCH, {}, "POST", '{"structure":{"identifiantStructure":"12345678901234","typeIdentifiantStructure":"SIRET"}}'],
    [SEARCH, { method: "GET" }, "GET", undefined],
    ["factures/v1/deposer/flux", { json: "-", input: '\uFEFF{"fichier":1}' }, "POST", '{"fichier":1}'],
  ])("sends %s %j as %s", async (address, settings, method, body) => {
    const { requests } = await make(address, { ...settings, place: { transport: answering({ body: "{}" }) } });
    expect(requests[0]).toMatchObject({ method, body });
  });

  it("sends an account only to APIs that use one", async () => {
    for (const address of ["transverses/v1/health-check", "legifrance/list/ping"]) {
      const made = await make(address);
      expect(onlyRequest(made).headers).not.toHaveProperty("cpro-account");
      expect(made.failure).toBeUndefined();
      const refused = await make(address, { account: "default" });
      expect(refused.failure).toMatchObject({
        owner: "operator",
        en: expect.stringContaining("remove `--account`"),
      });
    }
  });

  it("uses the token of the only application that has the API", async () => {
    const place = ({ aws, piste }: Fixture): void => {
      const { description } = aws.deploy({ environment: "qualif", name: "captcha", apis: ["captchetat"] });
      const { token } = piste.platform.giveToken("client", [description.scope]);
      const times = { issued_at: NOW / 1000 - 60, expires_at: NOW / 1000 + 1800 };
      aws.put(description.tokenSecret, {
        access_token: token,
        token_type: "Bearer",
        scope: description.scope,
        ...times,
      });
    };
    const made = await make("captchetat/healthcheck", { prepare: place });
    expect(made.failure).toBeUndefined();
    expect(made.out()).toContain("UP");
    expect((await make("legifrance/list/ping", { prepare: place })).failure?.en).toContain(
      "Several applications of qualif could be meant: chorus-pro, captcha.",
    );
    const named = await make("captchetat/healthcheck", { prepare: place, application: "chorus-pro" });
    expect(named.failure).toMatchObject({ owner: "operator", en: expect.stringContaining("lacks the scope") });
  });

  it("uses the only application with the API and a technical account, when the API needs one", async () => {
    const prepare = ({ aws }: Fixture): void => {
      aws.deploy({ environment: "qualif", name: "second" });
    };
    const place: FixtureOptions = { apis: ["chorus-pro-structures", "chorus-pro-transverses"] };
    const made = await make(SEARCH, { place, prepare });
    expect(made.failure).toBeUndefined();
    expect(onlyRequest(made).headers["authorization"]).toBe(`Bearer ${made.token}`);
    const failure = (await make("transverses/v1/health-check", { place, prepare })).failure;
    expect(failure?.en).toContain("Several applications");
  });

  it("names the application in the next command", async () => {
    const empty = ({ aws }: Fixture): void => {
      aws.remove(ACCOUNT_SECRET);
    };
    expect((await make(SEARCH, { prepare: empty })).failure?.en).toContain(
      "`npx piste credentials set qualif technical-account --application chorus-pro`",
    );
  });

  it.each(["{", "", '{"a":1', "canary-json"])("refuses invalid JSON: %j", async (json) => {
    const made = await make(SEARCH, { json });
    expect(made.failure).toMatchObject({ owner: "operator", en: expect.stringContaining("not JSON") });
    expect(made.requests).toEqual([]);
    expect((await make(SEARCH, { json: "-", input: json })).failure?.owner).toBe("operator");
  });

  it("refuses JSON for a GET", async () => {
    for (const settings of [{ method: "GET", json: "{}" } as const, { json: "{}" }]) {
      const made = await make("transverses/v1/health-check", settings);
      expect(made.failure).toMatchObject({ owner: "operator", en: expect.stringContaining("A GET takes no JSON") });
      expect(made.requests).toEqual([]);
    }
  });

  it.each(["https://example.org/x", "structures/v1/../../x", "structures", "insee/sirene", "judilibre/search?a#b"])(
    "refuses %j, and lists the known APIs",
    async (address) => {
      const made = await make(address);
      expect(made.failure?.owner).toBe("operator");
      for (const known of ["chorus-pro-factures", "cpro/factures/v1", "cassation/judilibre/v1.0", "captchetat"]) {
        expect(made.failure?.en).toContain(known);
        expect(made.failure?.fr).toContain(known);
      }
      expect(made.requests).toEqual([]);
    },
  );

  it("is not made without a valid token", async () => {
    const expired = await make(SEARCH, { place: { secondsLeft: 0 } });
    expect(expired.failure).toMatchObject({ owner: "aws", en: expect.stringContaining("expired on") });
    const none = await make(SEARCH, {
      prepare: ({ aws }) => {
        aws.create(TOKEN_SECRET);
      },
    });
    expect(none.failure?.owner).toBe("operator");
    expect([...expired.requests, ...none.requests]).toEqual([]);
    expect((await make(SEARCH, { place: { secondsLeft: 10 } })).failure).toBeUndefined();
  });
});

describe("the technical account of a call", () => {
  const [one, two] = [describedAccount("agence-1"), describedAccount("agence-2")];
  const stored = ({ aws }: Fixture): void => {
    aws.create(one.secret, two.secret);
    for (const { secret } of [one, two]) aws.put(secret, ACCOUNT);
  };

  it("is the named one, else the default one, else the only one", async () => {
    const all = [one, two, describedAccount("default")];
    const settings = { prepare: stored, place: { accounts: all } };
    expect((await make(SEARCH, { ...settings, account: "agence-2" })).err()).toContain("rechercher, agence-2: 200");
    expect((await make(SEARCH, settings)).err()).toContain("rechercher, default: 200");
    expect((await make(SEARCH, { ...settings, place: { accounts: [one] } })).err()).toContain(
      "rechercher, agence-1: 200",
    );
  });

  it("must exist, and must be named if there are several and no default", async () => {
    const accounts = [one, two];
    expect((await make(SEARCH, { place: { accounts } })).failure).toMatchObject({
      owner: "operator",
      en: expect.stringContaining("2 technical accounts: agence-1, agence-2. Name one with `--account`"),
    });
    expect((await make(SEARCH, { place: { accounts }, account: "toString" })).failure).toMatchObject({
      owner: "operator",
      en: expect.stringContaining('no technical account "toString" in qualif. Known: agence-1, agence-2'),
    });
    const many = Array.from({ length: 300 }, (_, index) => describedAccount(`a-${index}`));
    expect((await make(SEARCH, { place: { accounts: many } })).failure?.en).toMatch(/300 .*: a-0, .*, a-9, …\. Name/);
    expect((await make(SEARCH, { place: { accounts: [] } })).failure?.en).toContain("`technicalAccounts`");
  });

  it("must be stored, in the right format", async () => {
    const none = await make(SEARCH, {
      prepare: ({ aws }) => {
        aws.remove(ACCOUNT_SECRET);
      },
    });
    expect(none.failure).toMatchObject({
      owner: "operator",
      en: expect.stringContaining("`npx piste credentials set qualif technical-account --application chorus-pro`"),
    });
    const other = await make(SEARCH, {
      prepare: ({ aws }) => void aws.put(ACCOUNT_SECRET, { login: ACCOUNT.login, secret: ACCOUNT.password }),
    });
    expect(other.failure).toMatchObject({ owner: "operator", en: expect.stringContaining('{"login", "password"}') });
    expect(everythingOf(other)).not.toContain("canary");
    expect([...none.requests, ...other.requests]).toEqual([]);
  });

  it("gets the label REFUSED after a refusal, and is not sent again", async () => {
    const made = await make(SEARCH, { prepare: wrongPassword });
    expect(made.requests).toHaveLength(1);
    expect(made.failure).toMatchObject({
      owner: "chorus-pro",
      en: expect.stringContaining("refuses the technical account"),
    });
    expect(moves(made)).toEqual([`moveLabel ${ACCOUNT_SECRET} REFUSED: nowhere to version-2`]);
    expect(made.err()).toContain("now has the label REFUSED");

    const again = await failureOf(
      call(made.session, { address: SEARCH, readInput: () => Promise.resolve("") }, { timeoutInSeconds: 30 }),
    );
    expect(made.requests).toHaveLength(1);
    expect(again).toMatchObject({ owner: "chorus-pro", en: expect.stringContaining("Nothing was sent") });
  });

  it("moves the label from the version that was refused before", async () => {
    const made = await make(SEARCH, {
      prepare: (fixture) => {
        fixture.aws.put(ACCOUNT_SECRET, ACCOUNT, ["AWSCURRENT", "REFUSED"]);
        wrongPassword(fixture);
      },
    });
    expect(made.requests).toHaveLength(1);
    expect(moves(made)).toEqual([`moveLabel ${ACCOUNT_SECRET} REFUSED: version-2 to version-3`]);
  });

  it("is sent again with --force, and keeps its label after another refusal", async () => {
    const made = await make(SEARCH, {
      force: true,
      prepare: ({ aws }) =>
        void aws.put(ACCOUNT_SECRET, { ...ACCOUNT, password: "canary-wrong-9b2e" }, ["AWSCURRENT", "REFUSED"]),
    });
    expect(made.requests).toHaveLength(1);
    expect(made.failure?.owner).toBe("chorus-pro");
    expect(moves(made)).toEqual([]);
  });

  it("loses the label when Chorus Pro accepts it", async () => {
    const prepare = ({ aws }: Fixture): void => void aws.put(ACCOUNT_SECRET, ACCOUNT, ["AWSCURRENT", "REFUSED"]);
    const made = await make(SEARCH, { force: true, prepare });
    expect(made.failure).toBeUndefined();
    expect(moves(made)).toEqual([`moveLabel ${ACCOUNT_SECRET} REFUSED: version-2 to nowhere`]);
    expect(made.err()).toContain("the label REFUSED was removed");
  });

  it.each<[string, string, string]>([
    ["of a call that may ignore the account", "factures/v1/soumettre", '{"codeRetour":0}'],
    ["whose answer may not be Chorus Pro's", SEARCH, "{}"],
  ])("keeps the label after a success %s", async (_, address, body) => {
    const prepare = ({ aws }: Fixture): void => void aws.put(ACCOUNT_SECRET, ACCOUNT, ["AWSCURRENT", "REFUSED"]);
    const made = await make(address, { force: true, prepare, json: "{}", place: { transport: answering({ body }) } });
    expect(made.failure).toBeUndefined();
    expect(moves(made)).toEqual([]);
  });

  it("is not sent without the right to see its labels, except with --force", async () => {
    const prepare = ({ aws }: Fixture): void => {
      aws.refuse("secretsmanager:ListSecretVersionIds");
    };
    const made = await make(SEARCH, { prepare });
    expect(made.requests).toEqual([]);
    expect(made.failure).toMatchObject({
      owner: "aws",
      en: expect.stringMatching(/--force.*secretsmanager:ListSecretVersionIds/),
    });
    const forced = await make(SEARCH, { prepare, force: true });
    expect(forced.failure).toBeUndefined();
    expect(forced.requests).toHaveLength(1);
  });

  it("causes a warning when it was refused and may not be labelled", async () => {
    const made = await make(SEARCH, {
      prepare: (fixture) => {
        wrongPassword(fixture);
        fixture.aws.refuse("secretsmanager:UpdateSecretVersionStage");
      },
    });
    expect(made.failure?.owner).toBe("chorus-pro");
    expect(made.err()).toMatch(
      /REFUSED could not be added to version version-2 of .*secretsmanager:UpdateSecretVersionStage/,
    );
  });

  it("may be too new for Chorus Pro: the message says to wait", async () => {
    const put =
      (minutes: number) =>
      ({ aws }: Fixture): void =>
        void aws.put(ACCOUNT_SECRET, { ...ACCOUNT, password: "canary-wrong-9b2e" }, ["AWSCURRENT"], minutes * 60);
    const young = await make(SEARCH, { prepare: put(29) });
    expect(young.failure).toMatchObject({ owner: "wait", en: expect.stringMatching(/stored 29 min 0 s ago.*--force/) });
    expect((await make(SEARCH, { prepare: put(30) })).failure?.owner).toBe("chorus-pro");
  });
});

describe("the cause of a failed call", () => {
  it.each<[string, Omit<Fault, "on">, string, RegExp]>([
    ["a refusal of the request", { status: 400 }, "operator", /refuses the request itself \(400\)/],
    ["a wrong method", { status: 405 }, "operator", /refuses the request itself \(405\)/],
    ["a missing address", { status: 404 }, "operator", /not exposed in this environment/],
    ["a quota", { status: 429, retryAfterInSeconds: 7 }, "wait", /quota.*in 7 s/],
    ["a quota without an end", { status: 429 }, "wait", /quota.*later/],
    ["a platform that is down", { status: 503 }, "wait", /down or restarting \(503\)/],
    ["a maintenance page", { status: 200, body: "html" }, "wait", /not an answer of the API \(200, text\/html/],
    ["a proxy's own 403", { status: 403, body: "html" }, "wait", /not an answer of the API \(403/],
    ["a redirect", { status: 302, location: "https://example.org/" }, "wait", /not an answer of the API \(302/],
    ["a cut connection", { connection: "reset" }, "wait", /was cut\. It may still have carried out the call/],
    ["silence", { connection: "hang" }, "wait", /no complete answer within the time limit.*30 s.*--timeout-in-seconds/],
  ])("has the right owner: %s", async (_, fault, owner, words) => {
    const made = await make(SEARCH, { fault });
    expect(made.failure?.owner).toBe(owner);
    expect(made.failure?.en).toMatch(words);
  });

  it.each(NETWORK_FAILURES)("is named for each network failure: %s", async (failure) => {
    const transport = (): Promise<HttpAnswer> => Promise.reject(new NetworkError(failure));
    const made = await make(SEARCH, { place: { transport, proxy: "proxy.exemple.fr:3128" } });
    expect(made.err()).toContain(`: ${failure}, 0 ms`);
    expect(made.failure?.en).toContain("through the proxy proxy.exemple.fr:3128");
    expect(made.out()).toBe("");
    const local = ["dns", "tls", "proxy", "too-large"].includes(failure);
    expect(made.failure?.owner).toBe(local ? "operator" : "wait");
  });

  it("is the token, never the account, when the gateway does not know the token", async () => {
    const made = await make(SEARCH, { prepare: ({ piste }) => void piste.platform.expireTokens() });
    expect(made.failure).toMatchObject({
      owner: "wait",
      en: expect.stringMatching(
        /does not know the access token[^]*`npx piste token renew <environment>` replaces it now/,
      ),
      fr: expect.stringContaining("`npx piste token renew <environnement>`"),
    });
    expect(moves(made)).toEqual([]);
  });

  it("does not exist when a search finds nothing: that is a success", async () => {
    const made = await make("factures/v1/rechercher/fournisseur");
    expect(made.failure).toBeUndefined();
    expect(made.out()).toContain("TRA_MSG_00.015");
  });

  it("is the request if the user gave data, else probably a missing habilitation", async () => {
    const fault = { codeRetour: 20001, libelle: "GDP_MSG_01.002: facture inconnue" };
    const own = await make("factures/v1/soumettre", {
      json: "{}",
      place: { transport: answering({ body: JSON.stringify(fault) }) },
    });
    expect(own.failure?.owner).toBe("operator");
    expect(own.failure?.en).toContain("(codeRetour 20001, GDP_MSG_01.002)");
    expect(own.out()).toBe(JSON.stringify(fault));
    const probe = await make(SEARCH, { fault });
    expect(probe.failure).toMatchObject({
      owner: "chorus-pro",
      en: expect.stringMatching(/habilitation is probably missing/),
    });
  });

  it("is probably the path, if the user gave it", async () => {
    const made = await make("factures/v1/nulle/part", { json: "{}" });
    expect(made.failure).toMatchObject({ owner: "operator", en: expect.stringContaining("check the path first") });
  });

  it("is the scope when the gateway says so", async () => {
    const made = await make("legifrance/list/ping", { place: { scope: "resource.READ" } });
    expect(made.failure).toMatchObject({ owner: "operator", en: expect.stringContaining("lacks the scope") });
  });

  it("is not surely an outage when Légifrance answers the user's own search with 503", async () => {
    const deep = await make("legifrance/search", { json: "{}", fault: { path: "/dila/", status: 503 } });
    expect(deep.failure?.en).toMatch(/is down or restarting \(503\)\..* beyond its first 10,000 results/);
    const ping = await make("legifrance/list/ping", { fault: { path: "/dila/", status: 503 } });
    expect(ping.failure?.en).not.toContain("10,000");
  });

  it("is a quota, perhaps a daily one, perhaps of this method only", async () => {
    const made = await make("judilibre/healthcheck", { fault: { status: 429 } });
    expect(made.failure?.en).toContain("for each method, per second, minute and day");
  });

  it("is the API when a 200 says that it is down", async () => {
    const body = '{"status":"indisponible"}';
    const made = await make("judilibre/healthcheck", { place: { transport: answering({ body }) } });
    expect(made.failure?.owner).toBe("wait");
  });

  it("is a proxy when the gateway finds no token in the request", async () => {
    const wwwAuthenticate = 'Bearer realm="DefaultRealm",error="invalid_request"';
    const made = await make(SEARCH, { place: { transport: answering({ status: 400, wwwAuthenticate }) } });
    expect(made.failure).toMatchObject({
      owner: "operator",
      en: expect.stringContaining("found no token in the call"),
    });
  });

  it("is unclear for a 401 without a reason, in a call without an account", async () => {
    const made = await make("judilibre/search", { place: { transport: answering({ status: 401 }) } });
    expect(made.failure).toMatchObject({ owner: "operator", en: expect.stringContaining("401 without a reason") });
    expect(moves(made)).toEqual([]);
  });
});

describe("a 403", () => {
  /** Answers the real and the made-up login differently. */
  const byLogin =
    (real: Partial<HttpAnswer>, madeUp: Partial<HttpAnswer>): FixtureOptions["transport"] =>
    ({ headers }) =>
      Promise.resolve({
        status: 200,
        body: "",
        ...(headers["cpro-account"] === MADE_UP_HEADER ? madeUp : real),
      });
  const logins = ({ requests }: Made): (string | undefined)[] => requests.map(({ headers }) => headers["cpro-account"]);

  it("is explained by a second call with a made-up login, never by sending the real one again", async () => {
    const json = '{"own":"data"}';
    const refused = await make("factures/v1/soumettre", {
      json,
      place: { transport: byLogin({ status: 403 }, { status: 401 }) },
    });
    expect(refused.failure).toMatchObject({ owner: "chorus-pro", en: expect.stringMatching(/raccordement/) });
    expect(refused.failure?.fr).toMatch(/^L'API laisse entrer l'application/);
    expect(logins(refused)).toEqual([HEADER, MADE_UP_HEADER]);
    expect(refused.requests.map(({ url, body }) => `${url.pathname} ${body ?? ""}`)).toEqual([
      `/cpro/factures/v1/soumettre ${json}`,
      "/cpro/factures/v1/rechercher/fournisseur {}",
    ]);
    const closed = await make(SEARCH, { place: { transport: byLogin({ status: 403 }, { status: 403 }) } });
    expect(closed.failure).toMatchObject({ owner: "piste-portal", en: expect.stringMatching(/probably not selected/) });
    expect(closed.requests[1]?.body).toContain(STRUCTURE.identifier);
    expect(moves(closed)).toEqual([]);
  });

  it("stays unexplained when the second call contradicts it", async () => {
    const transport = byLogin({ status: 403 }, { body: '{"codeRetour":0}' });
    expect((await make(SEARCH, { place: { transport } })).failure).toMatchObject({
      owner: "wait",
      en: expect.stringContaining("A second call did not show"),
    });
  });

  it("causes no call with a made-up login in prod, except with the option", async () => {
    const place = { environment: "prod", transport: byLogin({ status: 403 }, { status: 401 }) } as const;
    const made = await make(SEARCH, { place });
    expect(logins(made)).toEqual([HEADER]);
    expect(made.failure).toMatchObject({
      owner: "piste-portal",
      en: expect.stringMatching(/not selected.*raccordement.*`--probe` calls once more/),
    });
    const allowed = await make(SEARCH, { place, probe: true });
    expect(logins(allowed)).toEqual([HEADER, MADE_UP_HEADER]);
    expect(allowed.requests.every(({ url }) => url.origin === "https://api.piste.gouv.fr")).toBe(true);
  });

  it("of an API without accounts means that the API is not selected", async () => {
    const made = await make("legifrance/list/ping", { place: { transport: answering({ status: 403 }) } });
    expect(made.failure).toMatchObject({ owner: "piste-portal", en: expect.stringMatching(/probably not selected/) });
    expect(made.requests).toHaveLength(1);
  });
});

describe("a secret value", () => {
  const canaries = (made: Made): string[] => [
    made.token,
    ACCOUNT.password,
    "canary-wrong-9b2e",
    HEADER,
    chorusProAccountHeader({ ...ACCOUNT, password: "canary-wrong-9b2e" }),
  ];

  it.each<[string, Settings]>([
    ["a good answer", {}],
    ["a wrong password", { prepare: wrongPassword }],
    ["a refusal", { fault: { status: 403, body: "empty" } }],
    ["a cut connection", { fault: { connection: "reset" } }],
    ["an expired token", { place: { secondsLeft: -5 } }],
    [
      "no right to label",
      {
        prepare: (fixture) => {
          wrongPassword(fixture);
          fixture.aws.refuse("secretsmanager:UpdateSecretVersionStage");
        },
      },
    ],
    [
      "no right to see labels",
      {
        prepare: ({ aws }) => {
          aws.refuse("secretsmanager:ListSecretVersionIds");
        },
      },
    ],
  ])("is in no output and no error: %s", async (_, settings) => {
    for (const terminal of [true, false]) {
      const made = await make(SEARCH, { ...settings, place: { terminal, ...settings.place } });
      for (const canary of canaries(made)) expect(everythingOf(made)).not.toContain(canary);
    }
  });

  it("is removed from an answer that repeats it", async () => {
    const made = await make(SEARCH, {
      place: {
        transport: ({ headers }) =>
          Promise.resolve({
            status: 500,
            wwwAuthenticate: headers["authorization"],
            body: JSON.stringify({ headers, password: ACCOUNT.password }),
          }),
      },
    });
    for (const canary of canaries(made)) expect(everythingOf(made)).not.toContain(canary);
    expect(made.out()).toContain("[hidden]");
    expect(made.err()).toContain("[hidden] replaces them");
  });

  it.each<[string, (secret: string) => Buffer]>([
    ["as it is", (secret) => Buffer.from(secret)],
    ["in Latin-1", (secret) => Buffer.from(secret, "latin1")],
    ["in JSON", (secret) => Buffer.from(JSON.stringify({ secret }))],
    ["in ASCII JSON", (secret) => Buffer.from(asciiJson(secret))],
    ["the same in capitals", (secret) => Buffer.from(asciiJson(secret, (digits) => digits.toUpperCase()))],
    ["in an address", (secret) => Buffer.from(encodeURIComponent(secret))],
    ["in a form", (secret) => Buffer.from(new URLSearchParams({ secret }).toString())],
    ["in base64", (secret) => Buffer.from(Buffer.from(secret).toString("base64"))],
  ])("is removed from an answer that repeats it with non-ASCII characters: %s", async (_, repeated) => {
    const password = 'canary "mot de passé" à 9è';
    const body = Buffer.concat([Buffer.from('été, "'), repeated(password), Buffer.from('", fin')]);
    for (const terminal of [true, false]) {
      const made = await make(SEARCH, {
        prepare: ({ aws }) => {
          aws.put(ACCOUNT_SECRET, { ...ACCOUNT, password });
        },
        place: { terminal, transport: answeringBytes(body) },
      });
      expect(made.err()).toContain("[hidden] replaces them");
      const shown = made.bytes().toString("latin1");
      for (const part of ["canary", "9è", Buffer.from(password).toString("base64").slice(0, 12)]) {
        expect(shown).not.toContain(part);
      }
    }
  });

  it("does not hide a bug", async () => {
    const bug = new TypeError("a bug");
    await expect(make(SEARCH, { place: { transport: () => Promise.reject(bug) } })).rejects.toBe(bug);
  });
});
