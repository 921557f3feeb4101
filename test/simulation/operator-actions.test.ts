import { describe, expect, it } from "@jest/globals";
import { believe } from "../../lambda/token-refresh/decision";
import { accessTokenSchema, clientCredentialsSchema, parseSecret, type AccessToken } from "../../piste/credentials";
import type { Disturbance, Happening, CORRUPTED_TOKENS } from "../../simulation/history";
import { planOperatorActions } from "../../simulation/operator-actions";

/** Epoch seconds. */
const NOW = 1_800_000_000;
const HOUR = 60 * 60;

const STORED: AccessToken = {
  access_token: "given-by-piste-in-made-up-letters",
  token_type: "Bearer",
  scope: "openid",
  issued_at: NOW - 600,
  expires_at: NOW + 3_000,
};

/** The planned actions with their minutes. */
function planned(...disturbances: readonly Disturbance[]): { readonly minute: number; readonly deed: string }[] {
  const actions: { minute: number; deed: string }[] = [];
  let now = NaN;
  const plan: { minute: number; act: () => void }[] = [];
  const note = (deed: string) => (): void => {
    actions.push({ minute: now, deed });
  };
  planOperatorActions(disturbances, (minute, act) => plan.push({ minute, act }), {
    resetClientSecret: note("reset"),
    storeCredentials: note("store"),
    storeClientSecret: (value) => {
      note(`write ${value}`)();
    },
    corruptToken: (corrupt) => {
      note(`corrupt ${corrupt(JSON.stringify(STORED), NOW)}`)();
    },
  });
  expect(actions).toEqual([]);
  for (const { minute, act } of plan) {
    now = minute;
    act();
  }
  return actions;
}

/** The corrupted value of the token secret. */
function corrupt(how: (typeof CORRUPTED_TOKENS)[number], value: string | undefined): string {
  let corrupted: string | undefined;
  const nothing = (): void => undefined;
  planOperatorActions(
    [{ kind: "corrupted-token", how, from: 0, minutes: 1 }],
    (_, act) => {
      act();
    },
    {
      resetClientSecret: nothing,
      storeCredentials: nothing,
      storeClientSecret: nothing,
      corruptToken: (make) => {
        corrupted = make(value, NOW);
      },
    },
  );
  return corrupted ?? "";
}

const read = (value: string): AccessToken => parseSecret("the token", accessTokenSchema, value);

describe("operators", () => {
  it("reset the client secret at the beginning and store the new one at the end", () => {
    expect(planned({ kind: "secret-reset", from: 10, minutes: 25 })).toEqual([
      { minute: 10, deed: "reset" },
      { minute: 35, deed: "store" },
    ]);
  });

  it("store credentials that are not JSON, and correct them at the end", () => {
    const [corrupted, mended, ...more] = planned({ kind: "corrupted-client-secret", from: 10, minutes: 25 });
    expect(corrupted).toEqual({ minute: 10, deed: expect.stringMatching(/^write ./) });
    const value = corrupted?.deed.replace("write ", "") ?? "";
    expect(() => parseSecret("the pair", clientCredentialsSchema, value)).toThrow("does not hold JSON");
    expect(mended).toEqual({ minute: 35, deed: "store" });
    expect(more).toEqual([]);
  });

  it("corrupt the token once", () => {
    expect(planned({ kind: "corrupted-token", how: "empty-object", from: 10, minutes: 1 })).toEqual([
      { minute: 10, deed: "corrupt {}" },
    ]);
  });

  it("do not act in disturbances of PISTE, AWS or the function", () => {
    const others: readonly Happening[] = [
      { kind: "outage", how: "dns" },
      { kind: "rejection", how: "invalid_client" },
      { kind: "other-lifetime", lifetimeInMinutes: 10, asString: false },
      { kind: "clock-error", aheadInSeconds: 600 },
    ];
    expect(planned(...others.map((happening) => ({ ...happening, from: 10, minutes: 5 })))).toEqual([]);
  });
});

describe("a corrupted token", () => {
  it("may be invalid JSON, or JSON without a token", () => {
    expect(() => read(corrupt("not-json", JSON.stringify(STORED)))).toThrow("does not hold JSON");
    expect(() => read(corrupt("empty-object", JSON.stringify(STORED)))).toThrow("does not have the expected fields");
  });

  it("may be the stored one valid for a year, which the function doubts", () => {
    const token = read(corrupt("lives-for-years", JSON.stringify(STORED)));
    expect(token).toEqual({ ...STORED, access_token: "made-up-by-an-operator", expires_at: NOW + 365 * 24 * HOUR });
    expect(believe(token, NOW)).toMatchObject({ doubt: "long-lived" });
  });

  it("may be one of tomorrow, which the function doubts", () => {
    const token = read(corrupt("issued-tomorrow", JSON.stringify(STORED)));
    expect(token.access_token).toBe("made-up-by-an-operator");
    expect(token.issued_at).toBe(NOW + 24 * HOUR);
    expect(token.expires_at).toBe(NOW + 25 * HOUR);
    expect(believe(token, NOW)).toMatchObject({ doubt: "issued-in-the-future" });
  });

  it("may have expired long ago", () => {
    const token = read(corrupt("long-expired", JSON.stringify(STORED)));
    expect(token).toEqual({
      ...STORED,
      access_token: "made-up-by-an-operator",
      issued_at: NOW - 3 * HOUR,
      expires_at: NOW - 2 * HOUR,
    });
  });

  it.each([undefined, "not JSON", "{}"])("is made up completely if the secret holds %j", (value) => {
    const token = read(corrupt("lives-for-years", value));
    expect(token).toMatchObject({
      access_token: "made-up-by-an-operator",
      issued_at: NOW,
      expires_at: NOW + 365 * 24 * HOUR,
    });
  });
});
