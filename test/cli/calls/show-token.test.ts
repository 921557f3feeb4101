import { describe, expect, it } from "@jest/globals";
import { showToken, type TokenOptions } from "../../../cli/calls/show-token";
import type { LatestRun } from "../../../cli/command/aws";
import {
  failureOf,
  FUNCTION,
  NOW,
  openFixture,
  TOKEN_SECRET,
  type Failure,
  type Fixture,
  type FixtureOptions,
} from "./fixture";

interface Shown extends Fixture {
  readonly failure: Failure | undefined;
}

async function show(
  options: TokenOptions = {},
  place: FixtureOptions = {},
  prepare: (fixture: Fixture) => void = () => undefined,
): Promise<Shown> {
  const fixture = openFixture(place);
  prepare(fixture);
  return { ...fixture, failure: await failureOf(showToken(fixture.session, options)) };
}

const ran = (result: LatestRun["result"]): ((fixture: Fixture) => void) => {
  return ({ aws }) => {
    aws.runs.set(FUNCTION, [{ at: NOW - 40_000, operation: "tick", result }]);
  };
};
const withoutToken = ({ aws }: Fixture): void => {
  aws.create(TOKEN_SECRET);
};
const everythingOf = ({ out, err, failure }: Shown): string =>
  out() + err() + (failure === undefined ? "" : failure.en + failure.fr + failure.inspected);

describe("piste token", () => {
  it("prints the token's lifetime, scope, date and secret", async () => {
    const shown = await show({}, { secondsLeft: 37 * 60 + 12 });
    expect(shown.failure).toBeUndefined();
    expect(shown.out()).toMatch(
      /^chorus-pro \(qualif\): the token is valid for 37 min 12 s more\n {2}until {3}\d+ Nov 2026/,
    );
    expect(shown.out()).toContain("scope   openid");
    expect(shown.out()).toMatch(/issued {2}\d+ Nov 2026/);
    expect(shown.out()).toContain(TOKEN_SECRET);
    expect((await show({}, { language: "fr" })).out()).toContain("le jeton est encore valable 30 min 0 s");
  });

  it.each([
    [300, undefined],
    [299, "wait"],
    [0, "wait"],
  ])("succeeds only if the promised reserve is left: %i s", async (secondsLeft, owner) => {
    const { failure } = await show({}, { secondsLeft }, ran({ outcome: "waited", reason: "fresh" }));
    expect(failure?.owner).toBe(owner);
  });

  it("prints only the token, in one line", async () => {
    const shown = await show({ print: true });
    expect(shown.out()).toBe(`${shown.token}\n`);
    expect(shown.err()).toBe("");
  });

  it("prints a token with less than the reserve, and warns", async () => {
    const shown = await show({ print: true }, { secondsLeft: 61 });
    expect(shown.out()).toBe(`${shown.token}\n`);
    expect(shown.err()).toBe("It is only valid for 1 min 1 s more.");
    expect(shown.failure).toBeUndefined();
  });

  it.each<[string, (fixture: Fixture) => void]>([
    ["none is stored", withoutToken],
    ["the value is not JSON", ({ aws }) => void aws.put(TOKEN_SECRET, "canary-value")],
    ["the value is not a token", ({ aws }) => void aws.put(TOKEN_SECRET, { access_token: "canary-value" })],
    [
      "the token has two lines",
      ({ aws }) =>
        void aws.put(TOKEN_SECRET, {
          access_token: "canary-value\nX",
          token_type: "Bearer",
          scope: "",
          issued_at: NOW / 1000,
          expires_at: NOW / 1000 + 3600,
        }),
    ],
  ])("prints nothing when %s", async (_, prepare) => {
    const shown = await show({ print: true }, {}, prepare);
    expect(shown.out()).toBe("");
    expect(shown.failure).toBeDefined();
    expect(everythingOf(shown)).not.toContain("canary-value");
  });

  it("prints nothing when the token has expired", async () => {
    const shown = await show({ print: true }, { secondsLeft: 0 });
    expect(shown.out()).toBe("");
    expect(shown.failure?.en).toMatch(/expired on/);
  });

  it("prints JSON without the token", async () => {
    const shown = await show({ json: true });
    expect(JSON.parse(shown.out())).toEqual({
      environment: "qualif",
      application: "chorus-pro",
      secret: TOKEN_SECRET,
      state: "valid",
      secondsLeft: 1800,
      scope: "openid",
      issuedAt: "2026-11-26T09:30:00.000Z",
      expiresAt: "2026-11-26T10:30:00.000Z",
      error: null,
    });
  });

  it("prints JSON after a failure too", async () => {
    const shown = await show({ json: true }, {}, withoutToken);
    expect(JSON.parse(shown.out())).toMatchObject({
      state: "none",
      error: { code: "token-none", owner: "operator", message: shown.failure?.en },
    });
    expect(shown.failure?.owner).toBe("operator");
  });

  it.each<TokenOptions>([{}, { json: true }])("never shows the token: %j", async (options) => {
    for (const secondsLeft of [1800, 100, -5]) {
      const shown = await show(options, { secondsLeft });
      expect(everythingOf(shown)).not.toContain(shown.token);
    }
  });

  it("uses AWS's clock", async () => {
    const behind = (fixture: Fixture): void => {
      fixture.aws.clockAhead = -10 * 60_000;
    };
    expect((await show({}, { secondsLeft: -60 }, behind)).failure).toBeUndefined();
    const ahead = (fixture: Fixture): void => {
      fixture.aws.clockAhead = 10 * 60_000;
    };
    expect((await show({}, { secondsLeft: 590 }, ahead)).failure?.en).toMatch(/expired on/);
  });
});

