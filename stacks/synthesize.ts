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
  const isDebugged = Boolean(process.env["PISTE_DEBUG"]);
  try {
    if (isDebugged) app();
    else withoutCreationStacks(app);
  } catch (error) {
    console.error(`cdktf-piste: ${messageOf(error)}`);
    console.error(
      isDebugged
        ? error
        : "Nothing was deployed. Correct it and run the command again; PISTE_DEBUG=1 shows where it was thrown.",
    );
    process.exitCode = 1;
  }
}

/**
 * cdktf notes of every reference where it was made, which has no option, is shown only with some errors, and is half of
 * a large synth when each place is looked up in source maps. Errors have their own stack traces all the same.
 */
function withoutCreationStacks(app: () => void): void {
  const capture = Error.captureStackTrace.bind(Error);
  Error.captureStackTrace = () => undefined;
  try {
    app();
  } finally {
    Error.captureStackTrace = capture;
  }
}

/** cdktf's words around what a validation found; its last ones advise to switch validations off. */
const AROUND = /^Validation failed with the following errors:\s+|\s+If you wish to ignore these validations, [^]*$/g;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(AROUND, "") : String(error);
}
