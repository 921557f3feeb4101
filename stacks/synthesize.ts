/** How a mistake in the configuration reaches the person who made it. */

/** Says where in the configuration an error comes from. */
export function within<T>(place: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new Error(`${place}: ${messageOf(error)}`, { cause: error });
  }
}

/** Runs the app; an error becomes one sentence and a failing exit, and its stack trace is shown with PISTE_DEBUG=1. */
export function synthesize(app: () => void): void {
  // cdktf keeps a stack trace of every reference, and looking each up in source maps is a quarter of a large synth.
  if (!process.env["PISTE_DEBUG"]) process.setSourceMapsEnabled(false);
  try {
    app();
  } catch (error) {
    console.error(`cdktf-piste: ${messageOf(error)}`);
    console.error(
      process.env["PISTE_DEBUG"]
        ? error
        : "Nothing was deployed. Correct it and run the command again; PISTE_DEBUG=1 shows where it was thrown.",
    );
    process.exitCode = 1;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
