/**
 * The time of a server's answer, by the server's clock: this machine's clock may be wrong.
 *
 * @param response with HTTP headers in lower case, as the AWS SDK's middleware has it.
 * @returns epoch milliseconds; undefined if the answer has no valid date.
 */
export function answerDate(response: unknown): number | undefined {
  const { headers } = response as { readonly headers?: Readonly<Record<string, string>> };
  const milliseconds = Date.parse(headers?.["date"] ?? "");
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}
