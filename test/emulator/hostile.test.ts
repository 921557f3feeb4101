import { validateHeaderName, validateHeaderValue } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { Piste, startEmulator, type Emulator } from "../../emulator";
import { CONTROL_ACTIONS } from "../../emulator/control";
import { CONTROL_PATH, type Outcome } from "../../emulator/piste";
import { DEFAULT_SETTINGS } from "../../emulator/settings";
import { API_CATALOGUE, API_NAMES, type Api } from "../../piste/api-catalogue";
import { TOKEN_ENDPOINT_PATH } from "../../piste/environments";
import { ACCOUNT, CLIENT, tokenOf, withAccount } from "./requests";
import { hostileText, jsonOf, mostly } from "../hostile";
import { runs } from "../runs";
import { fakeClock } from "../lambda/token-refresh/fixture";

/** The longest timer of Node; a longer one fires at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

const name = fc.constantFrom("APP_SANDBOX_equipe@exemple.fr", "facturation");
const structure = fc.record({
  identifier: fc.constantFrom("12345678901234", "X1"),
  identifierType: fc.constantFrom("SIRET", "RIDET"),
});
const login = fc.constantFrom("TECH_1_12345678901234@cpro.fr", "TECH_2_12345678901234@cpro.fr");
const secret = fc.constantFrom("the-secret", "another");
const client = fc.constantFrom("the-id", "another-id");
const whole = fc.oneof(
  fc.integer({ min: 0, max: 1_000_000 }),
  fc.maxSafeInteger(),
  fc.constantFrom(0, 1, 2 ** 31, 2 ** 53 - 1),
);
const date = fc.constantFrom(
  "2020-01-01",
  "0001-01-01",
  "9999-12-31T23:59:59-23:59",
  "2026-02-30",
  "0000-01-01T00:00:00+23:59",
);
const settingsBody = jsonOf(
  Object.fromEntries(
    Object.entries(DEFAULT_SETTINGS).map(([setting, value]) => [
      setting,
      typeof value === "number" ? whole : typeof value === "boolean" ? fc.boolean() : fc.constant(value),
    ]),
  ),
);

/** The number of the first one. */
const DEPOSIT = "CPP0011117000000000000001";

/** A nearly valid body of each action. */
const BODIES: Readonly<Record<string, fc.Arbitrary<string>>> = {
  "PATCH /settings": settingsBody,
  "POST /faults": jsonOf({
    on: fc.constantFrom("token", "gateway", "api"),
    times: fc.constantFrom(1, 2),
    delayInMilliseconds: whole,
    status: fc.integer({ min: 200, max: 599 }),
    retryAfterInSeconds: whole,
    location: hostileText,
    error: hostileText,
  }),
  "POST /answers": jsonOf({ path: fc.constantFrom("/x", TOKEN_ENDPOINT_PATH), json: hostileText }),
  "PATCH /deposits": jsonOf({
    numeroFluxDepot: fc.constantFrom(DEPOSIT, "CPP"),
    etat: hostileText,
    erreur: hostileText,
  }),
  "PATCH /invoices": jsonOf({ identifiantFactureCPP: whole, statut: hostileText, commentaire: hostileText }),
  "POST /api-keys": jsonOf({ keyId: hostileText }),
  "POST /clients": jsonOf({ client_id: client, client_secret: secret }),
  "POST /accounts": jsonOf({ login, password: secret }),
  "POST /structures": jsonOf({ identifier: fc.constant("12345678901234"), identifierType: fc.constant("SIRET") }),
  "POST /applications": jsonOf({
    name,
    client_id: client,
    client_secret: secret,
    apis: fc.constant(API_NAMES.map((api) => ({ api }))),
  }),
  "PATCH /applications": jsonOf({ name, apis: fc.constant([{ api: API_NAMES[0], cguAccepted: false }]) }),
  "POST /applications/secret": jsonOf({ name, client_secret: secret }),
  "POST /data-set": jsonOf({ structure, gestionnaire: hostileText }),
  "POST /spaces": jsonOf({ structure }),
  "DELETE /spaces": jsonOf({ structure }),
  "POST /raccordements": jsonOf({ structure, application: name }),
  "DELETE /raccordements": jsonOf({ structure, application: name }),
  "POST /technical-accounts": jsonOf({ login, password: secret, structure, createdAt: date, passwordChangedAt: date }),
  "POST /technical-accounts/password": jsonOf({ login, password: secret }),
  "POST /habilitations": jsonOf({ login }),
  "DELETE /habilitations": jsonOf({ login }),
};

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string | undefined>;
  readonly body: string;
}

