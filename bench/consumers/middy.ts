/** With Middy and its middleware for Secrets Manager. */
import middy from "@middy/core";
import secretsManager from "@middy/secrets-manager";
import { keptForFiveMinutes, TOKEN_SECRET, tokenIn } from "./secret";

const CACHE_EXPIRY_IN_MILLISECONDS = 300_000;

export const handler = middy()
  .use(
    secretsManager({
      fetchData: { token: TOKEN_SECRET },
      setToContext: true,
      ...(keptForFiveMinutes() && { cacheExpiry: CACHE_EXPIRY_IN_MILLISECONDS }),
    }),
  )
  .handler((_event: unknown, context: object) => Promise.resolve(tokenIn("token" in context && context.token)));
