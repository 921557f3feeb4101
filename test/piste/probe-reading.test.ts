import { describe, expect, it } from "@jest/globals";
import { PROBE_OUTCOMES, type ProbeOutcomeCode } from "../../piste/probe-outcomes";
import {
  probeWithAccount,
  probeWithMadeUpLogin,
  probeWithToken,
  readAnswers,
  readTokenAnswer,
} from "../../piste/probe-reading";
import type { AnswerKind, ProbeAnswer } from "../../piste/probes";

const KINDS: readonly AnswerKind[] = [
  "good",
  "other-code",
  "account-refused",
  "forbidden",
  "token-refused",
  "scope-missing",
  "not-exposed",
  "unclear",
];
const answer = (kind: AnswerKind): ProbeAnswer => ({ kind });

/** Answers in turn, and fails after the last. */
function answersInTurn(...kinds: readonly AnswerKind[]): { call: () => Promise<ProbeAnswer>; made: () => number } {
  let calls = 0;
  return {
    call: () => {
      const kind = kinds[calls++];
      return kind === undefined ? Promise.reject(new Error("called once too often")) : Promise.resolve({ kind });
    },
    made: () => calls,
  };
}

describe("two answers of an API read together", () => {
  it.each<[AnswerKind, AnswerKind, ProbeOutcomeCode]>([
    ...KINDS.map((real) => ["forbidden", real, "api-not-selected"] as [AnswerKind, AnswerKind, ProbeOutcomeCode]),
    ...KINDS.map((real) => ["good", real, "account-not-used"] as [AnswerKind, AnswerKind, ProbeOutcomeCode]),
    ...KINDS.map((real) => ["unclear", real, "cannot-tell"] as [AnswerKind, AnswerKind, ProbeOutcomeCode]),
    ...KINDS.map((real) => ["not-exposed", real, "not-exposed"] as [AnswerKind, AnswerKind, ProbeOutcomeCode]),
    ["account-refused", "good", "fine"],
    ["account-refused", "other-code", "habilitation-probable"],
    ["account-refused", "account-refused", "account-refused"],
    ["account-refused", "forbidden", "raccordement-or-habilitation"],
    ["account-refused", "unclear", "cannot-tell"],
    ["account-refused", "token-refused", "token-refused"],
  ])("made-up login %s, real login %s: %s", (madeUp, real, outcome) => {
    expect(readAnswers({ madeUp: answer(madeUp), real: answer(real) })).toBe(outcome);
  });

  it.each<[AnswerKind, ProbeOutcomeCode]>([
    ["good", "fine"],
    ["other-code", "habilitation-probable"],
    ["account-refused", "account-refused"],
    ["forbidden", "forbidden"],
    ["token-refused", "token-refused"],
    ["scope-missing", "scope-missing"],
    ["not-exposed", "not-exposed"],
    ["unclear", "cannot-tell"],
  ])("only for the real login, %s: %s", (real, outcome) => {
    expect(readAnswers({ real: answer(real) })).toBe(outcome);
  });

  it("only for the made-up login: a 401 means that the API is selected", () => {
    expect(readAnswers({ madeUp: answer("account-refused") })).toBe("api-selected");
    expect(readAnswers({})).toBe("cannot-tell");
  });

  it.each<[AnswerKind, ProbeOutcomeCode]>([
    ["good", "fine"],
    ["forbidden", "api-not-selected"],
    ["token-refused", "token-refused"],
    ["scope-missing", "scope-missing"],
    ["unclear", "cannot-tell"],
  ])("without an account, %s: %s", (kind, outcome) => {
    expect(readTokenAnswer(answer(kind))).toBe(outcome);
  });
});

describe("probing with an account", () => {
  it.each<[AnswerKind, ProbeOutcomeCode]>([
    ["good", "fine"],
    ["other-code", "habilitation-probable"],
    ["account-refused", "account-refused"],
    ["token-refused", "token-refused"],
    ["not-exposed", "not-exposed"],
    ["unclear", "cannot-tell"],
  ])("needs one call if the answer is %s", async (kind, outcome) => {
    const real = answersInTurn(kind);
    expect(await probeWithAccount(real.call, answersInTurn().call)).toEqual({ outcome, answer: { kind }, met: kind });
    expect(real.made()).toBe(1);
  });

  it.each<[AnswerKind[], AnswerKind, ProbeOutcomeCode]>([
    [["forbidden"], "forbidden", "api-not-selected"],
    [["forbidden"], "good", "cannot-tell"],
    [["forbidden"], "unclear", "cannot-tell"],
    [["forbidden"], "scope-missing", "cannot-tell"],
    [["forbidden"], "token-refused", "token-refused"],
    [["forbidden", "forbidden"], "account-refused", "raccordement-or-habilitation"],
    [["forbidden", "good"], "account-refused", "fine"],
    [["forbidden", "account-refused"], "account-refused", "account-refused"],
    [["forbidden", "unclear"], "account-refused", "cannot-tell"],
    [["scope-missing"], "scope-missing", "scope-missing"],
    [["scope-missing"], "account-refused", "cannot-tell"],
  ])("confirms a refusal: real login %j, made-up login %s: %s", async (realKinds, madeUpKind, outcome) => {
    const real = answersInTurn(...realKinds);
    const madeUp = answersInTurn(madeUpKind);
    expect((await probeWithAccount(real.call, madeUp.call)).outcome).toBe(outcome);
    expect([real.made(), madeUp.made()]).toEqual([realKinds.length, 1]);
  });
});

