/** Files that something else keeps up to date, such as the Secrets Store CSI driver of Kubernetes. */
import type { SecretSource } from "./secret-source";

/**
 * Reads from a folder of files named as AWS's provider for the Secrets Store CSI driver names them: as the secret, with
 * `_` for `/`. Whatever writes them has to do so again whenever the token changes: rotation must be on.
 */
export function fromFiles(folder: string): SecretSource {
  return async (secretId) => {
    const [files, path] = await Promise.all([import("node:fs/promises"), import("node:path")]);
    return files.readFile(path.join(folder, secretId.replaceAll("/", "_")), "utf8");
  };
}
