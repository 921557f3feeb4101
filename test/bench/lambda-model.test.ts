import { describe, expect, it } from "@jest/globals";
import { dollarsOf, durationInMilliseconds } from "../../bench/lambda-model";

const MILLION = 1_000_000;

describe("a run on Lambda", () => {
  const run = { processorMilliseconds: 100, waitingMilliseconds: 25 };

  it("computes twice as long with half the memory, and waits as long", () => {
    expect(durationInMilliseconds(run, 1769)).toBe(125);
    expect(durationInMilliseconds(run, 1769 / 2)).toBe(225);
  });

  it("is not faster with more than one processor", () => {
    expect(durationInMilliseconds(run, 10240)).toBe(125);
  });

  it("costs by the gigabyte-second and by the run", () => {
    const second = { processorMilliseconds: 0, waitingMilliseconds: 1000 };
    // aws.amazon.com/lambda/pricing: $0.0000133334 a GB-second on arm64, $0.20 a million requests.
    expect(dollarsOf([[second, MILLION]], 1024)).toBeCloseTo(13.3334 + 0.2, 6);
    expect(dollarsOf([[second, MILLION]], 512)).toBeCloseTo(13.3334 / 2 + 0.2, 6);
  });

  it("is billed in whole milliseconds", () => {
    const short = { processorMilliseconds: 0, waitingMilliseconds: 0.2 };
    expect(dollarsOf([[short, MILLION]], 1024)).toBeCloseTo(0.0133334 + 0.2, 6);
  });
});
