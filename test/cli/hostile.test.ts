import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import fc from "fast-check";
import { LANGUAGES } from "../../piste/language";
import { HOSTS } from "../../piste/environments";
import { printable } from "../../piste/printable";
import { show as showAlarms, toJson as alarmsToJson } from "../../cli/alarms/show";
import { testAlarms, type TestOptions } from "../../cli/alarms/test-alarms";
import { call } from "../../cli/calls/call";
import { showToken } from "../../cli/calls/show-token";
import { CommandError, endWith } from "../../cli/command/failure";
import { give, giveJson, say } from "../../cli/command/terminal";
import { pipedAccountSchema, pipedClientSchema, readPiped } from "../../cli/credentials/piped";
import { PIPED_FORMS, type Session } from "../../cli/credentials/session";
import { showStatus, statusToJson } from "../../cli/credentials/show-status";
import { credentialsStatus } from "../../cli/credentials/status";
import { renderPage } from "../../cli/doctor/page";
import { examine } from "../../cli/doctor/examine";
import { toJson } from "../../cli/doctor/report";
import { show } from "../../cli/doctor/show";
import { layerLine } from "../../cli/doctor/labels";
import type { DescribedApplication } from "../../cli/described-applications";
import {
  awsErrors,
  deceptiveIn,
  hostileText,
  jsonOf,
  labels,
  replies,
  secretOf,
  transportOf,
  type Reply,
} from "../hostile";
import { openFixture, failureOf, TOKEN_SECRET, ACCOUNT_SECRET } from "./calls/fixture";
import { CLIENT, accountOf, DoctorFixture } from "./doctor/fixture";
import { elementsOf, readHtml } from "./doctor/read-html";
import type { Permission } from "./fake-aws";
import { runs } from "../runs";

const CANARY = "c4n4ry-secret-7d1f";

/** Output on both streams. */
let written: string[];
beforeEach(() => {
  written = [];
  for (const stream of ["log", "error"] as const) {
    jest.spyOn(console, stream).mockImplementation((text: unknown) => void written.push(String(text)));
  }
});
afterEach(() => {
  jest.restoreAllMocks();
  process.exitCode = undefined;
});

function expectPrintable(...texts: readonly string[]): void {
  for (const text of [...texts, ...written]) expect(deceptiveIn(text)).toBeUndefined();
  written.length = 0;
}

/** Writes an error in both languages as the command would. @throws any error but a CommandError. */
function ends(error: unknown): string {
  if (!(error instanceof CommandError)) throw error;
  for (const language of LANGUAGES) endWith(error, language);
  const said = written.join("\n");
  expectPrintable();
  return said;
}

describe("output", () => {
  it("has no terminal control characters, for any error", () => {
    fc.assert(
      fc.property(hostileText, hostileText, (one, other) => {
        give(one);
        say(other);
        giveJson({ [one]: other });
        ends(new CommandError({ en: one, fr: other }, "operator"));
        endWith(new Error(one), "en");
        process.env["PISTE_DEBUG"] = "1";
        endWith(new CommandError({ en: one, fr: other }, "aws", { cause: new Error(other) }), "fr");
        delete process.env["PISTE_DEBUG"];
        expectPrintable();
      }),
      { seed: 5, numRuns: runs(150) },
    );
  });
});

const PERMISSIONS: readonly Permission[] = [
  "sts:GetCallerIdentity",
  "ssm:GetParametersByPath",
  "secretsmanager:ListSecretVersionIds",
  "secretsmanager:GetSecretValue",
  "secretsmanager:UpdateSecretVersionStage",
  "lambda:InvokeFunction",
  "logs:FilterLogEvents",
  "cloudwatch:DescribeAlarms",
  "cloudwatch:SetAlarmState",
  "cloudwatch:DescribeAlarmHistory",
  "sns:ListSubscriptionsByTopic",
];

/** Options for qualif, where nothing pages, without an interruption. */
const QUIETLY: TestOptions = {
  allow: () => Promise.resolve(),
  interruptibly: (act) =>
    act({ say: () => undefined, sleep: () => Promise.resolve(), signal: new AbortController().signal }),
};

