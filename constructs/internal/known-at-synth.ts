import { Token } from "cdktf";

/** Of what names, or the text of an alarm, are made of: a reference has no length. @throws Error for one. */
export function checkKnown(property: string, value: unknown): void {
  if (Token.isUnresolved(value)) throw new Error(`${property} must be known at synth, got a reference`);
}
