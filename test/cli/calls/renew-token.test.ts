import { describe, expect, it } from "@jest/globals";
import { renewToken, type RenewOptions } from "../../../cli/calls/renew-token";
import { EXIT_CODES } from "../../../cli/command/failure";
import { functionError } from "../../../cli/command/function-answer";
import type { RunResult } from "../../../lambda/token-refresh/report";
import { failureOf, openFixture, TOKEN_SECRET, type Failure, type Fixture, type FixtureOptions } from "./fixture";

const CLIENT_SECRET = "piste/qualif/chorus-pro/client";
const CLIENT = { client_id: "client", client_secret: "canary-client-secret" };

interface Renewed extends Fixture {
  readonly failure: Failure | undefined;
}

async function renew(
  prepare: (fixture: Fixture) => unknown = () => undefined,
  options: RenewOptions = {},
  place: FixtureOptions = {},
): Promise<Renewed> {
  const fixture = openFixture({ ...place, mayInvoke: true });
  fixture.piste.platform.addClient(CLIENT);
  fixture.aws.put(CLIENT_SECRET, CLIENT);
  prepare(fixture);
  return { ...fixture, failure: await failureOf(renewToken(fixture.session, options)) };
}

const answers =
  (answer: RunResult) =>
  ({ aws }: Fixture): void => {
    aws.answer = answer;
  };
const accessTokenOf = ({ aws }: Fixture): unknown =>
  (aws.peek(TOKEN_SECRET) as { readonly access_token: string }).access_token;
const everythingOf = ({ out, err, failure }: Renewed): string =>
  out() + err() + (failure === undefined ? "" : failure.en + failure.fr + failure.inspected);

