/** Answers that claim a promotion; the command must check AWS's labels. */
import { expect, it } from "@jest/globals";
import type { RunResult } from "../../../lambda/token-refresh/report";
import { setClient } from "../../../cli/credentials/set-client";
import { promoteClient } from "../../../cli/credentials/rollback";
import { expectNothingSeen, replacing, TEST } from "./clients";
import { CLIENT, CLIENT_SECRET, english, failureOf, NEW_CLIENT } from "./fixture";

const LIES: readonly RunResult[] = [
  { outcome: "refreshed", reason: "requested", promoted: true, expiresAt: 1_795_690_000 },
  { outcome: "kept", reason: "expires-later", promoted: true },
  { outcome: "refreshed", reason: "requested" },
];

it.each(LIES)("set does not report a promotion that did not happen: %j", async (lie) => {
  const fixture = replacing({ known: true });
  fixture.aws.answer = lie;
  const error = await failureOf(setClient(fixture.session, TEST));
  expect(fixture.aws.peek(CLIENT_SECRET)).toEqual(CLIENT);
  expect(english(fixture)).not.toMatch(/accepts them|valid until/);
  expect(error.text.en).toMatch(
    /says that PISTE accepts them[^]*are not current[^]*`npx piste credentials status qualif`/,
  );
  expect(error.text.fr).toMatch(/dit que PISTE les accepte[^]*ne sont pas en vigueur/);
  expect(error.owner).toBe("aws");
  expectNothingSeen(fixture, error);
});

it("promote does not report a promotion that did not happen", async () => {
  const fixture = replacing({ known: true });
  fixture.aws.put(CLIENT_SECRET, NEW_CLIENT, ["AWSPENDING"]);
  [fixture.aws.answer] = LIES;
  const error = await failureOf(promoteClient(fixture.session, {}));
  expect(error.text.en).toMatch(/are not current/);
  expect(english(fixture)).not.toMatch(/accepts them/);
});

it("without the right to list versions, the message quotes the function", async () => {
  const fixture = replacing({ known: true });
  fixture.aws.refuse("secretsmanager:ListSecretVersionIds");
  [fixture.aws.answer] = LIES;
  await setClient(fixture.session, TEST);
  expect(english(fixture)).toMatch(/The function piste-qualif-chorus-pro-token-refresh says: PISTE accepts them/);
});
