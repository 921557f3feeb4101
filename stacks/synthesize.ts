/** Turns errors of the configuration into one sentence. */

/** Prefixes an error with its place in the configuration. */
export function within<T>(place: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new Error(`${place}: ${messageOf(error)}`, { cause: error });
  }
}

/** Runs the app. An error is printed as one sentence and fails the process; PISTE_DEBUG=1 shows its stack trace. */
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
        : "Nothing was deployed. Correct it and run the command again; PISTE_DEBUG=1 shows the stack trace.",
    );
    process.exitCode = 1;
  }
}

/**
 * cdktf records a stack trace for every reference, without an option to turn it off. Looking these up in source maps
 * takes half of a large synth. Errors keep their stack traces.
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
