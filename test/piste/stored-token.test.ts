import { describe, expect, it } from "@jest/globals";
import { believedEnd, storedToken } from "../../piste/stored-token";

const NOW = 1_700_000_000;
const HOUR = 3600;
const DAY = 24 * HOUR;
const NAME = "piste/qualif/chorus-pro/token";

const record = (issuedAt: number, lifetime: number): string =>
  JSON.stringify({
    access_token: "canary-token-of-the-test",
    token_type: "Bearer",
    scope: "openid",
    issued_at: issuedAt,
    expires_at: issuedAt + lifetime,
  });

describe("the end of a stored token", () => {
  const end = (lifetime: number, stored?: number): number =>
    believedEnd({ issued_at: NOW, expires_at: NOW + lifetime }, stored);

  it("is its `expires_at` if AWS's date of the version agrees", () => {
    expect(end(HOUR, NOW)).toBe(NOW + HOUR);
    expect(end(HOUR, NOW + 20)).toBe(NOW + HOUR);
    expect(end(2 * HOUR, NOW)).toBe(NOW + 2 * HOUR);
  });

  it("is at most its lifetime after its version's date", () => {
    expect(end(HOUR, NOW - 2 * HOUR)).toBe(NOW - HOUR);
  });

  it("is at most a day after its version's date, and after `issued_at`", () => {
    expect(end(3650 * DAY, NOW - 10)).toBe(NOW - 10 + DAY);
    expect(end(3650 * DAY)).toBe(NOW + DAY);
  });

  it("is never after `expires_at`, even if the record was stored again later", () => {
    expect(end(HOUR, NOW + DAY)).toBe(NOW + HOUR);
    expect(end(-HOUR, NOW + DAY)).toBe(NOW - HOUR);
  });
});

describe("a stored token", () => {
  it("has whole seconds left at a given time", () => {
    const value = record(NOW, HOUR);
    expect(storedToken(NAME, { value, storedAt: NOW }, NOW + 0.5)).toMatchObject({ secondsLeft: HOUR - 1 });
    expect(storedToken(NAME, { value, storedAt: NOW }, NOW + 2 * HOUR)).toMatchObject({ secondsLeft: -HOUR });
    expect(storedToken(NAME, { value, storedAt: NOW }, NOW)?.token.access_token).toBe("canary-token-of-the-test");
  });

  it("of ten years is valid for a day", () => {
    expect(storedToken(NAME, { value: record(NOW, 3650 * DAY), storedAt: NOW }, NOW)).toMatchObject({
      end: NOW + DAY,
      secondsLeft: DAY,
    });
  });

  it("is refused if it could not be sent", () => {
    const value = record(NOW, HOUR).replace("canary-token-of-the-test", "canary\\ntoken-of-the-test");
    expect(storedToken(NAME, { value, storedAt: NOW }, NOW)).toBeUndefined();
    expect(storedToken(NAME, { value: "{}", storedAt: NOW }, NOW)).toBeUndefined();
  });
});