describe("probing with an account, without made-up logins", () => {
  it.each<[AnswerKind[], ProbeOutcomeCode]>([
    [["good"], "fine"],
    [["unclear"], "cannot-tell"],
    [["forbidden", "forbidden"], "forbidden"],
    [["forbidden", "good"], "fine"],
    [["forbidden", "account-refused"], "account-refused"],
    [["forbidden", "unclear"], "cannot-tell"],
    [["forbidden", "scope-missing"], "cannot-tell"],
    [["scope-missing", "scope-missing"], "scope-missing"],
  ])("confirms a refusal with the same call: %j is %s", async (kinds, outcome) => {
    const real = answersInTurn(...kinds);
    expect(await probeWithAccount(real.call)).toMatchObject({ outcome, met: kinds.at(-1) });
    expect(real.made()).toBe(kinds.length);
  });
});

describe("probing without an account", () => {
  it.each<[AnswerKind[], ProbeOutcomeCode, ProbeOutcomeCode]>([
    [["good"], "fine", "account-not-used"],
    [["unclear"], "cannot-tell", "cannot-tell"],
    [["forbidden", "forbidden"], "api-not-selected", "api-not-selected"],
    [["forbidden", "good"], "fine", "account-not-used"],
    [["forbidden", "unclear"], "cannot-tell", "cannot-tell"],
    [["forbidden", "scope-missing"], "cannot-tell", "cannot-tell"],
    [["scope-missing", "scope-missing"], "scope-missing", "scope-missing"],
    [["scope-missing", "forbidden"], "cannot-tell", "cannot-tell"],
  ])("confirms a refusal: %j is %s with only the token, %s with a made-up login", async (kinds, token, madeUp) => {
    const one = answersInTurn(...kinds);
    expect((await probeWithToken(one.call)).outcome).toBe(token);
    const other = answersInTurn(...kinds);
    expect((await probeWithMadeUpLogin(other.call)).outcome).toBe(madeUp);
    expect([one.made(), other.made()]).toEqual([kinds.length, kinds.length]);
  });

  it("takes a made-up login's 401 as proof that the API is selected", async () => {
    expect((await probeWithMadeUpLogin(answersInTurn("account-refused").call)).outcome).toBe("api-selected");
  });
});

describe("an outcome", () => {
  it.each(Object.entries(PROBE_OUTCOMES))("has a next step: %s", (code, { owner, meaning, contradicts }) => {
    expect(meaning).toMatch(/^[A-Z].*\.$/);
    expect(contradicts.qualif.every((step) => step.startsWith("Q"))).toBe(true);
    expect(contradicts.prod.every((step) => step.startsWith("P"))).toBe(true);
    // A step that is not done needs an owner who acts.
    if (contradicts.qualif.length > 0) expect([code, owner]).not.toEqual([code, "wait"]);
  });

  it.each<[ProbeOutcomeCode, string, string[], string[]]>([
    ["api-not-selected", "piste-portal", ["Q3"], ["P2"]],
    ["raccordement-or-habilitation", "chorus-pro", ["Q5"], ["P3", "P4"]],
    ["account-refused", "chorus-pro", ["Q6"], ["P5"]],
    ["token-refused", "wait", [], []],
    ["cannot-tell", "wait", [], []],
  ])("%s has the owner %s", (code, owner, qualif, prod) => {
    expect(PROBE_OUTCOMES[code]).toMatchObject({ owner, contradicts: { qualif, prod } });
  });

  it.each<ProbeOutcomeCode>(["api-not-selected", "raccordement-or-habilitation", "habilitation-probable"])(
    "based on an uncertain fact says probably: %s",
    (code) => {
      expect(PROBE_OUTCOMES[code].meaning).toContain("probably");
    },
  );
});
