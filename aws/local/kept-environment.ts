/** How programs started in the same folder find the environment of `npm start -- --keep`. */
import * as path from "node:path";

export interface KeptEnvironment {
  readonly awsEndpoint: string;
  readonly region: string;
  readonly tokenEndpoint: string;
  readonly apiBaseUrl: string;
  readonly controlUrl: string;
  readonly environment: string;
}

/** The folder of a local run, in the current one. */
export const localFolder = (): string => path.resolve(".piste");

export const keptEnvironmentFile = (): string => path.join(localFolder(), "local.json");
