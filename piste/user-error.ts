/** A failure that the person at the terminal can fix: shown as its message, without a stack trace. */
export class UserError extends Error {
  override readonly name: string = "UserError";
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
