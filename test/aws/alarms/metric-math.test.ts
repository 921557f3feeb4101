/** Most examples are from "Using math expressions with CloudWatch metrics" in the user guide. */
import { describe, expect, it } from "@jest/globals";
import { evaluateMath, type Series } from "../../../aws/alarms/metric-math";

const _ = undefined;

/** Evaluates the expression with these series as a, b and c. */
const math = (expression: string, a: Series, b?: Series, c?: Series): Series =>
  evaluateMath(expression, { a, ...(b && { b }), ...(c && { c }) });

describe("arithmetic", () => {
  it.each([
    ["a + b", [7, 9]],
    ["a - b", [5, 3]],
    ["a * b", [6, 18]],
    ["a / b", [6, 2]],
    ["a + b * 2", [8, 12]],
    ["(a + b) * 2", [14, 18]],
    ["10 - a", [4, 4]],
  ])("%s", (expression, expected) => {
    expect(math(expression, [6, 6], [1, 3])).toEqual(expected);
  });

  it("of a series and a number is missing if the series is", () => {
    expect(math("a * 0", [5, _, 0])).toEqual([0, _, 0]);
    expect(math("3 * a", [5, _, 0])).toEqual([15, _, 0]);
  });

  it("takes a missing value of one series as zero, and is missing if both are", () => {
    expect(math("a + b", [1, 1, _, _], [2, _, 2, _])).toEqual([3, 1, 2, _]);
    expect(math("a * b", [1, 1, _, _], [2, _, 2, _])).toEqual([2, 0, 0, _]);
  });

  it("of numbers only is the same in each period", () => {
    expect(math("2 + 3", [1, _, 3])).toEqual([5, 5, 5]);
  });
});

describe("comparisons", () => {
  it.each([
    [">", [0, 0, 1]],
    ["<", [1, 0, 0]],
    [">=", [0, 1, 1]],
    ["<=", [1, 1, 0]],
    ["==", [0, 1, 0]],
  ])("%s is 1 if true and 0 if false", (operator, expected) => {
    expect(math(`a ${operator} 2`, [1, 2, 3])).toEqual(expected);
    expect(math(`a ${operator} b`, [1, 2, 3], [2, 2, 2])).toEqual(expected);
  });

  it("take a missing value of one series as zero", () => {
    // The guide's example, metric1 and metric2.
    expect(math("a < b", [30, 20, 0, 0], [20, _, 20, _])).toEqual([0, 0, 1, 0]);
  });

  it("of a series and a number is missing if the series is", () => {
    expect(math("a < 2", [_, 1])).toEqual([_, 1]);
  });
});

describe("a function over a list", () => {
  it.each([
    ["SUM", [11, 10, 1, _]],
    ["MAX", [10, 10, 1, _]],
    ["MIN", [1, 10, 1, _]],
  ])("%s ignores missing members, and is missing if all are", (name, expected) => {
    expect(math(`${name}([a, b])`, [1, _, 1, _], [10, 10, _, _])).toEqual(expected);
  });

  it("takes expressions as members", () => {
    expect(math("SUM([a * 3, b])", [1, 2], [10, 20])).toEqual([13, 26]);
  });

  it("accepts only a list", () => {
    expect(() => math("SUM(a)", [1])).toThrow("a function over series takes a list of them");
  });
});

describe("FILL", () => {
  it("with a number replaces missing values only", () => {
    expect(math("FILL(a, 7)", [_, 1, _, 0])).toEqual([7, 1, 7, 0]);
  });

  it("with another series takes its values", () => {
    expect(math("FILL(a, b)", [_, 1, _], [4, 5, _])).toEqual([4, 1, _]);
  });

  it("with REPEAT takes the latest value before, and none before the first", () => {
    expect(math("FILL(a, REPEAT)", [_, 2, _, _, 0, _])).toEqual([_, 2, 2, 2, 0, 0]);
  });

  it("leaves a metric without any data as it is", () => {
    expect(math("FILL(a, 7)", [_, _])).toEqual([_, _]);
    expect(math("FILL(a, REPEAT)", [_, _])).toEqual([_, _]);
  });

  it("takes a series and a filler", () => {
    for (const expression of ["FILL(a)", "FILL(1, 2)"]) {
      expect(() => math(expression, [1])).toThrow("FILL takes a series and a filler");
    }
  });
});

describe("IF", () => {
  it("returns the first if the condition is not zero, the second if it is zero, and nothing if it is missing", () => {
    // The table of IF(metric1, metric2, metric3).
    expect(math("IF(a, b, c)", [1, 1, 0, 0, _], [30, _, 0, 0, 30], [0, 0, 20, _, 20])).toEqual([30, 0, 20, _, _]);
    expect(math("IF(a, 1, 2)", [-1, 0.5, 0, _])).toEqual([1, 1, 2, _]);
  });

  it("without a second value is missing if the condition is zero", () => {
    expect(math("IF(a, b)", [1, 0, _], [5, 5, 5])).toEqual([5, _, _]);
    expect(math("IF(a > 1, 9)", [2, 1])).toEqual([9, _]);
  });

  it("requires a value", () => {
    expect(() => math("IF(a)", [1])).toThrow("IF takes a condition and one or two values");
  });
});

describe("unknown syntax", () => {
  it.each([
    ["a % 2", "%"],
    ["a != 2", "!="],
    ["AVG([a])", "AVG"],
    ["-a", "UnaryExpression"],
    ["a ? 1 : 2", "ConditionalExpression"],
    ["SUM([a, d])", "Identifier"],
    ["FILL(a, LINEAR)", "Identifier"],
    ["'a'", "Literal"],
  ])("%s is refused by name", (expression, name) => {
    expect(() => math(expression, [1])).toThrow(new Error(`the expression uses ${name}, which is not supported here`));
  });

  it("is refused the second time too", () => {
    for (let time = 0; time < 2; time++) expect(() => math("a % 3", [1])).toThrow("uses %");
  });

  it("an expression without metrics is refused", () => {
    expect(() => evaluateMath("1 + 1", {})).toThrow(new Error("the expression 1 + 1 needs a metric"));
  });
});
