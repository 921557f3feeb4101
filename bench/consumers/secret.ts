/** What the consumers that we are compared with need to know. */
export const TOKEN_SECRET = "piste/qualif/chorus-pro/token";

/** Whether a library keeps a secret for five minutes, which is the most that is promised of a token, or as it does by itself. */
export const keptForFiveMinutes = (): boolean => process.env["BENCH_CACHE"] !== "own";

export const tokenIn = (secret: unknown): string => (secret as { readonly access_token: string }).access_token;
