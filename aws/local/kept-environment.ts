/** How programs find what `npm start -- --keep` keeps up, from the folder that it was started in. */
import * as path from "node:path";

export interface KeptEnvironment {
  readonly awsEndpoint: string;
  readonly region: string;
  readonly tokenEndpoint: string;
  readonly apiBaseUrl: string;
  readonly controlUrl: string;
  readonly environment: string;
}

/** What belongs to a local run is in this folder of the current one. */
export const localFolder = (): string => path.resolve(".piste");

export const keptEnvironmentFile = (): string => path.join(localFolder(), "local.json");