const control: fc.Arbitrary<Asked> = fc.constantFrom(...CONTROL_ACTIONS).chain((action) => {
  const [method = "", path = ""] = action.split(" ");
  return fc
    .oneof({ weight: 8, arbitrary: BODIES[action] ?? fc.constant("") }, { weight: 1, arbitrary: hostileText })
    .map((body) => ({ method, path: `${CONTROL_PATH}${path}`, headers: {}, body }));
});
const calls = [
  ...Object.values<Api>(API_CATALOGUE).flatMap(({ basePath, probes }) =>
    probes.map((probe) => ({ method: probe.method, path: `${basePath}${probe.path}` })),
  ),
  ...["factures/v1/deposer/flux", "factures/v1/soumettre", "transverses/v1/consulterCRDetaille"].map((path) => ({
    method: "POST",
    path: `/cpro/${path}`,
  })),
];
const base64 = (text: string): string => Buffer.from(text).toString("base64");
/** Stands for the last issued token. */
const TOKEN = "{token}";
const api: fc.Arbitrary<Asked> = fc
  .record({
    call: fc.constantFrom(...calls),
    authorization: mostly(fc.constant(`Bearer ${TOKEN}`)).map(String),
    account: mostly(fc.tuple(login, secret).map(([one, password]) => base64(`${one}:${password}`))).map(String),
    body: jsonOf({
      structure: fc.record({
        identifiantStructure: fc.constant("12345678901234"),
        typeIdentifiantStructure: hostileText,
      }),
      numeroFluxDepot: fc.constantFrom(DEPOSIT, ""),
      fichierFlux: fc.oneof(
        hostileText,
        hostileText.map((text) => base64(`<?xml?><Invoice><ID>${text}</ID>`)),
      ),
      nomFichier: hostileText,
      syntaxeFlux: fc.constant("IN_DP_E2_CII_FACTURX"),
      modeDepot: fc.constantFrom("SAISIE_API", "DEPOT_PDF_API"),
      numeroFactureSaisi: hostileText,
      dateFacture: hostileText,
    }),
  })
  .map(({ call, authorization, account, body }) => ({
    ...call,
    headers: { authorization, "cpro-account": account },
    body,
  }));
const tokens: fc.Arbitrary<Asked> = fc
  .record({
    client,
    secret,
    scope: mostly(fc.constant("openid")).map(String),
    basic: fc.boolean(),
    odd: hostileText,
    type: fc.constantFrom("application/x-www-form-urlencoded", "text/plain"),
  })
  .map(({ client: id, secret: password, scope, basic, odd, type }) => ({
    method: "POST",
    path: TOKEN_ENDPOINT_PATH,
    headers: { "content-type": type, ...(basic && { authorization: `Basic ${base64(`${id}:${odd}`)}` }) },
    body: `grant_type=client_credentials&scope=${encodeURIComponent(Buffer.from(scope).toString())}${basic ? "" : `&client_id=${id}&client_secret=${password}`}`,
  }));
const anything: fc.Arbitrary<Asked> = fc.record({
  method: mostly(fc.constantFrom("GET", "POST", "DELETE", "PATCH", "OPTIONS", "__proto__")).map(String),
  path: fc.oneof(
    hostileText,
    fc.constantFrom(CONTROL_PATH, `${CONTROL_PATH}/__proto__`, "/constructor", TOKEN_ENDPOINT_PATH),
  ),
  headers: fc.dictionary(
    fc.constantFrom("authorization", "cpro-account", "content-type", "keyid", "__proto__"),
    hostileText,
  ),
  body: hostileText,
});

const days = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: control },
    { weight: 3, arbitrary: api },
    { weight: 3, arbitrary: tokens },
    { weight: 1, arbitrary: anything },
  ),
  {
    minLength: 1,
    maxLength: 12,
  },
);

