/**
 * The part of AWS Lambda that a local run plays: loads a handler by its deployed name in a process of its own and
 * calls it with each event that comes. Run with `fork`, so nothing is in its arguments.
 */
import * as path from "node:path";

export interface Invocation {
  readonly codeFolder: string;
  /** As Lambda's configuration has it: "index.handler". */
  readonly handlerName: string;
  readonly event: unknown;
  readonly requestId: string;
}

export type InvocationResult = { readonly result: unknown } | { readonly error: string };

process.once("message", (message) => {
  void invoke(message as Invocation).then((result) => {
    process.send?.(result, () => process.exit(0));
  });
});

async function invoke({ codeFolder, handlerName, event, requestId }: Invocation): Promise<InvocationResult> {
  const dot = handlerName.lastIndexOf(".");
  try {
    // The bundled code is a CommonJS file made by the build.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const loaded = require(path.join(codeFolder, handlerName.slice(0, dot))) as Record<string, unknown>;
    const handler = loaded[handlerName.slice(dot + 1)];
    if (typeof handler !== "function") throw new Error(`the zip has no handler ${handlerName}`);
    const result: unknown = await (handler as (event: unknown, context: unknown) => unknown)(event, {
      awsRequestId: requestId,
    });
    return { result };
  } catch (error) {
    return { error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}
