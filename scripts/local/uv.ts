/** Downloads uv, which installs its own Python: for a machine that only has Node. */
import { existsSync } from "node:fs";
import * as path from "node:path";
import { gunzipSync } from "node:zlib";
import { parseTar } from "nanotar";
import { CommandError } from "../../cli/command/failure";
import { downloadEnvironment } from "../../aws/local/environment";
import { download, keepProgram, platformName } from "./download";
import { TOOLS } from "./folders";
import { asIs, type Say } from "./said";
import { runCommand } from "./processes";

const VERSION = "0.12.5";

interface Archive {
  readonly name: string;
  readonly sha256: string;
}

/**
 * As in `known-checksums.json` of Astral's own astral-sh/setup-uv. The Linux builds are
 * static: they run with glibc and with musl.
 */
const ARCHIVES: Readonly<Record<string, Archive>> = {
  linux_amd64: {
    name: "uv-x86_64-unknown-linux-musl",
    sha256: "a4742988791c9aeae68c78150d6cba762062ad2a47e53738c2779d2b596bfcdb",
  },
  linux_arm64: {
    name: "uv-aarch64-unknown-linux-musl",
    sha256: "8767a0e77f2cd45436401b1b42bf7e9ed5a4a91a74a5305d6fe93249d0f6dbc5",
  },
  darwin_amd64: {
    name: "uv-x86_64-apple-darwin",
    sha256: "b3b2137477cf96c9686ebfb71524614cec780c673fd73e59bce099aef02e70e8",
  },
  darwin_arm64: {
    name: "uv-aarch64-apple-darwin",
    sha256: "5bb0e5fe008a773c3dbcb97ff79cd89e1241464fe9d2f986d52ad8f1b037bd62",
  },
};

/** This version of uv checks the SHA-256 of the build it downloads. */
const PYTHON = "3.13";

/** Names a mirror of github.com; uv's own installer reads it too. */
const MIRROR_VARIABLE = "UV_INSTALLER_GITHUB_BASE_URL";

export interface UvSource {
  /** Undefined on a system without a pinned archive. */
  readonly archive: Archive | undefined;
  /** The folder that keeps uv and everything it installs. */
  readonly tools: string;
}

export const UV: UvSource = { archive: ARCHIVES[platformName()], tools: TOOLS };

async function downloadedUv(folder: string, archive: Archive | undefined, say: Say): Promise<string> {
  const binary = path.join(folder, "uv");
  if (existsSync(binary)) return binary;
  if (archive === undefined)
    throw new CommandError(
      { en: `no download for ${platformName()}`, fr: `aucun téléchargement pour ${platformName()}` },
      "operator",
    );
  const mirror = process.env[MIRROR_VARIABLE];
  const base = mirror ? mirror.replace(/\/+$/, "") : "https://github.com";
  const address = `${base}/astral-sh/uv/releases/download/${VERSION}/${archive.name}.tar.gz`;
  say({ en: `downloading ${address} (about 25 MB)`, fr: `téléchargement de ${address} (environ 25 Mo)` });
  const tar = gunzipSync(await download(address, archive.sha256));
  const program = parseTar(tar).find(({ name }) => name === `${archive.name}/uv`)?.data;
  if (program === undefined) {
    const text = { en: `${address} holds no program "uv"`, fr: `${address} ne contient aucun programme « uv »` };
    throw new CommandError(text, "operator");
  }
  keepProgram(binary, program);
  return binary;
}

/** uv's error and its causes on one line, without the progress output. */
function reasonIn(output: string): string {
  const start = Math.max(0, output.search(/^(?:error:| *×)/m));
  return output
    .slice(start)
    .trim()
    .replaceAll(/\s*\n\s*/g, " ");
}

/**
 * Installs a program of a Python package once; then it starts without a network.
 *
 * @param requirement with an exact version, such as `moto[server]==5.2.1`.
 * @throws Error with the reason, when uv cannot be downloaded or cannot install the package.
 */
export async function installedWithUv(
  requirement: string,
  program: string,
  runId: string,
  say: Say,
  { archive, tools }: UvSource,
): Promise<string> {
  const folder = path.join(tools, `uv-${VERSION}`);
  const bin = path.join(folder, requirement.replace(/[^\w.]+/g, "-"));
  const installed = path.join(bin, program);
  // uv makes this link when the package is complete.
  if (existsSync(installed)) return installed;
  const uv = await downloadedUv(folder, archive, say);
  say({
    en: `uv installs Python ${PYTHON} and ${requirement} (about 80 MB, once; a minute or two)`,
    fr: `uv installe Python ${PYTHON} et ${requirement} (environ 80 Mo, une seule fois ; une minute ou deux)`,
  });
  const { code, output } = await runCommand(
    uv,
    ["tool", "install", "--managed-python", "--python", PYTHON, requirement],
    {
      cwd: folder,
      env: downloadEnvironment(runId, {
        UV_TOOL_BIN_DIR: bin,
        UV_TOOL_DIR: path.join(folder, "tools"),
        UV_CACHE_DIR: path.join(folder, "cache"),
        UV_PYTHON_INSTALL_DIR: path.join(folder, "python"),
      }),
      onLine: (line) => {
        if (line.includes("Downloading")) say(asIs(line.trim()));
      },
    },
  );
  if (code !== 0) throw new Error(reasonIn(output) || `exit code ${code}`);
  return installed;
}
