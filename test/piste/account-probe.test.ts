/**
 * The connection check, `credentials set` and the doctor send a technical account in the same way and read the answers
 * in the same way.
 */
import { describe, expect, it } from "@jest/globals";
import { CommandError, EXIT_CODES } from "../../cli/command/failure";
import { setAccount } from "../../cli/credentials/set-account";
import type { TechnicalAccount } from "../../piste/credentials";
import { HOSTS, type Platform } from "../../piste/environments";
import { NetworkError, type HttpAnswer, type HttpTransport, type NetworkFailure } from "../../piste/http";
import { technicalAccountSecretName, tokenSecretName } from "../../piste/names";
import { MADE_UP_ACCOUNT } from "../../piste/probes";
import { tokenOf } from "../cli/credentials/accounts";
import { ACCOUNT, describedAccount, description, openFixture } from "../cli/credentials/fixture";
import { accountOf, DoctorFixture, stepOf } from "../cli/doctor/fixture";
import { credentialsOf, openCheck } from "../lambda/connection-check/fixture";

type Reply = HttpAnswer | NetworkFailure;

const json = (status: number, content: object = {}): HttpAnswer => ({
  status,
  contentType: "application/json",
  body: JSON.stringify(content),
});
const GOOD = json(200, { codeRetour: 0, libelle: "TRA_MSG_00.000" });
const OTHER_CODE = json(200, { codeRetour: 20003, libelle: "GDP_MSG_01.004" });
const REFUSED = json(401);
const REFUSED_WITH_200 = json(200, { codeRetour: 401 });
const FORBIDDEN: HttpAnswer = { status: 403, body: "" };
const NOT_EXPOSED = json(404);
const DOWN = json(503);
const PAGE: HttpAnswer = { status: 200, contentType: "text/html", body: "<html>" };
const BAD_REQUEST = json(400);

interface Played {
  /** Calls with the account. */
  readonly sent: number;
  /** Calls with a made-up login. */
  readonly madeUp: number;
  readonly judged: "right" | "refused" | "not judged";
}

/** Answers the account's calls in turn and repeats the last answer. @param toMadeUp @default - a refusal */
class Gateway {
  sent = 0;
  madeUp = 0;

  constructor(
    private readonly account: TechnicalAccount,
    private readonly replies: readonly Reply[],
    private readonly toMadeUp: Reply,
  ) {}

  readonly transport: HttpTransport = ({ headers }) => {
    const header = headers["cpro-account"];
    if (header === undefined) return Promise.resolve(json(200, { status: "UP" }));
    const text = Buffer.from(header, "base64").toString("utf8");
    if (text === `${MADE_UP_ACCOUNT.login}:${MADE_UP_ACCOUNT.password}`) {
      this.madeUp += 1;
      return answered(this.toMadeUp);
    }
    if (text !== `${this.account.login}:${this.account.password}`) throw new Error("another account was sent");
    const reply = this.replies[Math.min(this.sent, this.replies.length - 1)];
    this.sent += 1;
    return answered(reply ?? GOOD);
  };
}

function answered(reply: Reply): Promise<HttpAnswer> {
  return typeof reply === "string" ? Promise.reject(new NetworkError(reply)) : Promise.resolve(reply);
}

interface Scene {
  readonly environment: Platform;
  readonly replies: readonly Reply[];
  readonly toMadeUp: Reply;
}

async function connectionCheck({ environment, replies, toMadeUp }: Scene): Promise<Played> {
  const gateway = new Gateway(credentialsOf("default"), replies, toMadeUp);
  const fixture = openCheck({ environment, transport: () => gateway.transport });
  await fixture.check();
  const outcomes = fixture.found().map(({ outcome }) => outcome);
  const refused = outcomes.includes("account-refused");
  expect(fixture.secrets.refusedVersions.size).toBe(refused ? 1 : 0);
  const right = outcomes.includes("fine") || outcomes.includes("habilitation-probable");
  const { sent, madeUp } = gateway;
  return { sent, madeUp, judged: refused ? "refused" : right ? "right" : "not judged" };
}

async function credentialsSet({ environment, replies, toMadeUp }: Scene): Promise<Played> {
  const gateway = new Gateway(ACCOUNT, replies, toMadeUp);
  const { aws, piste, session } = openFixture({ piped: ACCOUNT, environment });
  const secret = technicalAccountSecretName(environment, "chorus-pro", "default");
  const tokenSecret = tokenSecretName(environment, "chorus-pro");
  aws.describe({
    description: description({ environment, tokenSecret }),
    accounts: [describedAccount("default", { secret })],
  });
  aws.put(tokenSecret, tokenOf(piste));
  const apiBaseUrl = new URL(HOSTS[environment].apiBaseUrl);
  const target = { ...session.target, apiBaseUrl, transport: gateway.transport };
  const error = await setAccount({ ...session, target }, { test: true }).catch((reason: unknown) => {
    if (reason instanceof CommandError) return reason;
    throw reason;
  });
  const { sent, madeUp } = gateway;
  const stored = aws.asked.some((asked) => asked.startsWith("store"));
  if (error === undefined) {
    expect(stored).toBe(true);
    return { sent, madeUp, judged: "right" };
  }
  // An unjudged password is stored (exit code 4); a refused one is not (3).
  expect([stored, EXIT_CODES[error.owner]]).toEqual(stored ? [true, 4] : [false, 3]);
  return { sent, madeUp, judged: stored ? "not judged" : "refused" };
}

