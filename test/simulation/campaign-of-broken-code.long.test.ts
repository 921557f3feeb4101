/** What a campaign does when a promise is broken, or the simulation itself: with modules that are replaced. */
import { afterEach, describe, expect, it, jest } from "@jest/globals";
import type * as Decision from "../../lambda/token-refresh/decision";
import type * as Campaign from "../../simulation/campaign";
import type { Result } from "../../simulation/campaign";

const DECISION = "../../lambda/token-refresh/decision";
const OPTIONS = { days: 1, seed: 3 };

/** The campaign, with the function deciding so. */
function campaignWith(decide: typeof Decision.decide): typeof Campaign {
  jest.doMock(DECISION, () => ({ ...jest.requireActual<typeof Decision>(DECISION), decide }));
  return jest.requireActual<typeof Campaign>("../../simulation/campaign");
}

const results = async ({ runShare }: typeof Campaign, runs: number): Promise<Result[]> => {
  const all: Result[] = [];
  await runShare(
    { ...OPTIONS, runs },
    () => true,
    (result) => all.push(result),
  );
  return all;
};

afterEach(() => {
  jest.dontMock(DECISION).dontMock("../../simulation/simulation").resetModules();
});

describe("a function that never refreshes", () => {
  const never = () => campaignWith(() => ({ refresh: false, reason: "fresh" }));

  it("breaks the promise in every history, and the campaign goes on to its end", async () => {
    const all = await results(never(), 2);
    expect(all).toHaveLength(2);
    for (const { measured } of all) expect(measured.broken.join()).toMatch(/minutes without a token within tolerance/);
  });

  it("breaks it without any disturbance, which is the smallest history found", async () => {
    const { historyAt, shrink } = never();
    const { broken, path, history } = await shrink(OPTIONS, "1", 10_000);
    expect(history).toMatchObject({ days: 1, credentialsAfterInMinutes: 0, disturbances: [] });
    expect(broken.join()).toMatch(/minutes without a token within tolerance/);
    expect(path).toMatch(/^1:/);
    expect(await historyAt(OPTIONS, path)).toEqual(history);
  });

  it("breaks it in the history itself when there is no time to look for a smaller one", async () => {
    const { historyAt, shrink } = never();
    const { broken, path, history } = await shrink(OPTIONS, "1", 0);
    expect(path).toBe("1");
    expect(history).toEqual(await historyAt(OPTIONS, "1"));
    expect(broken).not.toEqual([]);
  });
});

describe("a function that takes a token without a doubt for fresh, however much is left of it", () => {
  it("breaks the promise in a history of one minute less than the token lives", async () => {
    const { decide } = jest.requireActual<typeof Decision>(DECISION);
    const campaign = campaignWith((input) =>
      input.token.kind === "token" && input.token.doubt === undefined
        ? { refresh: false, reason: "fresh" }
        : decide(input),
    );
    const { history, broken } = await campaign.shrink(OPTIONS, "1", 10_000);
    expect(history.disturbances).toEqual([]);
    // The first token has the reserve left for 55 minutes.
    expect(broken[0]).toMatch(/below the reserve within tolerance, the first in minute 55$/);
  });
});

describe("a simulation that fails itself", () => {
  it("is not taken for a broken promise", async () => {
    const cause = new Error("a bug");
    jest.doMock("../../simulation/simulation", () => ({ simulate: () => Promise.reject(cause) }));
    const campaign = jest.requireActual<typeof Campaign>("../../simulation/campaign");
    const failure = await results(campaign, 2).catch((error: unknown) => error);
    expect(failure).toMatchObject({ message: "the simulation itself failed", cause });
  });
});
