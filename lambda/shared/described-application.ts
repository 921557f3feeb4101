/** Reads the description of the function's application from SSM. */
import { DescriptionError, readBelievedApplication, type BelievedApplication } from "../../piste/believed-description";
import type { Environment } from "../../piste/environments";
import { PlatformError } from "./secret-store";

/** @throws PlatformError when a parameter is missing, refused or not believed. */
export async function readDescribedApplication(
  environment: Environment,
  application: string,
  readParameter: (name: string) => Promise<string>,
): Promise<BelievedApplication> {
  const read = async (name: string): Promise<string> => {
    try {
      return await readParameter(name);
    } catch (cause) {
      if (cause instanceof PlatformError) throw cause;
      const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : "unknown";
      throw new PlatformError(`cannot read the parameter ${name}: ${reason}`, { cause });
    }
  };
  try {
    return await readBelievedApplication(environment, application, { read });
  } catch (cause) {
    if (!(cause instanceof DescriptionError)) throw cause;
    throw new PlatformError(cause.message, { cause });
  }
}
