import { Token } from "cdktf";

/** @throws Error for a reference: names and alarm texts must be known at synth. */
export function checkKnown(property: string, value: unknown): void {
  if (Token.isUnresolved(value)) throw new Error(`${property} must be known at synth, got a reference`);
}
