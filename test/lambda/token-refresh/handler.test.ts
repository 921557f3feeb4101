import { createHash } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import {
  DEFAULT_REFRESH_SETTINGS,
  dueWhenSecondsLeft,
  SHORTEST_WRITE_INTERVAL_IN_SECONDS,
} from "../../../lambda/token-refresh/contract";
import { HOSTS } from "../../../piste/environments";
import type { HttpAnswer } from "../../../piste/http";
import {
  CLIENT_SECRET,
  CREDENTIALS,
  metricsOf,
  openWorkshop,
  START,
  TOKEN_SECRET,
  type Workshop,
} from "./surroundings";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** The age at which a 60-minute token is due. */
const DUE_AGE = HOUR - dueWhenSecondsLeft(DEFAULT_REFRESH_SETTINGS);

const tokenAnswer = (accessToken: string, expiresIn: number): HttpAnswer => ({
  status: 200,
  body: JSON.stringify({ access_token: accessToken, expires_in: expiresIn }),
});

/** A workshop that has fetched its first token, with its records of that emptied. */
async function openWithToken(options: Parameters<typeof openWorkshop>[0] = {}): Promise<Workshop> {
  const workshop = openWorkshop(options);
  await workshop.tick();
  for (const record of [workshop.secrets.reads, workshop.secrets.writes, workshop.requests, workshop.lines]) {
    record.length = 0;
  }
  return workshop;
}

describe("the first tick with credentials", () => {
  it("fetches a token and stores the whole record", async () => {
    const workshop = openWorkshop();
    expect(await workshop.tick()).toEqual({
      outcome: "refreshed",
      reason: "missing",
      expiresAt: START + HOUR,
      tries: 1,
      milliseconds: 0,
    });
    const token = workshop.token();
    expect(token).toEqual({
      access_token: expect.stringMatching(/^\S{54}$/),
      token_type: "Bearer",
      scope: "openid",
      issued_at: START,
      expires_at: START + HOUR,
    });
    expect(workshop.piste.platform.scopesOf(token.access_token)).toEqual(["openid"]);
  });

  it("asks the environment's own host with the stored pair and the configured scope", async () => {
    const workshop = openWorkshop({ settings: { scope: "openid resource.READ" } });
    await workshop.tick();
    expect(workshop.requests.map(({ url }) => url.href)).toEqual([HOSTS.qualif.tokenEndpoint]);
    expect(Object.fromEntries(new URLSearchParams(workshop.requests[0]?.body))).toEqual({
      grant_type: "client_credentials",
      ...CREDENTIALS,
      scope: "openid resource.READ",
    });
  });

  it("reads a shared client secret where one is named", async () => {
    const workshop = openWorkshop({ credentials: undefined, settings: { clientSecretName: "shared/client" } });
    workshop.secrets.put("shared/client", CREDENTIALS);
    expect(await workshop.tick()).toMatchObject({ outcome: "refreshed" });
    expect(workshop.secrets.reads).toEqual([[TOKEN_SECRET], ["shared/client", "mustExist"]]);
  });
});

