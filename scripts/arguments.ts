/** What the commands' options take. */
import { InvalidArgumentError } from "commander";

/** @throws InvalidArgumentError, which commander shows, unless the text is a whole number in that range. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}