describe("the cause of a missing token", () => {
  it("is a deleted secret; the next step is to deploy again", async () => {
    const { failure } = await show({}, {}, ({ aws }) => {
      aws.remove(TOKEN_SECRET);
    });
    expect(failure).toMatchObject({
      owner: "aws",
      en: expect.stringContaining(`${TOKEN_SECRET} no longer exists`),
    });
    expect(failure?.en).toContain("`npx cdktf deploy qualif`");
    expect(failure?.fr).toContain(`Le secret ${TOKEN_SECRET} n'existe plus. Déployez de nouveau`);
    expect(failure?.en).not.toContain("credentials set");
  });

  it("is missing client credentials; the next step is to store them", async () => {
    const { failure } = await show({}, {}, withoutToken);
    expect(failure?.owner).toBe("operator");
    expect(failure?.en).toContain("`npx piste credentials set qualif client --application chorus-pro`");
    expect(failure?.fr).toContain("`npx piste credentials set qualif client --application chorus-pro`");
    const other = await show({}, { application: "legifrance" }, withoutToken);
    expect(other.failure?.en).toContain("`npx piste credentials set qualif client --application legifrance`");
  });

  it.each<[string, LatestRun["result"], string]>([
    [
      "rejected",
      { outcome: "failed", reason: "invalid-client", class: "rejected", meaning: "PISTE refuses" },
      "operator",
    ],
    ["suspect", { outcome: "failed", reason: "x", class: "suspect" }, "wait"],
    ["throttled", { outcome: "failed", reason: "x", class: "throttled" }, "wait"],
    ["unavailable", { outcome: "failed", reason: "x", class: "unavailable" }, "wait"],
    ["invalid-response", { outcome: "failed", reason: "x", class: "invalid-response" }, "wait"],
    ["unconfigured", { outcome: "failed", reason: "x", class: "unconfigured" }, "operator"],
    ["a failure of AWS", { outcome: "error", reason: "platform", meaning: "cannot write" }, "aws"],
    ["a successful run", { outcome: "refreshed", reason: "due" }, "wait"],
  ])("comes from the refresher's latest run: %s", async (_, result, owner) => {
    const { failure } = await show({}, { secondsLeft: -60 }, ran(result));
    expect(failure?.owner).toBe(owner);
    expect(failure?.en).toContain("40 s ago");
    expect(failure?.en).toContain(result.meaning ?? "");
  });

  it("is the stored client credentials, if PISTE refuses them and has never given a token", async () => {
    const { failure } = await show({}, {}, (fixture) => {
      withoutToken(fixture);
      ran({ outcome: "failed", reason: "invalid-client", class: "rejected", meaning: "PISTE refuses" })(fixture);
    });
    expect(failure).toMatchObject({ owner: "operator", en: expect.stringContaining("PISTE refuses") });
    expect(failure?.fr).toContain("PISTE refuse l'identifiant client");
  });

  it("is a refresher without a log", async () => {
    const { failure } = await show({}, { secondsLeft: -60 });
    expect(failure?.owner).toBe("aws");
    expect(failure?.en).toContain("piste-qualif-chorus-pro-token-refresh, has logged nothing");
    expect((await show({}, { secondsLeft: -60, local: true })).failure?.owner).toBe("operator");
  });

  it("is unknown without the right to read the log; the message names the right", async () => {
    const { failure } = await show({}, { secondsLeft: -60 }, ({ aws }) => {
      aws.refuse("logs:FilterLogEvents");
    });
    expect(failure?.owner).toBe("aws");
    expect(failure?.en).toMatch(/expired on.*cannot be read.*logs:FilterLogEvents/);
  });
});
