/** Terraform and the AWS provider: what is on this machine first, a download only when there is none. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir, platform } from "node:os";
import * as path from "node:path";
import { unzipSync } from "fflate";
import { cleanEnvironment, downloadEnvironment } from "../../aws/local/environment";
import { download, keepProgram, platformName } from "./download";
import { findProgram } from "./find-program";
import { TOOLS } from "./folders";
import { runCommand } from "./processes";
import { messageOf, UserError } from "../../piste/user-error";

export interface Terraform {
  readonly binary: string;
  readonly version: string;
  readonly from: string;
}

/** The state's lock file in S3 came with it. */
const OLDEST_VERSION = [1, 10] as const;

/** Names another Terraform, or OpenTofu; cdktf knows the variable too. */
const BINARY_VARIABLE = "TERRAFORM_BINARY_NAME";

/** Downloaded when there is none. The sums are those of HashiCorp's terraform_1.11.4_SHA256SUMS. */
const DOWNLOAD = {
  version: "1.11.4",
  sha256: {
    linux_amd64: "1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc",
    linux_arm64: "a43d1d0da9b9bab214a8305a39db0e40869572594ccf50c416a7756499143633",
    darwin_amd64: "a56d5002b9f7647291faccc3dd1a70350e60fb61e4c45037629508b8fdc2575b",
    darwin_arm64: "867e0808fa971217043e25b7a792b10720c79b1546f8a68479b74f138be73e18",
  } as Readonly<Record<string, string>>,
} as const;
const RELEASES = "https://releases.hashicorp.com/terraform";

async function versionOf(binary: string, runId: string): Promise<string | undefined> {
  const { code, output } = await runCommand(binary, ["version", "-json"], {
    cwd: path.dirname(binary),
    env: cleanEnvironment(runId, { CHECKPOINT_DISABLE: "1" }),
  });
  return code === 0 ? /"(?:terraform|tofu)_version": "([^"]+)"/.exec(output)?.[1] : undefined;
}

function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > OLDEST_VERSION[0] || (major === OLDEST_VERSION[0] && minor >= OLDEST_VERSION[1]);
}

/**
 * The order: `TERRAFORM_BINARY_NAME`, `terraform` on PATH, an earlier download, a download.
 *
 * @throws UserError saying how to install it.
 */
export async function findTerraform(runId: string, say: (text: string) => void): Promise<Terraform> {
  const named = process.env[BINARY_VARIABLE];
  const wanted = named === undefined || named === "" ? "terraform" : named;
  const binary = findProgram(wanted);
  if (binary === undefined && wanted !== "terraform") {
    throw new UserError(
      `${BINARY_VARIABLE} is ${JSON.stringify(wanted)} and there is no such program. Correct it, or unset it to use ` +
        "the `terraform` on your PATH.",
    );
  }
  if (binary !== undefined) {
    const version = await versionOf(binary, runId);
    if (version !== undefined && isRecent(version)) return { binary, version, from: binary };
    if (wanted !== "terraform") {
      throw new UserError(
        `${BINARY_VARIABLE} names ${binary}, which is ${version ?? "not Terraform"}; ${OLDEST_VERSION.join(".")} or newer is needed.`,
      );
    }
    say(`${binary} is ${version ?? "not usable"}, older than ${OLDEST_VERSION.join(".")}: looking for another`);
  }
  return { ...(await downloadedTerraform(say)), version: DOWNLOAD.version };
}

/** @param releases the address of the releases; another one in tests. */
export async function downloadedTerraform(
  say: (text: string) => void,
  releases = RELEASES,
  expected = DOWNLOAD.sha256[platformName()],
  tools = TOOLS,
): Promise<{ readonly binary: string; readonly from: string }> {
  const { version } = DOWNLOAD;
  const binary = path.join(tools, `terraform-${version}`, "terraform");
  if (existsSync(binary)) return { binary, from: binary };
  const address = `${releases}/${version}/terraform_${version}_${platformName()}.zip`;
  const advice =
    `Install Terraform ${OLDEST_VERSION.join(".")} or newer (https://developer.hashicorp.com/terraform/install), or name ` +
    `one, or OpenTofu, with ${BINARY_VARIABLE}.`;
  if (expected === undefined) {
    throw new UserError(`There is no Terraform on your PATH, and no download for ${platformName()}. ${advice}`);
  }
  say(`downloading ${address} (about 30 MB)`);
  const zip = await download(address, expected).catch((error: unknown) => {
    throw new UserError(`There is no Terraform on your PATH, and ${messageOf(error)} ${advice}`);
  });
  const program = unzipSync(zip, { filter: ({ name }) => name === "terraform" })["terraform"];
  if (program === undefined) throw new UserError(`${address} holds no program "terraform". ${advice}`);
  keepProgram(binary, program);
  return { binary, from: address };
}

/** Where Terraform gets its providers from in a run. */
export interface ProviderSource {
  readonly description: string;
  /** Terraform's CLI configuration file for the run. */
  readonly configurationFile: string;
}

const PROVIDER = path.join("registry.terraform.io", "hashicorp", "aws");