/** Environments with some faults. */
const circumstances = fc.record({
  environment: fc.constantFrom("qualif", "prod"),
  pisteApplicationName: fc.option(hostileText, { nil: undefined }),
  structure: fc.record({ identifier: hostileText, identifierType: hostileText }),
  apis: fc.constantFrom<string[]>(
    ["chorus-pro-transverses", "chorus-pro-structures"],
    ["legifrance"],
    ["judilibre", "unknown-api"],
  ),
  lifetime: fc.constantFrom(1, 424, 3650),
  labels,
  account: fc.option(
    fc.oneof(
      fc.constant(JSON.stringify(accountOf("default"))),
      secretOf({ login: hostileText, password: fc.constant(CANARY) }),
    ),
    { nil: undefined, freq: 8 },
  ),
  token: fc.option(
    secretOf({
      access_token: fc.constant(`token-${CANARY}`),
      token_type: fc.constant("Bearer"),
      scope: fc.oneof(fc.constant("openid"), hostileText),
      issued_at: fc.constant(1_700_000_000),
      expires_at: fc.oneof(fc.constantFrom(1_700_003_600), fc.integer({ min: 0, max: 8.64e12 })),
    }),
    { nil: undefined, freq: 8 },
  ),
  run: fc.option(
    fc.record({
      outcome: fc.oneof(fc.constantFrom("failed", "error", "refreshed"), hostileText),
      reason: hostileText,
      class: fc.option(fc.oneof(fc.constantFrom("rejected", "suspect", "unavailable"), hostileText), {
        nil: undefined,
      }),
      meaning: fc.option(hostileText, { nil: undefined }),
    }),
    { nil: undefined },
  ),
  endpoints: fc.array(
    fc.record({
      protocol: fc.oneof(fc.constantFrom("email", "https"), hostileText),
      endpoint: hostileText,
      confirmed: fc.boolean(),
    }),
    { maxLength: 2 },
  ),
  refused: fc.option(fc.tuple(fc.constantFrom(...PERMISSIONS), awsErrors), { nil: undefined, freq: 2 }),
  clockAhead: fc.constantFrom(0, 0, 0, undefined, 3_600_000),
  confirmedOn: fc.constantFrom("2026-11-25"),
  replies: fc.array(replies, { minLength: 1, maxLength: 5 }),
  force: fc.boolean(),
  probe: fc.boolean(),
});
type Circumstances = typeof circumstances extends fc.Arbitrary<infer T> ? T : never;

/** The doctor's fixture for these circumstances. */
function fixtureOf(given: Circumstances): DoctorFixture {
  const { environment } = given;
  const functionTransport = transportOf(given.replies);
  const fixture = new DoctorFixture({
    environment: environment,
    transport: transportOf(given.replies),
    functionTransport,
  });
  const { aws, application } = fixture;
  const { description, accounts } = application;
  const changed: DescribedApplication = {
    description: { ...description, pisteApplicationName: given.pisteApplicationName, apis: given.apis },
    accounts: accounts.map((account) => ({
      ...account,
      structure: given.structure,
      passwordLifetimeInDays: given.lifetime,
    })),
  };
  aws.deployed.set(`${environment}/chorus-pro`, changed);
  const secret = fixture.secretOf();
  if (given.account === undefined) aws.create(secret);
  else aws.put(secret, given.account);
  if (given.token !== undefined) aws.put(description.tokenSecret, given.token);
  if (given.run !== undefined) {
    const result = Object.fromEntries(Object.entries(given.run).filter(([, value]) => value !== undefined));
    aws.runs.set(description.function, [{ at: aws.clock.now() - 60_000, operation: "tick", result: result as never }]);
  }
  for (const topic of aws.subscribed.keys()) aws.subscribed.set(topic, given.endpoints);
  aws.clockAhead = given.clockAhead;
  if (given.refused !== undefined) aws.refuse(given.refused[0], given.refused[1].name, given.refused[1].message);
  return fixture;
}

