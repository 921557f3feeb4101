/** `piste verify qualif --drill` with a stand-in for AWS whose clock the command uses. */
import type { Target } from "../../../cli/command/target";
import { sdkAws } from "../../../cli/command/sdk-aws";
import { finding } from "../../../cli/verify/finding";
import type { DocumentedAws } from "./documented-aws";

export const plan = (): Promise<ReturnType<typeof finding>> => Promise.resolve(finding("not seen", "none", "aucun"));

export function targetAt(endpoint: string, now: () => number): Target {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const aws = { ...sdkAws({ region: "eu-west-3", endpoint, credentials }), clockAheadInMilliseconds: () => 0 };
  return { environment: "qualif", local: false, aws, now } as unknown as Target;
}

export const targetOf = (aws: DocumentedAws): Target => targetAt(aws.endpoint, () => aws.now);
