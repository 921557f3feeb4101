/** Checks that each command's real `--json` output matches docs/json.md. */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { Command } from "commander";
import * as v from "valibot";
import { transportTo } from "../../emulator";
import { ENVIRONMENTS } from "../../piste/environments";
import { LANGUAGES } from "../../piste/language";
import { PARTIES } from "../../piste/party";
import { renewToken } from "../../cli/calls/renew-token";
import { showToken } from "../../cli/calls/show-token";
import { toJson as alarmsToJson } from "../../cli/alarms/show";
import { AwsError, awsError } from "../../cli/command/aws-failure";
import { CommandError, ERROR_CODES } from "../../cli/command/failure";
import { CommandMaker } from "../../cli/command/options";
import { awaitJson } from "../../cli/command/terminal";
import { openPiste } from "../../cli/command/target";
import { runTry } from "../../cli/credentials/run";
import { statusToJson } from "../../cli/credentials/show-status";
import { credentialsStatus } from "../../cli/credentials/status";
import { runDoctor } from "../../cli/doctor/run";
import { FINDING_CODES } from "../../cli/doctor/findings";
import { STEP_STATUSES } from "../../cli/doctor/report";
import { toJson as verificationToJson } from "../../cli/verify/show";
import { judged } from "../../cli/verify/finding";
import { verify } from "../../cli/verify/verify";
import type { Target } from "../../cli/command/target";
import { sdkAws } from "../../cli/command/sdk-aws";
import { AlarmingAws } from "./alarms/alarming-aws";
import { alarmsIn, deploy, tested } from "./alarms/fixture";
import * as calls from "./calls/fixture";
import * as credentials from "./credentials/fixture";
import { typing } from "./credentials/try-fixture";
import { DoctorFixture, LOGIN } from "./doctor/fixture";
import { Portals } from "./doctor/portals";
import { DocumentedAws } from "./verify/documented-aws";

const time = v.pipe(v.string(), v.isoTimestamp());
const day = v.pipe(v.string(), v.isoDate());
const text = v.pipe(v.string(), v.minLength(1));
const environment = v.picklist(ENVIRONMENTS);
const owner = v.picklist(PARTIES);
const findingCode = v.picklist(FINDING_CODES);
const error = v.strictObject({
  code: v.picklist(ERROR_CODES),
  owner,
  message: text,
  next: v.nullable(text),
});