describe("a tick", () => {
  it("on a fresh token makes one read and nothing else", async () => {
    const { clock, tick, secrets, requests } = await openWithToken();
    clock.forward(DUE_AGE - 1);
    expect(await tick()).toEqual({ outcome: "waited", reason: "fresh", expiresAt: START + HOUR });
    expect(secrets.reads).toEqual([[TOKEN_SECRET]]);
    expect(secrets.writes).toEqual([]);
    expect(requests).toEqual([]);
  });

  it("on a due token makes two reads, one call of PISTE and one write", async () => {
    const { clock, tick, secrets, requests, token } = await openWithToken();
    clock.forward(DUE_AGE);
    expect(await tick()).toMatchObject({
      outcome: "refreshed",
      reason: "due",
      expiresAt: START + DUE_AGE + HOUR,
    });
    expect(secrets.reads).toEqual([[TOKEN_SECRET], [CLIENT_SECRET, "mustExist"]]);
    expect(requests).toHaveLength(1);
    expect(secrets.writes.map(({ name }) => name)).toEqual([TOKEN_SECRET]);
    expect(token().issued_at).toBe(START + DUE_AGE);
  });

  it("counts from before the request, so the record never outlives PISTE's token", async () => {
    const workshop = openWorkshop({
      transport: () => {
        workshop.clock.forward(5);
        return Promise.resolve(tokenAnswer("tok", 600));
      },
    });
    await workshop.tick();
    expect(workshop.token()).toMatchObject({ issued_at: START, expires_at: START + 600 });
  });

  it("takes the whole seconds of a clock that stands between two", async () => {
    const workshop = openWorkshop();
    workshop.clock.forward(0.9);
    await workshop.tick();
    expect(workshop.token().issued_at).toBe(START);
  });

  it.each(["not JSON", "{}", '{"access_token":"x"}'])("replaces an unreadable token: %s", async (value) => {
    const workshop = openWorkshop();
    workshop.secrets.put(TOKEN_SECRET, value);
    expect(await workshop.tick()).toMatchObject({ outcome: "refreshed", reason: "unreadable" });
    expect(workshop.token().expires_at).toBe(START + HOUR);
  });

  it("waits at a slow pace once the token is long gone, until a newer client secret is stored", async () => {
    const workshop = await openWithToken();
    workshop.break({ status: 400, error: "invalid_client" });
    workshop.clock.forward(2 * HOUR + MINUTE);
    expect(await workshop.tick()).toEqual({ outcome: "waited", reason: "slow-pace", expiresAt: START + HOUR });
    expect(workshop.requests).toEqual([]);

    workshop.secrets.put(CLIENT_SECRET, CREDENTIALS);
    expect(await workshop.tick()).toMatchObject({ outcome: "failed", reason: "invalid-client" });
    expect(workshop.requests).toHaveLength(1);
  });
});

describe("the operation refresh", () => {
  it("ignores the token's age", async () => {
    const workshop = await openWithToken();
    workshop.clock.forward(1);
    expect(await workshop.refresh()).toMatchObject({ outcome: "refreshed", reason: "requested" });
    expect(workshop.token().issued_at).toBe(START + 1);
  });

  it("ignores the slow pace", async () => {
    const workshop = await openWithToken();
    workshop.clock.forward(5 * HOUR + MINUTE);
    expect(await workshop.refresh()).toMatchObject({ outcome: "refreshed" });
  });
});

