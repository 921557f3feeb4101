/** Messages when the function refuses a requested token because the schedule needs the remaining versions. */
import { describe, expect, it } from "@jest/globals";
import type { RunResult } from "../../../lambda/token-refresh/report";
import { overspentText } from "../../../cli/command/french";
import { EXIT_CODES } from "../../../cli/command/failure";
import { setAccount } from "../../../cli/credentials/set-account";
import { setClient } from "../../../cli/credentials/set-client";
import { piping, TEST } from "./accounts";
import { ACCOUNT, ACCOUNT_SECRET, CLIENT, english, failureOf, french, openFixture } from "./fixture";

const BUDGET = { writtenLastDay: 31, nextWriteAt: 1_795_690_800 } as const;
const KEPT: RunResult = { outcome: "kept", reason: "write-budget", meaning: "said by the function", ...BUDGET };

describe("a token that was not written because of the budget", () => {
  it("is reported in both languages, with the number of writes and the time of the next", () => {
    const text = overspentText(KEPT);
    expect(text?.en).toMatch(/^No new token was stored: 31 were .* stored token stays .* from \d+ \w+ 2026, \d\d:\d\d/);
    expect(text?.fr).toMatch(/^Aucun nouveau jeton n'a été enregistré : 31 .* reste en place .* à partir du .*2026/);
    expect(overspentText({ ...BUDGET, reason: "write-budget" })).toEqual(text);
    expect(overspentText({ ...BUDGET, reason: "promoted", kept: "write-budget" })).toEqual(text);
    expect(overspentText({ writtenLastDay: 99, reason: "write-budget" })?.en).not.toContain("from");
  });

  it("is not reported for other results", () => {
    expect(overspentText({ reason: "same-token-again" })).toBeUndefined();
    expect(overspentText({ reason: "requested" })).toBeUndefined();
  });

  it("leaves an account untested but stored, with a message, if the stored token is too old", async () => {
    const fixture = piping(ACCOUNT);
    fixture.piste.platform.expireTokens();
    fixture.aws.answer = KEPT;
    const failure = await failureOf(setAccount(fixture.session, TEST));
    expect(failure.owner).toBe("wait");
    expect(EXIT_CODES[failure.owner]).not.toBe(0);
    expect(english(fixture)).toMatch(/No new token was stored: 31 /);
    expect(english(fixture)).not.toContain("Nothing was stored");
    expect(failure.text.en).toMatch(/^No API has judged the password\. The account is stored and current anyway/);
    expect(fixture.aws.peek(ACCOUNT_SECRET)).toEqual(ACCOUNT);
  });

  it("does not prevent a promotion, with a message", async () => {
    const fixture = openFixture({ piped: CLIENT });
    fixture.aws.answer = {
      ...KEPT,
      reason: "promoted",
      promoted: true,
      kept: "write-budget",
      expiresAt: 1_795_690_000,
    };
    await setClient(fixture.session, TEST);
    expect(english(fixture)).toMatch(/they are the current ones.*No new token was stored: 31 .*Token valid until/s);
    expect(french(fixture)).toMatch(/en vigueur.*Aucun nouveau jeton n'a été enregistré : 31 .*Jeton valable/s);
  });
});