const doctor = v.strictObject({
  environment,
  local: v.boolean(),
  applications: v.array(
    v.strictObject({
      application: text,
      technicalAccounts: v.array(
        v.strictObject({
          account: text,
          changedOn: v.nullable(day),
          dateFrom: v.nullable(v.picklist(["label", "version"])),
          renewBy: v.nullable(day),
          daysLeft: v.nullable(v.number()),
        }),
      ),
    }),
  ),
  at: time,
  ready: v.boolean(),
  worked: v.nullable(v.strictObject({ lastTokenAt: v.nullable(time) })),
  steps: v.array(
    v.strictObject({
      id: v.pipe(v.string(), v.regex(/^(?:Q[1-7]|P[1-5])$/)),
      status: v.picklist(STEP_STATUSES),
      owner: v.nullable(owner),
      codes: v.array(findingCode),
      cause: v.nullable(text),
      next: v.nullable(text),
      begins: v.boolean(),
      confirmedOn: v.nullable(day),
      seenFrom: v.nullable(v.picklist(["here", "aws"])),
    }),
  ),
  notes: v.array(text),
});
const trialAlone = {
  works: v.boolean(),
  found: v.array(v.strictObject({ code: findingCode, step: text, owner })),
  next: v.array(text),
};
const secret = {
  secret: text,
  state: v.picklist(["stored", "empty", "absent", "unknown"]),
  storedAt: v.nullable(time),
};
const status = v.strictObject({
  environment,
  complete: v.boolean(),
  owner: v.nullable(owner),
  notBelieved: v.array(v.strictObject({ parameter: text, reason: text })),
  applications: v.array(
    v.strictObject({
      application: text,
      client: v.strictObject({
        ...secret,
        shared: v.boolean(),
        untried: v.boolean(),
        refused: v.boolean(),
        pendingSince: v.nullable(time),
        previousStoredAt: v.nullable(time),
      }),
      technicalAccounts: v.array(
        v.strictObject({
          account: text,
          ...secret,
          changedOn: v.nullable(day),
          dateFrom: v.nullable(v.picklist(["label", "version"])),
          daysLeft: v.nullable(v.number()),
          refused: v.nullable(v.boolean()),
        }),
      ),
      token: v.strictObject({
        secret: text,
        state: v.picklist(["valid", "expired", "missing", "unreadable"]),
        validUntil: v.nullable(time),
        secondsLeft: v.nullable(v.number()),
      }),
    }),
  ),
});
const ofToken = { environment, application: text, secret: text };
const token = v.strictObject({
  ...ofToken,
  state: v.picklist(["valid", "short", "expired", "none", "unreadable"]),
  secondsLeft: v.nullable(v.number()),
  scope: v.nullable(text),
  issuedAt: v.nullable(time),
  expiresAt: v.nullable(time),
  error: v.nullable(error),
});
const renewal = v.strictObject({
  ...ofToken,
  outcome: v.picklist(["refreshed", "kept", "failed"]),
  reason: text,
  replaced: v.boolean(),
  sameToken: v.boolean(),
  writtenLastDay: v.nullable(v.number()),
  expiresAt: v.nullable(time),
  nextWriteAt: v.nullable(time),
  error: v.nullable(error),
});
const recipients = v.array(v.strictObject({ protocol: text, endpoint: text }));
const alarms = v.strictObject({
  environment,
  applications: v.array(text),
  alarms: v.number(),
  topics: v.array(
    v.strictObject({
      topic: text,
      alarms: v.array(text),
      tested: v.nullable(text),
      outcome: v.picklist(["accepted", "refused", "unknown", "none-ok", "not-here"]),
      reason: v.nullable(text),
      because: v.nullable(text),
      toldOfEnd: v.boolean(),
      confirmed: recipients,
      unconfirmed: recipients,
      unknownReason: v.nullable(text),
      unknownBecause: v.nullable(text),
    }),
  ),
  silent: v.array(
    v.strictObject({
      alarm: text,
      severity: v.picklist(["page", "inform"]),
      reason: v.picklist(["missing", "switched-off", "no-topic", "no-subscription", "unconfirmed"]),
    }),
  ),
  left: v.array(v.strictObject({ alarm: text, reason: text, because: text, keepsState: v.boolean() })),
  notTheirs: v.array(text),
  notBelieved: v.array(text),
  ok: v.boolean(),
});
const verification = v.strictObject({
  environment,
  application: text,
  region: text,
  runtime: v.string(),
  facts: v.array(
    v.strictObject({
      fact: text,
      says: text,
      expected: text,
      observed: v.string(),
      result: v.picklist(["as expected", "otherwise", "not seen"]),
      measured: v.record(text, v.number()),
      soWhat: text,
      owner: v.nullable(owner),
    }),
  ),
});

/** By heading in docs/json.md. */
const SCHEMAS: Readonly<Record<string, v.GenericSchema>> = {
  Errors: v.strictObject({ error }),
  "`doctor`": doctor,
  "`credentials try`": v.strictObject(trialAlone),
  "`credentials status`": status,
  "`token`": token,
  "`token renew`": renewal,
  "`alarms test`": alarms,
  "`verify`": verification,
};

const fits = (schema: v.GenericSchema, json: unknown): unknown => v.parse(schema, JSON.parse(JSON.stringify(json)));

describe("docs/json.md", () => {
  const page = readFileSync(path.resolve(__dirname, "../../docs/json.md"), "utf8");
  const rowsOf = (heading: string): string[][] =>
    (page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "")
      .split("\n")
      .filter((line) => line.startsWith("| "))
      .slice(1)
      .map((line) =>
        line
          .split("|")
          .map((cell) => cell.trim())
          .slice(1),
      );
  const unquoted = (cell = ""): string => cell.replaceAll("`", "");

  it.each(Object.entries(SCHEMAS))("has the fields of %s, and no others", (heading, schema) => {
    const documented = rowsOf(heading);
    // The page documents the fields of `error` once, under Errors.
    const fields = fieldsOf(schema).filter((field) => heading === "Errors" || !field.startsWith("error."));
    expect(documented.map(([field]) => unquoted(field)).sort()).toEqual(
      fields.filter((field) => heading !== "Errors" || field !== "error").sort(),
    );
  });

  it("has the codes of errors and of findings, and no others", () => {
    expect(rowsOf("Codes of errors").map(([code]) => unquoted(code))).toEqual([...ERROR_CODES]);
    const found = rowsOf("Codes of findings").flatMap(([, codes]) => unquoted(codes).split(", "));
    expect(found.sort()).toEqual([...FINDING_CODES].sort());
  });
});

