/**
 * Plays AWS Lambda in a local run: loads a handler by its name in its own process, and calls it with the event it is
 * sent. Started with `fork`, so the event is not in its arguments. Plain JavaScript, since the bundled command starts
 * it without a compiler.
 */
const path = require("node:path");
const process = require("node:process");

process.once("message", (message) => {
  void invoke(message).then((result) => {
    process.send?.(result, () => process.exit(0));
  });
});

/**
 * @param {import("./deployed-function").Invocation} invocation
 * @returns {Promise<import("./deployed-function").InvocationResult>}
 */
async function invoke({ codeFolder, handlerName, event, requestId }) {
  const dot = handlerName.lastIndexOf(".");
  try {
    const handler = require(path.join(codeFolder, handlerName.slice(0, dot)))[handlerName.slice(dot + 1)];
    if (typeof handler !== "function") throw new Error(`the zip has no handler ${handlerName}`);
    return { result: await handler(event, { awsRequestId: requestId }) };
  } catch (error) {
    return { error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}