/** The complete set-up of the guide. */
const SET_UP: readonly (readonly [action: string, body: object])[] = [
  ["POST /data-set", { structure: { identifier: "12345678901234" }, gestionnaire: "g@exemple.fr" }],
  [
    "POST /applications",
    {
      name: "APP_SANDBOX_equipe@exemple.fr",
      client_id: "the-id",
      client_secret: "the-secret",
      apis: API_NAMES.map((one) => ({ api: one })),
    },
  ],
  ["POST /spaces", { structure: { identifier: "12345678901234", identifierType: "SIRET" } }],
  [
    "POST /raccordements",
    {
      structure: { identifier: "12345678901234", identifierType: "SIRET" },
      application: "APP_SANDBOX_equipe@exemple.fr",
    },
  ],
  [
    "POST /technical-accounts",
    {
      login: "TECH_1_12345678901234@cpro.fr",
      password: "canary",
      structure: { identifier: "12345678901234", identifierType: "SIRET" },
      createdAt: "2020-01-01",
    },
  ],
  ["DELETE /habilitations", { login: "TECH_1_12345678901234@cpro.fr" }],
];

function controlRequest([action, body]: readonly [action: string, body: object]): Asked {
  const [method = "", path = ""] = action.split(" ");
  return { method, path: `${CONTROL_PATH}${path}`, headers: {}, body: JSON.stringify(body) };
}

/** The deposit of an account of `addAccount`, and the orders to it and its invoice. */
const DEPOSITED: readonly Asked[] = [
  controlRequest(["POST /clients", { client_id: "another-id", client_secret: "the-secret" }]),
  controlRequest(["POST /accounts", { login: "all@exemple.fr", password: "canary" }]),
  {
    method: "POST",
    path: TOKEN_ENDPOINT_PATH,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "grant_type=client_credentials&client_id=another-id&client_secret=the-secret",
  },
  {
    method: "POST",
    path: "/cpro/factures/v1/deposer/flux",
    headers: { authorization: `Bearer ${TOKEN}`, "cpro-account": base64("all@exemple.fr:canary") },
    body: JSON.stringify({ fichierFlux: "eA==", nomFichier: "f.pdf", syntaxeFlux: "IN_DP_E2_CII_FACTURX" }),
  },
  controlRequest(["PATCH /deposits", { numeroFluxDepot: DEPOSIT, etat: "IN_INTEGRE" }]),
  controlRequest(["PATCH /invoices", { identifiantFactureCPP: 8_000_002, statut: "REJETEE" }]),
];

/**
 * Requests that random ones rarely contain: valid settings, the deletion of a raccordement, a token of another scope, an
 * ordered state of a deposit, and calls with a valid body.
 */
const EXAMPLES: [boolean, Asked[]][] = [
  [false, [...DEPOSITED]],
  [
    true,
    [
      controlRequest([
        "POST /technical-accounts/password",
        { login: "TECH_1_12345678901234@cpro.fr", password: "other" },
      ]),
      controlRequest(["POST /api-keys", { keyId: "key" }]),
      controlRequest(["POST /answers", { path: "/x", json: {} }]),
      controlRequest(["POST /faults", { on: "token", status: 503 }]),
    ],
  ],
  [
    true,
    [
      controlRequest(["PATCH /settings", {}]),
      ...SET_UP.slice(3, 4).map(([, body]) => controlRequest(["DELETE /raccordements", body])),
    ],
  ],
  [
    true,
    [
      {
        method: "POST",
        path: TOKEN_ENDPOINT_PATH,
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: "grant_type=client_credentials&scope=resource.READ&client_id=the-id&client_secret=the-secret",
      },
      ...calls.map((call) => ({ ...call, headers: { authorization: `Bearer ${TOKEN}` }, body: "" })),
    ],
  ],
];

/** The problem of an answer; undefined if there is none. */
function problemOf({ answer, delayInMilliseconds }: Outcome, mayBeAnything: boolean): string | undefined {
  const { status, headers } = answer;
  if (!(status >= 200 && status < (mayBeAnything ? 600 : 500)) || (!mayBeAnything && status >= 300 && status < 400)) {
    return `status ${status}`;
  }
  if (delayInMilliseconds > LONGEST_TIMER) return `delay ${delayInMilliseconds}`;
  for (const [header, value] of Object.entries(headers)) {
    validateHeaderName(header);
    validateHeaderValue(header, value);
  }
  return undefined;
}