/** Names as `steps[].codes[]`; an array of objects has its own line too. */
function fieldsOf(schema: unknown, name = ""): string[] {
  const { type, entries, item, wrapped } = schema as {
    type: string;
    entries?: Record<string, unknown>;
    item?: unknown;
    wrapped?: unknown;
  };
  if (type === "nullable") return fieldsOf(wrapped, name);
  if (type === "array") return fieldsOf(item, `${name}[]`);
  if (type !== "strict_object") return [name];
  const own = Object.entries(entries ?? {}).flatMap(([key, value]) => fieldsOf(value, name ? `${name}.${key}` : key));
  return name === "" ? own : [name, ...own];
}

describe.each(LANGUAGES)("with --json, in %s,", (language) => {
  const maker = new CommandMaker(language);
  const out: string[] = [];
  const { argv, exitCode } = process;

  beforeEach(() => {
    out.length = 0;
    jest.spyOn(console, "log").mockImplementation((said: unknown) => out.push(String(said)));
    jest.spyOn(console, "error").mockImplementation(() => undefined);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    process.argv = argv;
    process.exitCode = exitCode;
  });

  const documents = (): unknown[] => out.map((one) => JSON.parse(one) as unknown);

  it("doctor gives healthy, wrong and unavailable findings", async () => {
    const fixture = new DoctorFixture();
    await fixture.tick();
    const look = (): Promise<void> => runDoctor(maker, "qualif", { json: true }, () => fixture.target);
    await look();
    fixture.aws.put(fixture.secretOf(), { login: LOGIN, password: "canary-wrong" });
    await look();
    fixture.break("token", { status: 503 });
    fixture.aws.clock.forward(2 * 3600);
    await look();
    await runDoctor(maker, "qualif", { json: true }, () => new DoctorFixture({ empty: true }).target);
    const all = documents().map((one) => fits(doctor, one) as v.InferOutput<typeof doctor>);
    const codes = all.map(({ steps }) => steps.flatMap((step) => step.codes));
    expect(codes).toEqual([[], ["account-refused"], ["piste-down"], ["client-empty"]]);
    expect(all.map(({ worked }) => worked?.lastTokenAt ?? null)).toEqual([null, null, expect.any(String), null]);
    expect(all.map(({ steps: [first] }) => first?.begins)).toEqual([false, false, false, true]);
  });

  it("credentials try gives its steps and results", async () => {
    const portals = Portals.ready("qualif");
    const { piste, clock } = portals.aws;
    const open: typeof openPiste = (...words) => ({
      ...openPiste(...words),
      transport: transportTo(piste),
      now: clock.now,
    });
    const ask = () => credentials.openFixture({ typed: typing(), environment: "qualif" }).session.ask;
    await runTry(maker, "qualif", { json: true }, { open, ask });
    expect(fits(v.strictObject({ ...doctor.entries, ...trialAlone }), documents()[0])).toMatchObject({ works: true });
  });

  it("credentials status gives stored and missing values", async () => {
    const fixture = credentials.openFixture({});
    fits(status, statusToJson(await credentialsStatus(fixture.session.target, {})));
    fixture.aws.put(credentials.CLIENT_SECRET, credentials.CLIENT);
    fixture.aws.put(credentials.ACCOUNT_SECRET, credentials.ACCOUNT);
    fits(status, statusToJson(await credentialsStatus(fixture.session.target, {})));
  });

  it("token and token renew give their result, with an error if there is one", async () => {
    for (const secondsLeft of [1800, 100, -5]) {
      const shown = calls.openFixture({ language, secondsLeft });
      const failure = await calls.failureOf(showToken(shown.session, { json: true }));
      const { error: said } = fits(token, JSON.parse(shown.out())) as v.InferOutput<typeof token>;
      expect(said?.message).toBe(failure?.[language]);
    }
    for (const isBroken of [false, true]) {
      const renewed = calls.openFixture({ language, mayInvoke: true });
      const client = { client_id: "client", client_secret: "canary-client-secret" };
      if (!isBroken) renewed.piste.platform.addClient(client);
      renewed.aws.put("piste/qualif/chorus-pro/client", client);
      const failure = await calls.failureOf(renewToken(renewed.session, { json: true }));
      const { error: said } = fits(renewal, JSON.parse(renewed.out())) as v.InferOutput<typeof renewal>;
      expect(said?.message).toBe(failure?.[language]);
      expect(said === null).toBe(!isBroken);
    }
  });

  it("alarms test gives its result, tested or denied", async () => {
    const aws = await AlarmingAws.start();
    try {
      deploy(aws);
      fits(alarms, alarmsToJson((await tested(alarmsIn(aws), { language })).report, language));
      aws.subscribed.clear();
      aws.denied.set("SetAlarmState", "AccessDeniedException");
      aws.denied.set("ListSubscriptionsByTopic", "AccessDeniedException");
      fits(alarms, alarmsToJson((await tested(alarmsIn(aws), { language })).report, language));
    } finally {
      await aws.stop();
    }
  });

  it("verify gives facts", async () => {
    const documented = await DocumentedAws.start();
    try {
      const keys = { accessKeyId: "test", secretAccessKey: "test" };
      const sdk = sdkAws({ region: "eu-west-3", endpoint: documented.endpoint, credentials: keys });
      const target = {
        environment: "prod",
        local: false,
        aws: { ...sdk, clockAheadInMilliseconds: () => 0 },
        now: () => documented.now,
      } as unknown as Target;
      const found = await verify(target, {
        sleep: (milliseconds) => Promise.resolve((documented.now += milliseconds)),
        plan: () => Promise.resolve(judged(true, "as planned", "comme prévu")),
        say: () => undefined,
        onChecked: () => undefined,
      });
      fits(verification, verificationToJson(found, language));
    } finally {
      await documented.stop();
    }
  });

  it.each<[string, Error, object]>([
    [
      "of AWS",
      awsError({ en: "read", fr: "lire", permission: "sts:GetCallerIdentity" }, new Error("Region is missing"), {
        profile: "team",
      }),
      { code: "aws-no-region", owner: "operator", next: expect.stringContaining("aws configure") },
    ],
    [
      "of the command",
      new CommandError({ en: "no", fr: "non" }, "wait"),
      { code: "refused", owner: "wait", next: null },
    ],
    ["that is a bug", new TypeError("x is not a function"), { code: "bug", owner: "bug" }],
  ])("an error %s is one document, once, and the exit code stays", async (_, thrown, expected) => {
    process.argv = ["node", "piste", "doctor", "qualif", "--json"];
    let done = (): Promise<void> => Promise.reject(thrown);
    await maker.act(() => done())();
    expect(process.exitCode).toBe(thrown instanceof AwsError ? 2 : thrown instanceof CommandError ? 4 : 1);
    expect(documents().map((one) => fits(v.strictObject({ error }), one))).toMatchObject([{ error: expected }]);
    done = async () => {
      await runDoctor(maker, "qualif", { json: true }, () => new DoctorFixture({ empty: true }).target);
      throw thrown;
    };
    await maker.act(() => done())();
    expect(documents()).toHaveLength(2);
    process.argv = ["node", "piste", "doctor", "qualif"];
    await maker.act(() => Promise.reject(thrown))();
    expect(documents()).toHaveLength(2);
  });

  it("a usage error is one document too", () => {
    awaitJson();
    process.argv = ["node", "piste", "child", "--json"];
    jest.spyOn(process.stderr, "write").mockReturnValue(true);
    jest.spyOn(process, "exit").mockImplementation((code) => {
      throw new Error(`ended with ${code}`);
    });
    const child = maker.command("child", { en: "", fr: "" }).addArgument(maker.environment()).option("--json");
    const program = new Command().addCommand(child.action(() => undefined));
    expect(() => program.parse(["child", "--json"], { from: "user" })).toThrow("ended with 2");
    expect(documents().map((one) => fits(v.strictObject({ error }), one))).toMatchObject([
      { error: { code: "usage", owner: "operator" } },
    ]);
  });
});
