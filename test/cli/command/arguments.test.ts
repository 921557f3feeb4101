import { describe, expect, it } from "@jest/globals";
import { InvalidArgumentError } from "commander";
import { wholeNumber } from "../../../cli/command/arguments";

describe("a whole number from 1 to 3650", () => {
  const parse = wholeNumber(1, 3650);

  it.each(["1", "365", "3650", " 7 "])("can be %j", (text) => {
    expect(parse(text)).toBe(Number(text));
  });

  it.each(["0", "3651", "-1", "1.5", "", " ", "many", "NaN", "Infinity", "7 days"])("cannot be %j", (text) => {
    expect(() => parse(text)).toThrow(new InvalidArgumentError("It must be a whole number from 1 to 3650."));
  });

  it("has a French error message", () => {
    expect(() => wholeNumber(0, 9, "fr")("dix")).toThrow("Il faut un nombre entier de 0 à 9.");
  });
});

it("a whole number from 0 can be 0", () => {
  expect(wholeNumber(0, 9)("0")).toBe(0);
});
