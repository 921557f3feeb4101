/** A campaign with replaced modules, which break a promise or the simulation. */
import { afterEach, describe, expect, it, jest } from "@jest/globals";
import type * as Decision from "../../lambda/token-refresh/decision";
import type * as Campaign from "../../simulation/campaign";
import type { Result } from "../../simulation/campaign";

const DECISION = "../../lambda/token-refresh/decision";
const OPTIONS = { days: 1, seed: 3 };

/** The campaign with this decision of the function. */
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

  it("breaks the promise in every history, and the campaign continues", async () => {
    const all = await results(never(), 2);
    expect(all).toHaveLength(2);
    for (const { measured } of all) expect(measured.broken.join()).toMatch(/minutes without a token within tolerance/);
  });

  it("breaks it in a history without disturbances, the smallest one", async () => {
    const { historyAt, shrink } = never();
    const { broken, path, history } = await shrink(OPTIONS, "1", 10_000);
    expect(history).toMatchObject({ days: 1, credentialsAfterInMinutes: 0, disturbances: [] });
    expect(broken.join()).toMatch(/minutes without a token within tolerance/);
    expect(path).toMatch(/^1:/);
    expect(await historyAt(OPTIONS, path)).toEqual(history);
  });

  it("returns the original history if there is no time to shrink it", async () => {
    const { historyAt, shrink } = never();
    const { broken, path, history } = await shrink(OPTIONS, "1", 0);
    expect(path).toBe("1");
    expect(history).toEqual(await historyAt(OPTIONS, "1"));
    expect(broken).not.toEqual([]);
  });
});

describe("a function that takes every token of usual lifetime for fresh", () => {
  it("breaks the promise in a history a minute shorter than the token's lifetime", async () => {
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

describe("a simulation that fails", () => {
  it("is not reported as a broken promise", async () => {
    const cause = new Error("a bug");
    jest.doMock("../../simulation/simulation", () => ({ simulate: () => Promise.reject(cause) }));
    const campaign = jest.requireActual<typeof Campaign>("../../simulation/campaign");
    const failure = await results(campaign, 2).catch((error: unknown) => error);
    expect(failure).toMatchObject({ message: "the simulation itself failed", cause });
  });
});
