/** `piste credentials try` on the local PISTE in all its states: open steps, their owners, and how often values were sent. */
import { describe, expect, it } from "@jest/globals";
import { transportTo } from "../../../emulator";
import { TOKEN_ENDPOINT_PATH, type Platform } from "../../../piste/environments";
import { NetworkError, type NetworkFailure } from "../../../piste/http";
import { MADE_UP_ACCOUNT } from "../../../piste/probes";
import { CommandError } from "../../../cli/command/failure";
import { openPiste } from "../../../cli/command/target";
import { SIRET, stepOf } from "../doctor/fixture";
import { ACCOUNT, CLIENT, Portals } from "../doctor/portals";
import { failureOf } from "./fixture";
import { TODAY, trial, typing, type Tried, type TrialSetUp } from "./try-fixture";

const WRONG_CLIENT = { ...CLIENT, client_secret: "canary-wrong-client-secret" };
const WRONG_ACCOUNT = { ...ACCOUNT, password: "canary-wrong-password" };
const NO_ACCOUNT = { typed: [...typing().slice(0, 3), ""] };

interface State extends TrialSetUp {
  /** Open steps with their status and owner. */
  readonly open: readonly string[];
  readonly codes: readonly string[];
  readonly exitCode: number;
  readonly says?: RegExp;
  /** The fault of the real account, whose password must then be sent exactly once. */
  readonly sentOnce?: string;
}

const LAST = "Q7 not-seen-yet";
/** Open steps after a failure of the token endpoint. */
const atToken = (owner: string, missing = false): readonly string[] =>
  ["Q1", "Q2", "Q3", "Q5", "Q6"]
    .map((id) => `${id} not-reached`)
    .concat(`Q7 ${missing ? "missing" : "not-seen-yet"} ${owner}`);
const noApi = ["Q3 not-reached", "Q5 not-reached", "Q6 not-reached"];