it("the local PISTE gives a valid answer to every sequence of requests", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.boolean(), days, (isSetUp, asked) => {
      const clock = fakeClock();
      const piste = new Piste(clock.now);
      let token = "";
      for (const { headers, ...request } of [...(isSetUp ? SET_UP.map(controlRequest) : []), ...asked]) {
        const authorization = headers["authorization"]?.replace(TOKEN, token);
        const isControl = request.path.startsWith(CONTROL_PATH);
        const isFaulty = !isControl && piste.faults.list().length > 0;
        const outcome = piste.handle({ ...request, headers: { ...headers, authorization } });
        const problem = problemOf(outcome, isFaulty);
        if (problem !== undefined) throw new Error(`${problem} for ${JSON.stringify(request)}`);
        token = /"access_token":"([^"]+)"/.exec(outcome.answer.body)?.[1] ?? token;
        const { status } = outcome.answer;
        if (!isFaulty)
          seen.add(`${isControl ? `${request.method} ${request.path.slice(CONTROL_PATH.length)}` : "call"} ${status}`);
        clock.forward(60);
      }
    }),
    { seed: 5, numRuns: runs(1500), examples: EXAMPLES },
  );
  // Every action succeeded at least once, and was refused at least once.
  const done = CONTROL_ACTIONS.map((action) => `${action} 200`);
  const refused = Object.keys(BODIES).map((action) => `${action} 400`);
  const answered = [200, 400, 401, 403, 404].map((status) => `call ${status}`);
  expect([...done, ...refused, ...answered].filter((one) => !seen.has(one))).toEqual([]);
});

describe("arbitrary bytes", () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterAll(() => emulator.stop());

  /** The answer to these bytes, once the connection ends or is quiet. */
  function send(bytes: string): Promise<string> {
    const { port } = new URL(emulator.apiBaseUrl);
    return new Promise((resolve) => {
      const socket = connect(Number(port), "127.0.0.1");
      let text = "";
      socket.setTimeout(100, () => socket.destroy());
      socket.on("data", (chunk) => (text += chunk.toString("latin1")));
      socket.on("error", () => undefined);
      socket.on("close", () => {
        resolve(text);
      });
      socket.write(bytes, "latin1");
    });
  }
  const isUp = async (): Promise<void> => {
    expect((await fetch(`${emulator.controlUrl}/settings`)).status).toBe(200);
  };

  it.each(["//", "//host/path", "http://", "*", "/%", "/%ff", "/\\", "?", "/a b"])(
    "a request for %s is answered",
    async (target) => {
      expect(await send(`GET ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`)).toMatch(
        /^HTTP\/1\.1 4\d\d /,
      );
      await isUp();
    },
  );

  it("do not stop the server", async () => {
    const line = fc.oneof(
      hostileText,
      fc.constantFrom(
        "GET / HTTP/1.1",
        "POST /_emulator/faults HTTP/1.1",
        "host: localhost",
        "content-length: 5",
        "content-length: -1",
        "transfer-encoding: chunked",
        "",
        "expect: 100-continue",
        "upgrade: websocket",
        "connection: upgrade",
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 8 }), async (lines) => {
        await send(lines.join("\r\n"));
        await isUp();
      }),
      { seed: 5, numRuns: runs(60) },
    );
  });

  it("may be JSON that is nested too deeply", async () => {
    const { piste, apiBaseUrl, controlUrl } = emulator;
    piste.platform.addClient(CLIENT);
    piste.platform.addAccount(ACCOUNT);
    const headers = { ...withAccount(tokenOf(piste)), "content-type": "application/json" } as Record<string, string>;
    const layers = "[".repeat(200_000) + "]".repeat(200_000);
    for (const [address, body] of [
      [`${controlUrl}/answers`, `{"path":"/cpro/x","json":${layers}}`],
      [`${apiBaseUrl}/cpro/factures/v1/consulter/historique`, `{"idFacture":${layers}}`],
      [`${apiBaseUrl}/cpro/structures/v1/consulter`, `{"idStructureCPP":${layers}}`],
    ] as const) {
      expect([200, 400]).toContain((await fetch(address, { method: "POST", body, headers })).status);
    }
  });

  it("may be a fault that cannot be sent", async () => {
    const fault = { on: "token", times: 1, location: "https://example.org/é\r\nx: 1" };
    const answer = await fetch(`${emulator.controlUrl}/faults`, { method: "POST", body: JSON.stringify(fault) });
    expect(answer.status).toBe(400);
    await fetch(emulator.tokenEndpoint, { method: "POST" });
    await isUp();
  });
});