const PAGE_ELEMENTS = new Set(
  "a body br code dd details div dl dt footer h1 h2 h3 head header html kbd li main meta ol p progress section span strong style summary table tbody td th thead time title tr ul wbr".split(
    " ",
  ),
);
// eslint-disable-next-line no-control-regex
const COLOURS = /\u001b\[(?:0|1|2|3[1236])m/g;

describe("in any environment", () => {
  it("doctor ends with a printable report, and calls only the gateway", async () => {
    const statuses = new Set<string>();
    await fc.assert(
      fc.asyncProperty(circumstances, async (given) => {
        const fixture = fixtureOf(given);
        let said = "";
        const bugs: unknown[] = [];
        try {
          const report = await examine(
            fixture.target,
            {
              force: given.force,
              probe: given.probe,
              confirmed: { Q4: given.confirmedOn, P1: given.confirmedOn },
              debug: (error) => bugs.push(error),
            },
            (layer) => {
              for (const language of LANGUAGES) expectPrintable(layerLine(layer, language));
            },
          );
          for (const { id, status } of report.steps) statuses.add(`${id} ${status}`);
          for (const language of LANGUAGES) {
            const terminal = { language, width: 80, unicode: true, colour: false };
            const plain = show(report, terminal);
            const coloured = show(report, { ...terminal, colour: true });
            expectPrintable(plain, coloured.replace(COLOURS, ""));
            const page = renderPage(report, language);
            const elements = elementsOf(readHtml(page)).map(({ name }) => name);
            expect(elements.filter((name) => !PAGE_ELEMENTS.has(name))).toEqual([]);
            expectPrintable(page);
            giveJson(toJson(report, language));
            said += plain + page + written.join("");
            expectPrintable();
          }
        } catch (error) {
          said += ends(error);
        }
        expect(bugs).toEqual([]);
        for (const secret of [CANARY, CLIENT.client_secret, accountOf("default").password]) {
          expect(said).not.toContain(secret);
        }
        const { apiBaseUrl } = HOSTS[given.environment as "qualif"];
        for (const { url } of fixture.requests) expect(url.origin).toBe(apiBaseUrl);
      }),
      { seed: 5, numRuns: runs(150) },
    );
    expect(statuses.size).toBeGreaterThan(20);
  }, 60_000);

  it("credentials status is printable", async () => {
    await fc.assert(
      fc.asyncProperty(circumstances, async (given) => {
        const { target } = fixtureOf(given);
        try {
          const status = await credentialsStatus(target, {});
          for (const language of LANGUAGES) give(showStatus(status, language));
          giveJson(statusToJson(status));
          expect(written.join("")).not.toContain(CANARY);
          expectPrintable();
        } catch (error) {
          expect(ends(error)).not.toContain(CANARY);
        }
      }),
      { seed: 6, numRuns: runs(200) },
    );
  });

  it("alarms test gives a report whose commands contain no injected text", async () => {
    await fc.assert(
      fc.asyncProperty(circumstances, async (given) => {
        const { aws, application } = fixtureOf(given);
        const { application: name, alarms } = application.description;
        try {
          const report = await testAlarms(
            "qualif",
            {
              applications: () => Promise.resolve({ applications: [{ application: name, alarms }], notBelieved: [] }),
              alarms: (names) => aws.alarms(names),
              setState: (...change) => aws.setAlarmState(...change),
              actions: (alarm) => aws.alarmActions(alarm),
              subscriptions: (topic) => aws.subscriptions(topic),
            },
            QUIETLY,
          );
          const shown = showAlarms(report);
          give(shown);
          giveJson(alarmsToJson(report, "en"));
          expectPrintable();
          for (const [, endpoint = ""] of shown.matchAll(
            /--notification-endpoint (?!<e-mail>)([^]*?)\n(?= {2}- |$)/g,
          )) {
            expect(endpoint).toMatch(/^(?:[\w.@:/+-]+|'(?:[^']|'\\'')*')$/);
          }
        } catch (error) {
          ends(error);
        }
      }),
      { seed: 7, numRuns: runs(200) },
    );
  });
});