/** Where software that no package manager brought is put. */
const CONVENTIONAL_FOLDERS = ["/opt", "/usr/local/share"];

/** Terraform's implied mirrors (its documentation of `provider_installation`). */
function impliedMirrors(): string[] {
  const home = homedir();
  const xdg = process.env["XDG_DATA_HOME"] ?? path.join(home, ".local", "share");
  const shared = (process.env["XDG_DATA_DIRS"] ?? "/usr/local/share:/usr/share").split(":");
  return platform() === "darwin"
    ? [
        path.join(home, ".terraform.d", "plugins"),
        path.join(home, "Library", "Application Support", "io.terraform", "plugins"),
        "/Library/Application Support/io.terraform/plugins",
      ]
    : [
        path.join(home, ".terraform.d", "plugins"),
        ...[xdg, ...shared].map((folder) => path.join(folder, "terraform", "plugins")),
      ];
}

function foldersBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => path.join(folder, entry.name));
  } catch {
    return [];
  }
}

/** Unpacked, or packed as `terraform providers mirror` leaves it: Terraform's documentation of `filesystem_mirror`. */
function holdsProvider(mirror: string, version: string): boolean {
  const packed = `terraform-provider-aws_${version}_${platformName()}.zip`;
  return [path.join(version, platformName()), packed].some((file) => existsSync(path.join(mirror, PROVIDER, file)));
}

/** The user's own configuration, when it says where providers come from; a missing file says nothing. */
function usersConfiguration(): string | undefined {
  const file = process.env["TF_CLI_CONFIG_FILE"] ?? path.join(homedir(), ".terraformrc");
  if (!existsSync(file)) return undefined;
  return readFileSync(file, "utf8").includes("provider_installation") ? file : undefined;
}

/** What Terraform has downloaded for us; laid out as a mirror, and one from then on. */
const DOWNLOADED_MIRROR = path.join(TOOLS, "terraform-plugins");

/**
 * The order: the user's own configuration, `PISTE_PROVIDER_MIRROR`, Terraform's implied mirrors, the folders one
 * level below the conventional ones; else Terraform downloads it, once for all runs. The deployment itself then
 * needs no network.
 *
 * @param version of the AWS provider, as the synthesized JSON pins it.
 * @param folder of the run, for Terraform's configuration.
 * @throws UserError when `PISTE_PROVIDER_MIRROR` names a folder without the provider, or the download fails.
 */
export async function findProvider(
  version: string,
  folder: string,
  terraform: string,
  runId: string,
  say: (text: string) => void,
): Promise<ProviderSource> {
  const named = process.env["PISTE_PROVIDER_MIRROR"];
  const own = usersConfiguration();
  if (own === undefined && named && !holdsProvider(named, version)) {
    throw new UserError(
      `PISTE_PROVIDER_MIRROR is ${JSON.stringify(named)}, and that folder has no ` +
        `${path.join(PROVIDER, version, platformName())}. Correct it, or unset it to let Terraform download the provider.`,
    );
  }
  const mirrors = named ? [named] : [...impliedMirrors(), ...CONVENTIONAL_FOLDERS.flatMap(foldersBelow)];
  const candidates = own === undefined ? [...mirrors, DOWNLOADED_MIRROR] : [DOWNLOADED_MIRROR];
  let mirror = candidates.find((candidate) => holdsProvider(candidate, version));
  if (mirror === undefined) {
    say(
      own === undefined
        ? "Terraform downloads it (about 150 MB, once)"
        : `Terraform brings it as ${own} says (about 150 MB, once, where that is a download)`,
    );
    await downloadProvider(version, path.join(folder, "provider"), terraform, runId, own);
    mirror = DOWNLOADED_MIRROR;
  }
  const configurationFile = path.join(folder, "terraform.rc");
  writeFileSync(
    configurationFile,
    `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
  );
  return { description: `in ${mirror}`, configurationFile };
}

/** Lets Terraform fill its plugin cache. */
async function downloadProvider(
  version: string,
  folder: string,
  terraform: string,
  runId: string,
  own: string | undefined,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  mkdirSync(DOWNLOADED_MIRROR, { recursive: true });
  const requirement = { terraform: { required_providers: { aws: { source: "hashicorp/aws", version } } } };
  writeFileSync(path.join(folder, "provider.tf.json"), JSON.stringify(requirement));
  const empty = path.join(folder, "terraform.rc");
  writeFileSync(empty, "");
  const { code, output } = await runCommand(terraform, ["init", "-no-color", "-input=false"], {
    cwd: folder,
    env: downloadEnvironment(runId, {
      CHECKPOINT_DISABLE: "1",
      TF_CLI_CONFIG_FILE: own ?? empty,
      TF_PLUGIN_CACHE_DIR: DOWNLOADED_MIRROR,
    }),
  });
  if (code !== 0) {
    throw new UserError(
      `Terraform could not download the AWS provider ${version}:\n${output.trim()}\n` +
        "Give this machine a way to registry.terraform.io, or put the unpacked provider into a folder as " +
        `${path.join(PROVIDER, version, platformName())} and name that folder with PISTE_PROVIDER_MIRROR.`,
    );
  }
}
