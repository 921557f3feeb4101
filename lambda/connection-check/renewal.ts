/** Has the refresher replace a token that the gateway does not know, at most once in a check. */
import { membersOf } from "../../piste/json";
import type { InvokeFunction } from "../shared/functions";
import type { Input } from "../shared/input";
import type { OwnApplication } from "../shared/own-application";

/** The refresher's own texts are shorter. */
const LONGEST_TEXT = 500;

/** The refresher's answer, in a sentence. @throws PlatformError when AWS refuses. */
export async function askForRenewal(
  { environment, application }: OwnApplication,
  refresherArn: string,
  invoke: InvokeFunction,
): Promise<string> {
  const input: Input<"refresh"> = { environment, application, operation: "refresh" };
  const { failed, answer } = await invoke(refresherArn, input);
  const said = (name: string): string | undefined => {
    const value = membersOf(answer)?.[name];
    return typeof value === "string" ? value.slice(0, LONGEST_TEXT) : undefined;
  };
  if (failed) return `It failed (${said("errorType") ?? "Error"}): ${said("errorMessage") ?? "unknown"}`;
  const [outcome, reason, meaning] = [said("outcome"), said("reason"), said("meaning")];
  if (outcome === undefined || reason === undefined) return "Its answer is not that of a refresher.";
  return `It answered ${outcome} (${reason})${meaning === undefined ? "." : `: ${meaning}`}`;
}