describe("for any answer of PISTE and any value of a secret", () => {
  const secrets = fc.record({
    account: fc.option(secretOf({ login: hostileText, password: fc.constant(CANARY) }), { nil: undefined }),
    token: fc.option(
      secretOf({
        access_token: fc.constant(`token-${CANARY}`),
        token_type: fc.constant("Bearer"),
        scope: fc.oneof(fc.constant("openid"), hostileText),
        issued_at: fc.constant(1_795_687_000),
        expires_at: fc.oneof(fc.constantFrom(1_795_689_000), fc.integer({ min: 0, max: 8.64e12 })),
      }),
      { nil: undefined },
    ),
  });
  const addresses = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom(
        "structures/v1/rechercher",
        "transverses/v1/health-check",
        "factures/v1/soumettre",
        "judilibre/healthcheck",
      ),
    },
    { weight: 1, arbitrary: hostileText },
    { weight: 1, arbitrary: hostileText.map((text) => `judilibre/search?query=${text}`) },
  );

  function fixtureOf(
    { account, token }: { readonly account: string | undefined; readonly token: string | undefined },
    answers: readonly Reply[],
    terminal: boolean,
  ): ReturnType<typeof openFixture> {
    const fixture = openFixture({ terminal, transport: transportOf(answers) });
    if (account !== undefined) fixture.aws.put(ACCOUNT_SECRET, account);
    if (token !== undefined) fixture.aws.put(TOKEN_SECRET, token);
    return fixture;
  }

  it("call ends, prints no terminal control characters, and calls only the gateway", async () => {
    await fc.assert(
      fc.asyncProperty(
        secrets,
        addresses,
        fc.option(jsonOf({ a: hostileText }), { nil: undefined }),
        fc.array(replies, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        async (stored, address, json, answers, terminal) => {
          const fixture = fixtureOf(stored, answers, terminal);
          const failure = await failureOf(
            call(fixture.session, { address, json, readInput: () => Promise.resolve("") }, { timeoutInSeconds: 30 }),
          );
          if (terminal) expectPrintable(fixture.out());
          const said = [fixture.out(), fixture.err(), failure?.en, failure?.fr, failure?.inspected].join("\n");
          expect(said).not.toContain(CANARY);
          for (const { url } of fixture.requests) expect(url.origin).toBe(HOSTS.qualif.apiBaseUrl);
        },
      ),
      { seed: 5, numRuns: runs(400) },
    );
  });

  it("token describes the token, or says what is wrong with it", async () => {
    await fc.assert(
      fc.asyncProperty(secrets, fc.boolean(), async (stored, json) => {
        const fixture = fixtureOf(stored, [], true);
        const failure = await failureOf(showToken(fixture.session, { json }));
        const said = [fixture.out(), fixture.err(), failure?.en].join("\n");
        expect(said).not.toContain(CANARY);
        if (json) expectPrintable(fixture.out());
      }),
      { seed: 6, numRuns: runs(400) },
    );
  });
});

describe("for any piped input", () => {
  const session = (text: string): Session =>
    ({ ask: { piped: () => Promise.resolve(text) }, warn: () => undefined }) as unknown as Session;
  const piped = fc.oneof(
    jsonOf({
      client_id: fc.constant(CANARY),
      client_secret: fc.constant(CANARY),
      login: fc.constant(CANARY),
      changedOn: hostileText,
    }),
    fc.tuple(hostileText, hostileText).map(([one, other]) => JSON.stringify({ [one + CANARY]: other, [CANARY]: 1 })),
    hostileText.map((text) => text + CANARY),
  );

  it("credentials set accepts it, or refuses it without repeating it", async () => {
    await fc.assert(
      fc.asyncProperty(piped, fc.boolean(), async (text, client) => {
        try {
          if (client) await readPiped(session(text), PIPED_FORMS.client, pipedClientSchema);
          else await readPiped(session(text), PIPED_FORMS["technical-account"], pipedAccountSchema);
        } catch (error) {
          expect(ends(error)).not.toContain(CANARY);
        }
      }),
      { seed: 5, numRuns: runs(400) },
    );
  });
});

it("printable() is idempotent", () => {
  fc.assert(
    fc.property(hostileText, (text) => printable(printable(text)) === printable(text)),
    { seed: 5, numRuns: runs(200) },
  );
});
