import { describe, expect, it } from "@jest/globals";
import { countedRow, interleaved, median, pairedRow, quantile } from "../../bench/row";

const of = { bench: "a bench", case: "a peer", unit: "ms" };

describe("a row", () => {
  it("has the medians, and the ratio of pairs, which does not change if both are slower", () => {
    // The machine was ten times slower for the third pair.
    expect(pairedRow(of, [1, 2, 30], [2, 4, 60])).toEqual({ ...of, ours: 2, theirs: 4, ratio: 0.5, spread: 0 });
  });

  it("has the interquartile range of the ratios", () => {
    expect(pairedRow(of, [1, 2, 3, 4, 5], [1, 1, 1, 1, 1])).toMatchObject({ ratio: 3, spread: 2 });
  });

  it("accepts only pairs of measurements", () => {
    expect(() => pairedRow(of, [1, 2], [1])).toThrow("ours and theirs must be measured equally often");
  });

  it("may be a count", () => {
    expect(countedRow(of, 3, 2)).toEqual({ ...of, ours: 3, theirs: 2, ratio: 1.5, spread: 0 });
  });
});

it("a quantile lies between the values, and requires at least one", () => {
  expect([quantile([4, 1, 3, 2], 0.5), quantile([1, 2], 0.25), median([7])]).toEqual([2.5, 1.25, 7]);
  expect(() => median([])).toThrow("values must not be empty");
});

describe("measuring in turns", () => {
  it("starts with another one each time, and measures all equally often", async () => {
    const order: string[] = [];
    const said: string[] = [];
    const measure = (name: string): Promise<number> => Promise.resolve(order.push(name));
    const measured = await interleaved(["a", "b", "c"], 3, measure, (text) => said.push(text));
    expect(order.join("")).toBe("abcbcacab");
    expect(measured).toEqual({ a: [1, 6, 8], b: [2, 4, 9], c: [3, 5, 7] });
    expect(said).toEqual(["round 1 of 3", "round 2 of 3", "round 3 of 3"]);
  });
});
