import { describe, expect, it } from "@jest/globals";
import { openFixture, START, TOKEN_SECRET } from "./fixture";

const HOUR = 60 * 60;

describe("a token that a function with a wrong clock fetches", () => {
  it.each([2 * HOUR, -2 * HOUR])(
    "does not claim to outlive PISTE's, %d s ahead and with an AWS that takes its time",
    async (aheadInSeconds) => {
      const fixture = openFixture();
      await fixture.tick();
      fixture.clock.aheadInSeconds = aheadInSeconds + 0.5;
      const read = fixture.secrets.read.bind(fixture.secrets);
      fixture.secrets.read = (...words) => {
        // Not a whole second for the second read, so that it matters how times are rounded.
        fixture.clock.forward(words[0] === TOKEN_SECRET ? 5 : 5.6);
        return read(...words);
      };
      fixture.clock.forward(HOUR);
      expect(await fixture.tick()).toMatchObject({ outcome: "refreshed" });
      const { access_token, expires_at } = fixture.token();
      const end = (fixture.piste.platform.endOf(access_token) ?? 0) / 1000;
      expect(expires_at).toBeLessThanOrEqual(end);
      expect(expires_at).toBeGreaterThan(end - 3);
    },
  );
});

it.each([2 * HOUR, -2 * HOUR])("the first token is dated by AWS's clock, too: %d s ahead", async (aheadInSeconds) => {
  const fixture = openFixture();
  fixture.clock.aheadInSeconds = aheadInSeconds;
  expect(await fixture.tick()).toMatchObject({ outcome: "refreshed", reason: "missing" });
  expect(fixture.token()).toMatchObject({ issued_at: START, expires_at: START + HOUR });
});

it.each(["a token", "none"])("is reported in the minute in which it ran, though its clock is off: %s", async (held) => {
  const fixture = openFixture();
  if (held === "a token") await fixture.tick();
  // Just after the minute began, by AWS's clock.
  fixture.clock.forward(HOUR + 0.3);
  fixture.clock.aheadInSeconds = 2 * HOUR;
  await fixture.tick();
  const { _aws } = JSON.parse(fixture.lines.at(-1) ?? "") as { readonly _aws: { readonly Timestamp: number } };
  expect(Math.floor(_aws.Timestamp / 60_000)).toBe(Math.floor(fixture.clock.now() / 60_000));
});