const STATES: Readonly<Record<string, State>> = {
  "everything is right": { open: [LAST], codes: [], exitCode: 0, says: /what was typed works\. Nothing was stored\./ },
  "the pair is wrong": {
    typed: typing(WRONG_CLIENT),
    open: atToken("operator", true),
    codes: ["client-rejected"],
    exitCode: 2,
    says: /never says which \(seen from here\)[^]*Type the OAuth2 pair of the qualif application[^]*: `npx piste credentials try qualif`/,
  },
  "the pair is the other environment's": {
    change: ({ platform }) => {
      platform.settings = { ...platform.settings, environment: "prod" };
    },
    open: atToken("operator", true),
    codes: ["client-rejected"],
    exitCode: 2,
  },
  "the pair is refused with an ambiguous 401": {
    faults: [{ on: "token", status: 401, error: "invalid_client" }],
    open: atToken("wait"),
    codes: ["client-suspected"],
    exitCode: 4,
    says: /in two minutes: the same answer\s+then means that the pair is probably wrong/,
  },
  "an API is not selected": {
    change: (portals) => {
      portals.selectApis(["chorus-pro-structures", "chorus-pro-utilisateurs", "chorus-pro-transverses"]);
    },
    open: ["Q3 missing piste-portal", LAST],
    codes: ["api-not-selected"],
    exitCode: 3,
    says: /3 of 4 APIs let the application in; Factures missing[^]*« Sauvegarder l'application »/,
  },
  "the CGU are not accepted": {
    change: (portals) => {
      portals.selectApis(
        ["chorus-pro-factures", "chorus-pro-structures", "chorus-pro-utilisateurs", "chorus-pro-transverses"],
        false,
      );
    },
    open: ["Q3 missing piste-portal", "Q5 not-seen-yet", "Q6 not-seen-yet", LAST],
    codes: ["api-not-selected"],
    exitCode: 3,
    says: /None of the 4 APIs lets the application in/,
  },
  "the raccordement is missing": {
    change: ({ platform, nameOnPiste }) => {
      platform.portal.removeRaccordement({
        structure: { identifier: SIRET, identifierType: "SIRET" },
        application: nameOnPiste,
      });
    },
    open: ["Q5 missing chorus-pro", "Q6 not-seen-yet", LAST],
    codes: ["raccordement-missing"],
    exitCode: 3,
    says: /« Gérer raccordement API »/,
  },
  "the habilitation is missing": {
    change: ({ platform }) => {
      platform.portal.technicalAccounts.habilitate(ACCOUNT.login, false);
    },
    open: ["Q5 missing chorus-pro", LAST],
    codes: ["habilitation-missing"],
    exitCode: 3,
  },
  "the account's password is wrong": {
    typed: typing(CLIENT, WRONG_ACCOUNT),
    open: ["Q5 not-seen-yet", "Q6 missing chorus-pro", LAST],
    codes: ["account-refused"],
    exitCode: 3,
    says: /If the password was mistyped, type it once more, carefully; otherwise the structure's gestionnaire principal sets a new one[^]*then `npx piste credentials try qualif`\. Do not try this one again/,
    sentOnce: WRONG_ACCOUNT.password,
  },
  "the account is locked": {
    change: ({ platform }) => {
      const wrong = { ...ACCOUNT, password: "canary-another-wrong-one" };
      for (let tries = 0; tries < 5; tries++) platform.portal.technicalAccounts.logIn(wrong);
    },
    open: ["Q5 not-seen-yet", "Q6 missing chorus-pro", LAST],
    codes: ["account-refused"],
    exitCode: 3,
    says: /probably wrong, expired or locked/,
    sentOnce: ACCOUNT.password,
  },
  "the account was created just now": {
    change: (portals) => {
      portals.addAccount({ ...ACCOUNT, login: `TECH_9_${SIRET}@cpro.fr` }, 0);
    },
    typed: typing(CLIENT, { ...ACCOUNT, login: `TECH_9_${SIRET}@cpro.fr` }, TODAY),
    open: ["Q5 not-seen-yet", "Q6 not-seen-yet wait", LAST],
    codes: ["account-young"],
    exitCode: 4,
    says: /`npx piste credentials try qualif` at \d\d:\d\d[^]*once and not before[^]*If it is older: if the password was mistyped, type it once more, carefully; otherwise the structure's gestionnaire/,
  },
  "an answer to the account is unclear": {
    faults: [{ on: "api", login: ACCOUNT.login, status: 503 }],
    open: ["Q3 not-seen-yet", "Q5 not-seen-yet", "Q6 not-seen-yet", `${LAST} wait`],
    codes: ["api-unclear"],
    exitCode: 4,
    says: /in half an hour, once and not before: the technical account may have been refused already/,
    sentOnce: ACCOUNT.password,
  },
  "a web page answers the account": {
    faults: [{ on: "api", login: ACCOUNT.login, status: 200, body: "html" }],
    open: ["Q3 not-seen-yet", "Q5 not-seen-yet", "Q6 not-seen-yet", `${LAST} wait`],
    codes: ["api-unclear"],
    exitCode: 4,
    sentOnce: ACCOUNT.password,
  },
  "no account was typed": {
    ...NO_ACCOUNT,
    open: ["Q5 not-seen-yet", "Q6 not-seen-yet chorus-pro", LAST],
    codes: ["account-not-typed"],
    exitCode: 3,
    says: /« Compte technique », ask for its creation[^]*can be stored meanwhile[^]*npx cdktf deploy qualif\n {2}npx piste credentials set qualif client$/,
  },
  "PISTE's token endpoint is down": {
    faults: [{ on: "token", status: 503 }],
    open: atToken("wait"),
    codes: ["piste-down"],
    exitCode: 4,
    says: /down or restarting \(status 503\) \(seen from here\)/,
  },
  "the token endpoint does not answer": {
    faults: [{ on: "token", connection: "hang" }],
    open: atToken("wait"),
    codes: ["piste-down"],
    exitCode: 4,
  },
  "the token endpoint throttles": {
    faults: [{ on: "token", status: 429, retryAfterInSeconds: 7 }],
    open: atToken("wait"),
    codes: ["piste-throttled"],
    exitCode: 4,
  },
  "a web page comes instead of a token": {
    faults: [{ on: "token", body: "html" }],
    open: atToken("wait"),
    codes: ["piste-not-itself"],
    exitCode: 4,
  },
  "an answer is far larger than a token": {
    transport: () => Promise.reject(new NetworkError("too-large")),
    open: atToken("wait"),
    codes: ["piste-not-itself"],
    exitCode: 4,
    says: /far larger than a token's/,
  },
  "a token expires at once": {
    change: ({ platform }) => {
      platform.settings = { ...platform.settings, tokenLifetimeInSeconds: 30 };
    },
    open: atToken("wait"),
    codes: ["piste-not-itself"],
    exitCode: 4,
  },
  "the gateway is down": {
    faults: [{ on: "api", status: 503 }],
    open: [...noApi, `${LAST} wait`],
    codes: ["gateway-down"],
    exitCode: 4,
  },
  "the gateway throttles": {
    faults: [{ on: "api", status: 429 }],
    open: [...noApi, `${LAST} wait`],
    codes: ["gateway-throttled"],
    exitCode: 4,
  },
  "a web page comes instead of the gateway's answer": {
    faults: [{ on: "api", body: "html" }],
    open: [...noApi, `${LAST} wait`],
    codes: ["gateway-page"],
    exitCode: 4,
  },
};