describe("a token that is still valid", () => {
  it("is kept when the new one would end earlier, at once or by a second", async () => {
    const workshop = await openWithToken();
    const kept = workshop.token();
    for (const seconds of [HOUR - 1, 10]) {
      workshop.piste.platform.settings = { ...workshop.piste.platform.settings, tokenLifetimeInSeconds: seconds };
      expect(await workshop.refresh()).toMatchObject({
        outcome: "kept",
        reason: "stored-token-lives-longer",
        expiresAt: START + HOUR,
      });
    }
    expect(workshop.token()).toEqual(kept);
    expect(workshop.secrets.writes).toEqual([]);
  });

  it("is replaced by one that ends at the same second", async () => {
    const workshop = await openWithToken();
    expect(await workshop.refresh()).toMatchObject({ outcome: "refreshed", expiresAt: START + HOUR });
  });

  it("is not kept when a clock that was ahead dated it, once the write limit allows another", async () => {
    const workshop = openWorkshop();
    workshop.clock.aheadInSeconds = 2 * HOUR;
    await workshop.tick();
    workshop.clock.aheadInSeconds = 0;
    workshop.clock.forward(SHORTEST_WRITE_INTERVAL_IN_SECONDS - 1);
    expect(await workshop.tick()).toEqual({ outcome: "waited", reason: "write-limit", expiresAt: START + HOUR });
    workshop.clock.forward(1);
    expect(await workshop.tick()).toMatchObject({ outcome: "refreshed", reason: "issued-in-the-future" });
    expect(workshop.token().expires_at).toBe(START + SHORTEST_WRITE_INTERVAL_IN_SECONDS + HOUR);
  });

  it.each([2 * HOUR, -2 * HOUR, 61, -61])(
    "is neither replaced nor misdated by a clock that is %d s ahead: AWS's own clock counts",
    async (aheadInSeconds) => {
      const workshop = await openWithToken();
      workshop.clock.aheadInSeconds = aheadInSeconds;
      workshop.clock.forward(DUE_AGE - 1);
      expect(await workshop.tick()).toMatchObject({ outcome: "waited", reason: "fresh" });
      workshop.clock.forward(1);
      expect(await workshop.tick()).toMatchObject({ outcome: "refreshed", reason: "due" });
      expect(workshop.token()).toMatchObject({ issued_at: START + DUE_AGE, expires_at: START + DUE_AGE + HOUR });
    },
  );

  it.each([
    ["edited", { expires_at: START + 1000 * HOUR }],
    ["edited", { issued_at: START - 2 * HOUR, expires_at: START }],
    ["issued-in-the-future", { issued_at: START + HOUR, expires_at: START + 2 * HOUR }],
  ])("is not kept when someone wrote dates into it that cannot be: %s", async (reason, dates) => {
    const workshop = await openWithToken();
    workshop.secrets.put(TOKEN_SECRET, { ...workshop.token(), ...dates });
    workshop.clock.forward(MINUTE);
    expect(await workshop.tick()).toMatchObject({ outcome: "refreshed", reason });
    expect(workshop.token()).toMatchObject({ issued_at: START + MINUTE, expires_at: START + MINUTE + HOUR });
    // As with an unreadable one: there was nothing to lapse, and what was fetched is healthy.
    expect(metricsOf(workshop.lines[0])).toMatchObject({ SecondsToExpiry: HOUR });
  });

  it("is kept, without a write, when PISTE gives the same token for no longer", async () => {
    const workshop = await openWithToken();
    workshop.piste.platform.settings = { ...workshop.piste.platform.settings, sameTokenWhileValid: true };
    const kept = workshop.token();
    workshop.clock.forward(DUE_AGE);
    for (let minutes = 0; minutes < 3; minutes++) {
      expect(await workshop.tick()).toMatchObject({ outcome: "kept", reason: "same-token-again" });
      workshop.clock.forward(MINUTE);
    }
    expect(workshop.token()).toEqual(kept);
    expect(workshop.secrets.writes).toEqual([]);
    workshop.clock.forward(HOUR - DUE_AGE);
    expect(await workshop.tick()).toMatchObject({ outcome: "refreshed" });
  });

  it("is written again when PISTE gives the same token for longer", async () => {
    const workshop = await openWithToken({ transport: () => Promise.resolve(tokenAnswer("same", HOUR)) });
    workshop.clock.forward(MINUTE);
    expect(await workshop.refresh()).toMatchObject({ outcome: "kept", reason: "same-token-again" });
    workshop.clock.forward(1);
    expect(await workshop.refresh()).toMatchObject({ outcome: "refreshed", expiresAt: START + MINUTE + 1 + HOUR });
  });

  it("is not kept once it has expired", async () => {
    const workshop = await openWithToken();
    workshop.clock.forward(HOUR);
    workshop.piste.platform.settings = { ...workshop.piste.platform.settings, tokenLifetimeInSeconds: 1 };
    expect(await workshop.tick()).toMatchObject({ outcome: "refreshed", expiresAt: START + HOUR + 1 });
  });

  it.each([{ status: 503 }, { status: 400, error: "invalid_client" }, { body: "html" }] as const)(
    "is left alone when PISTE answers with %j",
    async (fault) => {
      const workshop = await openWithToken();
      const kept = workshop.token();
      workshop.break(fault);
      workshop.clock.forward(DUE_AGE);
      expect(await workshop.tick()).toMatchObject({ outcome: "failed", expiresAt: START + HOUR });
      expect(workshop.token()).toEqual(kept);
      expect(workshop.secrets.writes).toEqual([]);
    },
  );
});

describe("the request token of a write", () => {
  const writeOf = async (answer: HttpAnswer, laterInSeconds = 0): Promise<Workshop["secrets"]["writes"][0]> => {
    const workshop = openWorkshop({ transport: () => Promise.resolve(answer) });
    workshop.clock.forward(laterInSeconds);
    await workshop.tick();
    const [write, ...others] = workshop.secrets.writes;
    if (write === undefined || others.length > 0) throw new Error("one write is expected");
    return write;
  };

  it("is the same for the same record, and another as soon as anything of the record differs", async () => {
    const first = await writeOf(tokenAnswer("tok", 600));
    expect(await writeOf(tokenAnswer("tok", 600))).toEqual(first);
    const others = [
      await writeOf(tokenAnswer("tok2", 600)),
      await writeOf(tokenAnswer("tok", 601)),
      await writeOf(tokenAnswer("tok", 600), 1),
    ];
    expect(new Set([first, ...others].map(({ requestToken }) => requestToken)).size).toBe(4);
  });

  it("tells nothing of the record and is of a length that AWS takes", async () => {
    const { value, requestToken } = await writeOf(tokenAnswer("tok", 600));
    expect(requestToken).toBe(createHash("sha256").update(value).digest("hex"));
    expect(requestToken).toHaveLength(64);
  });
});