async function doctor({ environment, replies, toMadeUp }: Scene): Promise<Played> {
  const gateway = new Gateway(accountOf("default"), replies, toMadeUp);
  const fixture = new DoctorFixture({ environment, transport: gateway.transport });
  const report = await fixture.examine();
  const refused = "REFUSED" in fixture.aws.labelsOf(fixture.secretOf());
  const { sent, madeUp } = gateway;
  if (refused) return { sent, madeUp, judged: "refused" };
  // A step shows that the password is right; so does the layer while nothing is missing.
  const said = report.layers.find(({ layer }) => layer === "accounts")?.said.en;
  const right = said === "1 of 1 accepted by Chorus Pro" || stepOf(report, SHOWN_BY[environment]).status === "done";
  return { sent, madeUp, judged: right ? "right" : "not judged" };
}

const SHOWN_BY: Readonly<Record<Platform, string>> = { qualif: "Q6", prod: "P4" };

const USERS = { "the connection check": connectionCheck, "`credentials set`": credentialsSet, "the doctor": doctor };

/** The four APIs' answers to the account, the number of its calls, and the verdict on its password. */
const TABLE: readonly [string, readonly Reply[], number, Played["judged"]][] = [
  ["good answers", [GOOD], 4, "right"],
  ["another code", [OTHER_CODE], 4, "right"],
  ["a refusal", [REFUSED], 1, "refused"],
  ["a refusal with status 200", [REFUSED_WITH_200], 1, "refused"],
  ["a refusal after a good answer", [GOOD, REFUSED], 2, "refused"],
  ["no answer in time, then a refusal", ["timeout-read", REFUSED], 1, "not judged"],
  ["a reset, then a good answer", ["reset", GOOD], 1, "not judged"],
  ["half a body", ["half-body", GOOD], 1, "not judged"],
  ["a failure, then a refusal", [DOWN, REFUSED], 1, "not judged"],
  ["a web page", [PAGE, REFUSED], 1, "not judged"],
  ["a refused request", [BAD_REQUEST, REFUSED], 1, "not judged"],
  ["no answer after a good one", [GOOD, "timeout-read", GOOD], 4, "right"],
  ["no answer after another code", [OTHER_CODE, DOWN, GOOD], 4, "right"],
  ["an unknown address, then good answers", [NOT_EXPOSED, GOOD], 4, "right"],
  ["unknown addresses", [NOT_EXPOSED], 4, "not judged"],
  // A 403 counts after a second one.
  ["403 everywhere", [FORBIDDEN], 8, "not judged"],
  ["403 at one API, then good answers", [FORBIDDEN, FORBIDDEN, GOOD], 5, "right"],
  ["a single 403", [FORBIDDEN, GOOD], 5, "right"],
  ["a single 403, then a refusal", [FORBIDDEN, REFUSED], 2, "refused"],
  ["403 at one API, then no answer", [FORBIDDEN, FORBIDDEN, "timeout-read", REFUSED], 3, "not judged"],
  ["403 at one API, then a refusal", [FORBIDDEN, FORBIDDEN, REFUSED], 3, "refused"],
  ["no answer after a 403", [FORBIDDEN, DOWN, REFUSED], 2, "not judged"],
];

describe.each(Object.entries(USERS))("%s", (_, play) => {
  it.each(TABLE)("sends the account as often as the others do, with %s", async (__, replies, sent, judged) => {
    const played = await play({ environment: "qualif", replies, toMadeUp: REFUSED });
    expect(played).toMatchObject({ sent, judged });
  });

  it.each(TABLE)("sends no made-up login in production, with %s", async (__, replies, sent, judged) => {
    const played = await play({ environment: "prod", replies, toMadeUp: REFUSED });
    expect(played).toEqual({ sent, madeUp: 0, judged });
  });

  it.each<[string, Reply]>([
    ["an unclear answer", DOWN],
    ["a good answer", GOOD],
  ])("goes on after a 403, although a made-up login gets %s", async (__, toMadeUp) => {
    const played = await play({ environment: "qualif", replies: [FORBIDDEN, GOOD], toMadeUp });
    expect(played).toEqual({ sent: 4, madeUp: 1, judged: "right" });
  });
});