/** Must never be shown; the login and the structure's number are not secret. */
const SECRETS = [
  CLIENT.client_id,
  CLIENT.client_secret,
  WRONG_CLIENT.client_secret,
  ACCOUNT.password,
  WRONG_ACCOUNT.password,
  "canary-another-wrong-one",
];

function expectNothingSecret({ seen, requests }: Tried): void {
  const tokens = requests.flatMap(({ headers }) => headers["authorization"]?.split(" ").at(-1) ?? []);
  const accounts = requests.flatMap(({ headers }) => headers["cpro-account"] ?? []);
  for (const secret of [...SECRETS, ...tokens, ...accounts]) expect(seen).not.toContain(secret);
}

describe("credentials tried without AWS", () => {
  it.each(Object.entries(STATES))("%s", async (_, state) => {
    const tried = await trial(state);
    expect(tried.open).toEqual(state.open);
    expect(tried.codes).toEqual(state.codes);
    expect(tried.exitCode).toBe(state.exitCode);
    if (state.says) expect(tried.text.replace(/\n {7,}(?:→ )?/g, " ")).toMatch(state.says);
    expect(tried.tokenRequests).toBe(1);
    if (state.sentOnce !== undefined) expect(tried.passwords(ACCOUNT.login)).toEqual([state.sentOnce]);
    expectNothingSecret(tried);
    // These need AWS or another command.
    expect(tried.seen).not.toMatch(/piste doctor|--force|--confirm/);
    // `try` does not retry.
    expect(tried.seen).not.toMatch(/tried again|tries again/);
  });

  it("lead to the commands that deploy and store, if they work", async () => {
    const { text, report } = await trial();
    const commands = [
      "npx cdktf deploy qualif",
      "npx piste credentials set qualif client",
      "npx piste credentials set qualif technical-account",
    ];
    expect(report.trial.store).toEqual(commands);
    expect(text.endsWith(commands.map((command) => `\n  ${command}`).join(""))).toBe(true);
    expect(stepOf(report, "Q7").next?.fr).toMatch(/^Déployez, puis enregistrez : `npx cdktf deploy qualif`/);
    // Software cannot see this step, and `try` reads no confirmations.
    expect(stepOf(report, "Q4")).toEqual({ id: "Q4", status: "by-hand" });
  });

  it.each<[NetworkFailure, "token" | "api", string, string]>([
    ["dns", "token", "way-from-here", "sandbox-oauth.piste.gouv.fr"],
    ["proxy", "token", "way-from-here", "sandbox-oauth.piste.gouv.fr"],
    ["tls", "token", "way-from-here", "sandbox-oauth.piste.gouv.fr"],
    ["tls", "api", "way-from-here", "sandbox-api.piste.gouv.fr"],
    ["refused", "api", "way-from-here", "sandbox-api.piste.gouv.fr"],
  ])("after %s on the way to the %s, this machine is the cause", async (failure, at, code, host) => {
    const to = transportTo(Portals.ready().aws.piste);
    const tried = await trial({
      transport: (request) =>
        (request.url.pathname === TOKEN_ENDPOINT_PATH) === (at === "token")
          ? Promise.reject(new NetworkError(failure))
          : to(request),
    });
    expect([tried.codes, tried.exitCode]).toEqual([[code], 2]);
    expect(tried.text).toContain(`${host} cannot be reached from here`);
    expect(tried.passwords(ACCOUNT.login)).toEqual([]);
  });

  it("are sent once more for another token if the gateway does not know the first", async () => {
    const refused = await trial({ transport: withoutToken() });
    expect([refused.codes, refused.exitCode, refused.tokenRequests]).toEqual([["token-refused"], 4, 2]);
    expect(refused.passwords(ACCOUNT.login)).toEqual([]);
  });

  it("are only the pair for an API without technical accounts", async () => {
    const options = { apis: ["judilibre"], sameApis: " --api judilibre" };
    const tried = await trial({
      typed: typing().slice(0, 3),
      options,
      change: ({ platform, nameOnPiste }) => {
        platform.portal.applications.change({ name: nameOnPiste, apis: [{ api: "judilibre", selected: true }] });
      },
    });
    expect([tried.open, tried.exitCode]).toEqual([[LAST], 0]);
    expect(tried.report.trial.store).toEqual(["npx cdktf deploy qualif", "npx piste credentials set qualif client"]);
    const missing = await trial({ typed: typing().slice(0, 3), options });
    expect([missing.open[0], missing.exitCode]).toEqual(["Q3 missing piste-portal", 3]);
    expect(missing.text).toContain("npx piste credentials try qualif --api judilibre");
  });

  it("are tried with the API's scope, one scope at a time", async () => {
    const select = ({ platform, nameOnPiste }: Portals): void => {
      platform.portal.applications.change({ name: nameOnPiste, apis: [{ api: "captchetat", selected: true }] });
    };
    const tried = await trial({ typed: typing().slice(0, 3), options: { apis: ["captchetat"] }, change: select });
    expect([tried.open, tried.exitCode]).toEqual([[LAST], 0]);
    await expect(trial({ options: { apis: ["captchetat", "judilibre"] } })).rejects.toMatchObject({
      text: {
        en: expect.stringMatching(
          /^These APIs have several scopes: captchetat \(piste\.captchetat\), judilibre \(openid/,
        ),
      },
    });
  });

  it("send the user to the portal if PISTE refuses the scope", async () => {
    const refuseScope = ({ platform }: Portals): void => {
      platform.settings = { ...platform.settings, scopes: ["openid"] };
    };
    const { text } = await trial({
      typed: typing().slice(0, 3),
      options: { apis: ["captchetat"] },
      change: refuseScope,
    });
    expect(text).toContain("does not know the scope `piste.captchetat`");
    expect(text).not.toContain("stacks/qualif.ts");
  });

  it("go to the hosts that are named before the first question", async () => {
    const { said } = await trial();
    expect(said[0]?.en).toContain("sandbox-oauth.piste.gouv.fr and sandbox-api.piste.gouv.fr");
    expect(said[0]?.fr).toContain("n'est pas enregistré");
  });
});

describe("a typing error", () => {
  it("has the same message as in `credentials set`: empty, with white space around, in quotes", async () => {
    const { client_id, client_secret } = CLIENT;
    const typed = ["", `${client_id} `, true, `"${client_secret}"`, false, ...typing()];
    const { said, exitCode } = await trial({ typed });
    const text = said.map(({ en }) => en).join("\n");
    expect(text).toMatch(
      /The client id is empty\.[^]*white space around the client id\. Remove it\?[^]*client secret does not look like a UUID[^]*Continue anyway\?\nEnter the values again\./,
    );
    expect(exitCode).toBe(0);
  });
});

describe("a refused password", () => {
  const untilDay = typing(CLIENT, WRONG_ACCOUNT).slice(0, -1);
  const piped = { ...CLIENT, ...WRONG_ACCOUNT };

  it.each<[string, TrialSetUp]>([
    ["when Enter gave today's date", { typed: [...untilDay, ""] }],
    ["when no date was piped", { piped }],
  ])("is not blamed on a new account %s", async (_, setUp) => {
    const tried = await trial(setUp);
    expect([tried.codes, tried.exitCode]).toEqual([["account-refused"], 3]);
    expect(tried.passwords(ACCOUNT.login)).toEqual([WRONG_ACCOUNT.password]);
  });

  it.each<[string, TrialSetUp]>([
    ["typed", { typed: [...untilDay, TODAY] }],
    ["piped", { piped: { ...piped, changedOn: TODAY } }],
  ])("may be too new when today's date was %s", async (_, setUp) => {
    expect((await trial(setUp)).exitCode).toBe(4);
  });

  it("must be replaced, not typed again, when it has expired", async () => {
    const { text, french } = await trial({ typed: [...typing(CLIENT, WRONG_ACCOUNT, "2021-11-01"), true] });
    expect(text).toMatch(/probably expired on/);
    expect(text).not.toContain("mistyped");
    expect(french).not.toContain("mal saisi");
  });
});

describe("without an account", () => {
  it("white space for a login means none, and ends the questions", async () => {
    const tried = await trial({ typed: [...typing().slice(0, 3), " \u00a0"] });
    expect(tried.codes).toEqual(["account-not-typed"]);
    expect((await trial({ piped: { ...CLIENT, login: " ", password: "" } })).codes).toEqual(["account-not-typed"]);
  });

  it("there is no layer of accounts", async () => {
    const { lines, report } = await trial(NO_ACCOUNT);
    expect(lines.map((line) => line.split(":")[0])).toEqual(["Token", "Gateway", "APIs"]);
    expect(report.layers.map(({ layer }) => layer)).toEqual(["token", "gateway", "apis"]);
  });
});

describe("with the local PISTE", () => {
  it("names its address once, and no AWS and no deployment", async () => {
    const { said, text, french, report } = await trial({ local: true });
    expect(said[0]?.en).toContain("goes to 127.0.0.1:1234 and");
    expect(said[0]?.fr).toContain("va à 127.0.0.1:1234 et");
    expect(text).toContain("what was typed works. Nothing was stored. Next:\n");
    expect(french).toContain("Ensuite :\n");
    expect(stepOf(report, "Q7").next).toEqual({
      en: expect.stringMatching(/^Store what was typed: /),
      fr: expect.stringMatching(/^Enregistrez : /),
    });
    const part = await trial({ local: true, ...NO_ACCOUNT });
    expect(part.text).toContain("What works can be stored meanwhile:\n");
    expect(part.french).toContain("peut l'être entre-temps :\n");
  });
});

describe("the addresses", () => {
  it.each<Platform>(["qualif", "prod"])("are PISTE's own hosts, over TLS: %s", (environment) => {
    const { tokenEndpoint, apiBaseUrl } = openPiste(environment, {});
    expect([tokenEndpoint.href, `${apiBaseUrl.protocol}//${apiBaseUrl.host}`]).toEqual(
      environment === "prod"
        ? ["https://oauth.piste.gouv.fr/api/oauth/token", "https://api.piste.gouv.fr"]
        : ["https://sandbox-oauth.piste.gouv.fr/api/oauth/token", "https://sandbox-api.piste.gouv.fr"],
    );
  });
});

describe("in production", () => {
  const forbidden = [{ on: "api", path: "/cpro/", login: ACCOUNT.login, status: 403 } as const];

  it.each<[string, TrialSetUp, number]>([
    ["all values work", {}, 0],
    ["every call is forbidden", { faults: forbidden }, 2],
    ["no account was typed", NO_ACCOUNT, 3],
  ])("sends no made-up login when %s", async (_, setUp, exitCode) => {
    const tried = await trial({ environment: "prod", ...setUp });
    expect(tried.passwords(MADE_UP_ACCOUNT.login)).toEqual([]);
    expect(tried.exitCode).toBe(exitCode);
    expectNothingSecret(tried);
  });

  it("sends a made-up login with the option that the output names", async () => {
    const open = await trial({ environment: "prod", faults: forbidden });
    expect(open.codes).toEqual(["probe-needed"]);
    expect(open.text).toContain("npx piste credentials try prod --probe");
    const told = await trial({ environment: "prod", faults: forbidden, options: { probe: true } });
    expect(told.passwords(MADE_UP_ACCOUNT.login).length).toBeGreaterThan(0);
    expect(told.codes).toEqual(["raccordement-missing"]);
  });

  it.each<Platform>(["qualif", "prod"])("names the account's form if there is no account: %s", async (environment) => {
    const { text } = await trial({ environment, ...NO_ACCOUNT });
    expect(text.replace(/\n +/g, " ")).toMatch(
      /gestionnaire principal( \(Q4\))?, domain « Raccordements », « Compte technique »/,
    );
  });
});

describe("piped input", () => {
  const dated = { ...ACCOUNT, changedOn: "2023-11-01" };

  it("is one object with the pair and the account, or only the pair", async () => {
    expect((await trial({ piped: { ...CLIENT, ...dated } })).exitCode).toBe(0);
    expect((await trial({ piped: CLIENT })).codes).toEqual(["account-not-typed"]);
    expect((await trial({ piped: { ...CLIENT, login: "", password: "" } })).codes).toEqual(["account-not-typed"]);
  });

  it("is described without an account if it has none", async () => {
    const { said } = await trial({ piped: CLIENT });
    const form = said.find(({ en }) => en.startsWith("Reading from standard input"));
    expect(form?.en).toMatch(/if there is an account, "login", "password" and "changedOn" \(yyyy-mm-dd\)/);
    expect(form?.fr).toMatch(/s'il y a un compte, "login", "password" et "changedOn" \(aaaa-mm-jj\)/);
  });

  it.each<[string, unknown, RegExp]>([
    ["nothing", "", /empty; on a terminal/],
    ["only an account", ACCOUNT, /wrong type: client_id, client_secret\./],
    ["a password without a login", { ...CLIENT, password: "canary-password" }, /The login is empty/],
    ["a login without a password", { ...CLIENT, login: ACCOUNT.login }, /The password is empty/],
    ["a line break", { ...CLIENT, client_secret: "canary-5d0b\n" }, /contains a line break/],
    ["an unknown field", { ...CLIENT, "canary-key": "" }, /has other fields/],
    ["a future date", { ...CLIENT, ...ACCOUNT, changedOn: "2999-01-01" }, /must not be in the future/],
  ])("is refused before any call when it is %s", async (_, piped, why) => {
    const sent: unknown[] = [];
    const transport = (request: unknown): Promise<never> => {
      sent.push(request);
      return Promise.reject(new NetworkError("dns"));
    };
    const error = await failureOf(trial({ piped, transport }));
    expect(error).toBeInstanceOf(CommandError);
    expect([error.owner, sent]).toEqual(["operator", []]);
    expect(error.text.en).toMatch(why);
    expect(error.text.en).toMatch(/Nothing was stored/);
    expect(error.text.fr).not.toContain("yyyy-mm-dd");
    expect(JSON.stringify(error.text)).not.toMatch(/canary/);
  });
});

/** PISTE with a gateway that forgets every token. */
function withoutToken(): NonNullable<TrialSetUp["transport"]> {
  const { piste } = Portals.ready().aws;
  const to = transportTo(piste);
  return (request) => {
    if (request.url.pathname !== TOKEN_ENDPOINT_PATH) piste.platform.expireTokens();
    return to(request);
  };
}