describe("piste token renew", () => {
  it("replaces a token that looks fresh and that the gateway has forgotten", async () => {
    const renewed = await renew(({ piste }) => piste.platform.expireTokens());
    expect(renewed.failure).toBeUndefined();
    expect(accessTokenOf(renewed)).not.toBe(renewed.token);
    expect(renewed.aws.done).toContain("invoke chorus-pro refresh");
    expect(renewed.out()).toMatch(/^chorus-pro \(qualif\): the token was replaced\. The new one is valid until .*\n$/);
    expect(everythingOf(renewed)).not.toContain("canary");
    expect(everythingOf(renewed)).not.toContain(accessTokenOf(renewed));
  });

  it("prints this in French", async () => {
    const renewed = await renew(undefined, {}, { language: "fr" });
    expect(renewed.out()).toMatch(
      /^chorus-pro \(qualif\) : le jeton a été remplacé\. Le nouveau est valable jusqu'au /,
    );
  });

  it("says that another run has just replaced it", async () => {
    const renewed = await renew((fixture) => {
      answers({ outcome: "kept", reason: "written-meanwhile" })(fixture);
      fixture.aws.beforeInvoking = () => fixture.aws.put(TOKEN_SECRET, { access_token: "canary-other" });
    });
    expect(renewed.failure).toBeUndefined();
    expect(renewed.out()).toContain("replaced by another run at the same time");
  });

  it("recognizes the first token", async () => {
    const renewed = await renew(({ aws }) => {
      aws.remove(TOKEN_SECRET);
      aws.create(TOKEN_SECRET);
    });
    expect(renewed.failure).toBeUndefined();
    expect(renewed.out()).toMatch(/^chorus-pro \(qualif\): the token was replaced/);
  });

  it("says that PISTE gave the same token again, and not to retry", async () => {
    const renewed = await renew(({ piste }) => {
      piste.platform.settings = { ...piste.platform.settings, sameTokenWhileValid: true };
    });
    expect(renewed.failure?.en).toMatch(/PISTE gave the stored token again[^]*the fault is PISTE's/);
    expect(renewed.failure?.owner).toBe("wait");
    expect(accessTokenOf(renewed)).toBe(renewed.token);
  });

  it.each<[string, (fixture: Fixture) => unknown, RegExp, number]>([
    [
      "the write budget is used up",
      answers({ outcome: "kept", reason: "write-budget", writtenLastDay: 71, nextWriteAt: 1_795_690_800 }),
      /No new token was stored: 71 were stored in the last 24 hours[^]*You can ask for another one from/,
      EXIT_CODES.wait,
    ],
    [
      "PISTE gives only a token that ends soon",
      answers({ outcome: "kept", reason: "stored-token-lives-longer", expiresAt: 1_795_690_800 }),
      /The stored token stays[^]*would expire before/,
      EXIT_CODES.wait,
    ],
    [
      "no client credentials are stored",
      ({ aws }) => {
        aws.remove(CLIENT_SECRET);
        aws.create(CLIENT_SECRET);
      },
      /`npx piste credentials set qualif client --application chorus-pro`/,
      EXIT_CODES.operator,
    ],
    [
      "PISTE refuses them",
      ({ aws }) => aws.put(CLIENT_SECRET, { client_id: "a", client_secret: "b" }),
      /PISTE refuses the client id/,
      EXIT_CODES.operator,
    ],
    [
      "PISTE is down",
      ({ piste }) => {
        piste.faults.add({ on: "token", status: 503 });
      },
      /PISTE is down or restarting[^]*The stored token stays/,
      EXIT_CODES.wait,
    ],
    [
      "the function may not be invoked",
      ({ aws }) => {
        aws.refuse("lambda:InvokeFunction");
      },
      /lambda:InvokeFunction/,
      EXIT_CODES.aws,
    ],
    [
      "the function fails",
      ({ aws }) => {
        aws.answer = functionError("f", { errorType: "Error", errorMessage: "made-up" });
      },
      /made-up/,
      EXIT_CODES.aws,
    ],
    [
      "the function answers something else",
      answers({ outcome: "waited", reason: "fresh" }),
      /did not try to replace the token/,
      EXIT_CODES.aws,
    ],
    [
      "the function only claims that another run did",
      answers({ outcome: "kept", reason: "written-meanwhile" }),
      /says that the token was replaced[^]*the same as before/,
      EXIT_CODES.aws,
    ],
    [
      "the function only claims a replacement",
      answers({ outcome: "refreshed", reason: "requested" }),
      /says that the token was replaced[^]*the same as before/,
      EXIT_CODES.aws,
    ],
  ])("names the result when %s", async (_, prepare, says, code) => {
    const renewed = await renew(prepare);
    expect(renewed.failure?.en).toMatch(says);
    expect(renewed.failure?.fr).not.toBe(renewed.failure?.en);
    expect(EXIT_CODES[renewed.failure?.owner ?? "ready"]).toBe(code);
    expect(accessTokenOf(renewed)).toBe(renewed.token);
    expect(renewed.out()).toBe("");
  });

  it("relies on the function's answer, and says so, when versions may not be listed", async () => {
    const renewed = await renew(({ aws }) => {
      aws.refuse("secretsmanager:ListSecretVersionIds", undefined, undefined, TOKEN_SECRET);
    });
    expect(renewed.failure).toBeUndefined();
    expect(renewed.out()).toContain("The function piste-qualif-chorus-pro-token-refresh says");
  });

  it("prints the result as JSON without the token, with the same exit code", async () => {
    const renewed = await renew(undefined, { json: true });
    expect(JSON.parse(renewed.out())).toEqual({
      environment: "qualif",
      application: "chorus-pro",
      secret: TOKEN_SECRET,
      outcome: "refreshed",
      reason: "requested",
      replaced: true,
      sameToken: false,
      writtenLastDay: null,
      expiresAt: expect.stringMatching(/^2026-11-26T1\d:\d\d:\d\d\.000Z$/) as unknown,
      nextWriteAt: null,
      error: null,
    });
    const kept = await renew(
      answers({ outcome: "kept", reason: "write-budget", writtenLastDay: 71, nextWriteAt: 1_795_690_800 }),
      { json: true },
    );
    expect(JSON.parse(kept.out())).toMatchObject({
      outcome: "kept",
      reason: "write-budget",
      writtenLastDay: 71,
      nextWriteAt: "2026-11-26T11:00:00.000Z",
      replaced: false,
      error: { code: "token-not-replaced", owner: "wait" },
    });
    expect(kept.failure?.owner).toBe("wait");
  });

  it.each<[string, (fixture: Fixture) => unknown]>([
    ["the same as before", answers({ outcome: "refreshed", reason: "requested" })],
    [
      "versions may not be listed",
      ({ aws }) => {
        aws.refuse("secretsmanager:ListSecretVersionIds", undefined, undefined, TOKEN_SECRET);
      },
    ],
  ])("reports in JSON only a replacement that it has seen: %s", async (_, prepare) => {
    const renewed = await renew(prepare, { json: true });
    expect(JSON.parse(renewed.out())).toMatchObject({ outcome: "refreshed", replaced: false });
  });
});
