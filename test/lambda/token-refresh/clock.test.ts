import { describe, expect, it } from "@jest/globals";
import { openWorkshop, TOKEN_SECRET } from "./surroundings";

const HOUR = 60 * 60;

describe("a token that a function with a wrong clock fetches", () => {
  it.each([2 * HOUR, -2 * HOUR])(
    "does not claim to outlive PISTE's, %d s ahead and with an AWS that takes its time",
    async (aheadInSeconds) => {
      const workshop = openWorkshop();
      await workshop.tick();
      workshop.clock.aheadInSeconds = aheadInSeconds + 0.5;
      const read = workshop.secrets.read.bind(workshop.secrets);
      workshop.secrets.read = (...words) => {
        // Not a whole second for the second read, so that it matters how times are rounded.
        workshop.clock.forward(words[0] === TOKEN_SECRET ? 5 : 5.6);
        return read(...words);
      };
      workshop.clock.forward(HOUR);
      expect(await workshop.tick()).toMatchObject({ outcome: "refreshed" });
      const { access_token, expires_at } = workshop.token();
      const end = (workshop.piste.platform.endOf(access_token) ?? 0) / 1000;
      expect(expires_at).toBeLessThanOrEqual(end);
      expect(expires_at).toBeGreaterThan(end - 3);
    },
  );
});

it("is reported in the minute in which it ran, though the function's clock is off", async () => {
  const workshop = openWorkshop();
  await workshop.tick();
  // Just after the minute began, by AWS's clock.
  workshop.clock.forward(HOUR + 0.3);
  workshop.clock.aheadInSeconds = 2 * HOUR;
  await workshop.tick();
  const { _aws } = JSON.parse(workshop.lines.at(-1) ?? "") as { readonly _aws: { readonly Timestamp: number } };
  expect(Math.floor(_aws.Timestamp / 60_000)).toBe(Math.floor(workshop.clock.now() / 60_000));
});
