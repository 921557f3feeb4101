/**
 * The part of CloudWatch's metric math that the alarms use. Source: "Using math expressions with CloudWatch metrics".
 */
import jsep, {
  type ArrayExpression,
  type BinaryExpression,
  type CallExpression,
  type Expression,
  type Identifier,
} from "jsep";

/** A value for each period, oldest first; undefined without data. */
export type Series = readonly (number | undefined)[];

type Value = number | Series;

const isSeries = (value: Value): value is Series => typeof value !== "number";

const OPERATORS: Readonly<Record<string, (one: number, other: number) => number>> = {
  "+": (one, other) => one + other,
  "-": (one, other) => one - other,
  "*": (one, other) => one * other,
  "/": (one, other) => one / other,
  ">": (one, other) => Number(one > other),
  "<": (one, other) => Number(one < other),
  ">=": (one, other) => Number(one >= other),
  "<=": (one, other) => Number(one <= other),
  "==": (one, other) => Number(one === other),
};

/** Functions over the series of a list that have data in a period. */
const OVER_LISTS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  SUM: (values) => values.reduce((sum, value) => sum + value, 0),
  MAX: (values) => Math.max(...values),
  MIN: (values) => Math.min(...values),
};

/**
 * @param series the values of the expression's ids, all of the same length.
 * @throws Error when the expression uses an unknown function or operator.
 */
export function evaluateMath(expression: string, series: Readonly<Record<string, Series>>): Series {
  const [first] = Object.values(series);
  if (first === undefined) throw new Error(`the expression ${expression} needs a metric`);
  const math = new Evaluation(series, first.length);
  const value = math.evaluate(parse(expression));
  return isSeries(value) ? value : first.map(() => value);
}

/** A cache: alarms evaluate the same few expressions every minute. */
const parsed = new Map<string, Expression>();

function parse(expression: string): Expression {
  const tree = parsed.get(expression) ?? jsep(expression);
  parsed.set(expression, tree);
  return tree;
}

class Evaluation {
  constructor(
    private readonly series: Readonly<Record<string, Series>>,
    private readonly length: number,
  ) {}

  evaluate(node: Expression): Value {
    switch (node.type) {
      case "Literal":
        if (typeof node["value"] === "number") return node["value"];
        break;
      case "Identifier": {
        const found = this.series[(node as Identifier).name];
        if (found !== undefined) return found;
        break;
      }
      case "BinaryExpression": {
        const { operator, left, right } = node as BinaryExpression;
        return this.binary(operator, left, right);
      }
      case "CallExpression": {
        const { callee, arguments: given } = node as CallExpression;
        return this.call((callee as Identifier).name, given);
      }
      default:
    }
    throw new Error(`the expression uses ${node.type}, which is not supported here`);
  }

  private binary(operator: string, left: Expression, right: Expression): Value {
    const calculate = OPERATORS[operator];
    if (calculate === undefined) throw new Error(`the expression uses ${operator}, which is not supported here`);
    const [one, other] = [this.evaluate(left), this.evaluate(right)];
    if (!isSeries(one) && !isSeries(other)) return calculate(one, other);
    return this.map((index) => {
      const [a, b] = [at(one, index), at(other, index)];
      // A gap in one of two series counts as 0; no series with data gives no value.
      const known = (isSeries(one) && a !== undefined) || (isSeries(other) && b !== undefined);
      return known ? calculate(a ?? 0, b ?? 0) : undefined;
    });
  }

  private call(name: string, given: readonly Expression[]): Value {
    const overList = OVER_LISTS[name];
    if (overList !== undefined) return this.overList(overList, given);
    switch (name) {
      case "FILL":
        return this.fill(given);
      case "IF":
        return this.choose(given);
      default:
        throw new Error(`the expression uses ${name}, which is not supported here`);
    }
  }

  private overList(calculate: (values: readonly number[]) => number, [list]: readonly Expression[]): Series {
    if (list?.type !== "ArrayExpression") throw new Error("a function over series takes a list of them");
    const members = (list as ArrayExpression).elements.flatMap((member) => (member ? [this.evaluate(member)] : []));
    return this.map((index) => {
      const values = members.map((member) => at(member, index)).filter((value) => value !== undefined);
      return values.length === 0 ? undefined : calculate(values);
    });
  }

  /** REPEAT repeats the previous value; there is none before the first. */
  private fill([what, filler]: readonly Expression[]): Series {
    const series = what && this.evaluate(what);
    if (series === undefined || !isSeries(series) || filler === undefined)
      throw new Error("FILL takes a series and a filler");
    if (filler.type === "Identifier" && (filler as Identifier).name === "REPEAT") {
      let latest: number | undefined;
      return series.map((value) => (latest = value ?? latest));
    }
    const value = this.evaluate(filler);
    // FILL leaves a metric without any data empty.
    if (series.every((point) => point === undefined)) return series;
    return this.map((index) => series[index] ?? at(value, index));
  }

  /** A missing value counts as 0 when the condition is true, and gives no value when it is false (user guide). */
  private choose([condition, yes, no]: readonly Expression[]): Series {
    if (condition === undefined || yes === undefined) throw new Error("IF takes a condition and one or two values");
    const [asked, one] = [this.evaluate(condition), this.evaluate(yes)];
    const other = no && this.evaluate(no);
    return this.map((index) => {
      const answer = at(asked, index);
      if (answer === undefined) return undefined;
      if (answer !== 0) return at(one, index) ?? 0;
      return other === undefined ? undefined : at(other, index);
    });
  }

  private map(value: (index: number) => number | undefined): Series {
    return Array.from({ length: this.length }, (_, index) => value(index));
  }
}

function at(value: Value, index: number): number | undefined {
  return isSeries(value) ? value[index] : value;
}
