/** Reads files that another program updates, such as Kubernetes' Secrets Store CSI driver. */
import type { SecretSource } from "./secret-source";

/**
 * Reads from a folder of files, with the names that AWS's provider for the Secrets Store CSI driver gives: the secret's
 * name with `_` for `/`. Turn rotation on, so that the driver updates the files when the token changes.
 */
export function fromFiles(folder: string): SecretSource {
  return async (secretId) => {
    const [files, path] = await Promise.all([import("node:fs/promises"), import("node:path")]);
    return files.readFile(path.join(folder, secretId.replaceAll("/", "_")), "utf8");
  };
}
