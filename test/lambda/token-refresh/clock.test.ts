import { describe, expect, it } from "@jest/globals";
import { openFixture, START, TOKEN_SECRET } from "./fixture";

const HOUR = 60 * 60;

describe("a token requested by a function with a wrong clock", () => {
  it.each([2 * HOUR, -2 * HOUR])(
    "never claims to live longer than PISTE's, %d s ahead and with a slow AWS",
    async (aheadInSeconds) => {
      const fixture = openFixture();
      await fixture.tick();
      fixture.clock.aheadInSeconds = aheadInSeconds + 0.5;
      const read = fixture.secrets.read.bind(fixture.secrets);
      fixture.secrets.read = (...words) => {
        // Not a whole second, so that rounding matters.
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

it.each([2 * HOUR, -2 * HOUR])("the first token is dated by AWS's clock too: %d s ahead", async (aheadInSeconds) => {
  const fixture = openFixture();
  fixture.clock.aheadInSeconds = aheadInSeconds;
  expect(await fixture.tick()).toMatchObject({ outcome: "refreshed", reason: "missing" });
  expect(fixture.token()).toMatchObject({ issued_at: START, expires_at: START + HOUR });
});

it.each(["a token", "none"])(
  "a run with a wrong clock is reported in the right minute, with %s stored",
  async (held) => {
    const fixture = openFixture();
    if (held === "a token") await fixture.tick();
    // Just after the start of a minute on AWS's clock.
    fixture.clock.forward(HOUR + 0.3);
    fixture.clock.aheadInSeconds = 2 * HOUR;
    await fixture.tick();
    const { _aws } = JSON.parse(fixture.lines.at(-1) ?? "") as { readonly _aws: { readonly Timestamp: number } };
    expect(Math.floor(_aws.Timestamp / 60_000)).toBe(Math.floor(fixture.clock.now() / 60_000));
  },
);
