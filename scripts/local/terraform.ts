/** Finds Terraform and the AWS provider on this machine, or else downloads them. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir, platform } from "node:os";
import * as path from "node:path";
import { unzipSync } from "fflate";
import { cleanEnvironment, downloadEnvironment } from "../../aws/local/environment";
import { CommandError, textOf } from "../../cli/command/failure";
import type { Text } from "../../piste/language";
import { download, keepProgram, platformName } from "./download";
import { findProgram } from "./find-program";
import { TOOLS } from "./folders";
import type { Say } from "./said";
import { runCommand } from "./processes";

export interface Terraform {
  readonly binary: string;
  readonly version: string;
  readonly from: string;
}

const refuse = (en: string, fr: string): CommandError => new CommandError({ en, fr }, "operator");

/** The first version with lock files in S3. */
const OLDEST_VERSION = [1, 10] as const;

/** Selects another Terraform, or OpenTofu; cdktf uses this variable too. */
const BINARY_VARIABLE = "TERRAFORM_BINARY_NAME";

/** The downloaded version. Checksums are from HashiCorp's terraform_1.11.4_SHA256SUMS. */
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
 * @throws CommandError saying how to install it.
 */
export async function findTerraform(runId: string, say: Say): Promise<Terraform> {
  const named = process.env[BINARY_VARIABLE];
  const wanted = named === undefined || named === "" ? "terraform" : named;
  const binary = findProgram(wanted);
  if (binary === undefined && wanted !== "terraform") {
    const name = JSON.stringify(wanted);
    throw refuse(
      `${BINARY_VARIABLE} is ${name}, but there is no such program. Correct it, or unset it to use the \`terraform\` on your PATH.`,
      `${BINARY_VARIABLE} vaut ${name} et ce programme n'existe pas. Corrigez cette variable, ou retirez-la pour utiliser le \`terraform\` de votre PATH.`,
    );
  }
  if (binary !== undefined) {
    const version = await versionOf(binary, runId);
    if (version !== undefined && isRecent(version)) return { binary, version, from: binary };
    if (wanted !== "terraform") {
      const oldest = OLDEST_VERSION.join(".");
      throw refuse(
        `${BINARY_VARIABLE} names ${binary}, which is ${version ?? "not Terraform"}; ${oldest} or newer is needed.`,
        `${BINARY_VARIABLE} désigne ${binary}, qui est ${version === undefined ? "un autre programme que Terraform" : `en version ${version}`} ; il faut la version ${oldest} ou une plus récente.`,
      );
    }
    const oldest = OLDEST_VERSION.join(".");
    say(
      version === undefined
        ? {
            en: `${binary} does not say its version: looking for another`,
            fr: `${binary} ne donne pas sa version : recherche d'un autre`,
          }
        : {
            en: `${binary} is ${version}, older than ${oldest}: looking for another`,
            fr: `${binary} est en version ${version}, plus ancienne que ${oldest} : recherche d'un autre`,
          },
    );
  }
  return { ...(await downloadedTerraform(say)), version: DOWNLOAD.version };
}

/** @param releases the address of the releases; replaced in tests. */
export async function downloadedTerraform(
  say: Say,
  releases = RELEASES,
  expected = DOWNLOAD.sha256[platformName()],
  tools = TOOLS,
): Promise<{ readonly binary: string; readonly from: string }> {
  const { version } = DOWNLOAD;
  const binary = path.join(tools, `terraform-${version}`, "terraform");
  if (existsSync(binary)) return { binary, from: binary };
  const address = `${releases}/${version}/terraform_${version}_${platformName()}.zip`;
  const oldest = OLDEST_VERSION.join(".");
  const advice: Text = {
    en: `Install Terraform ${oldest} or newer (https://developer.hashicorp.com/terraform/install), or set ${BINARY_VARIABLE} to one or to OpenTofu.`,
    fr: `Installez Terraform ${oldest} ou plus récent (https://developer.hashicorp.com/terraform/install), ou désignez-en un, ou OpenTofu, avec ${BINARY_VARIABLE}.`,
  };
  if (expected === undefined) {
    throw refuse(
      `There is no Terraform on your PATH, and no download for ${platformName()}. ${advice.en}`,
      `Il n'y a pas de Terraform dans votre PATH, ni de téléchargement pour ${platformName()}. ${advice.fr}`,
    );
  }
  say({ en: `downloading ${address} (about 30 MB)`, fr: `téléchargement de ${address} (environ 30 Mo)` });
  const zip = await download(address, expected).catch((error: unknown) => {
    const { en, fr } = textOf(error);
    throw refuse(
      `There is no Terraform on your PATH, and ${en} ${advice.en}`,
      `Il n'y a pas de Terraform dans votre PATH, et ${fr} ${advice.fr}`,
    );
  });
  const program = unzipSync(zip, { filter: ({ name }) => name === "terraform" })["terraform"];
  if (program === undefined) {
    throw refuse(
      `${address} holds no program "terraform". ${advice.en}`,
      `${address} ne contient aucun programme « terraform ». ${advice.fr}`,
    );
  }
  keepProgram(binary, program);
  return { binary, from: address };
}

/** The source of Terraform's providers in a run. */
export interface ProviderSource {
  readonly mirror: string;
  /** Terraform's CLI configuration file for the run. */
  readonly configurationFile: string;
}

const PROVIDER = path.join("registry.terraform.io", "hashicorp", "aws");

/** Usual folders for software without a package manager. */
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

/** Unpacked, or packed as by `terraform providers mirror` (Terraform's documentation of `filesystem_mirror`). */
function holdsProvider(mirror: string, version: string): boolean {
  const packed = `terraform-provider-aws_${version}_${platformName()}.zip`;
  return [path.join(version, platformName()), packed].some((file) => existsSync(path.join(mirror, PROVIDER, file)));
}

/** The user's own CLI configuration file, if it has `provider_installation`. */
function usersConfiguration(): string | undefined {
  const file = process.env["TF_CLI_CONFIG_FILE"] ?? path.join(homedir(), ".terraformrc");
  if (!existsSync(file)) return undefined;
  return readFileSync(file, "utf8").includes("provider_installation") ? file : undefined;
}

/** Terraform's plugin cache, which has the layout of a mirror. */
const DOWNLOADED_MIRROR = path.join(TOOLS, "terraform-plugins");

/**
 * The order: the user's own configuration, `PISTE_PROVIDER_MIRROR`, Terraform's implied mirrors, the folders one level
 * below the conventional ones, a download that later runs use too. The deployment itself needs no network.
 *
 * @param version of the AWS provider, as the synthesized JSON pins it.
 * @param folder of the run, for Terraform's configuration.
 * @throws CommandError when `PISTE_PROVIDER_MIRROR` names a folder without the provider, or the download fails.
 */
export async function findProvider(
  version: string,
  folder: string,
  terraform: string,
  runId: string,
  say: Say,
): Promise<ProviderSource> {
  const named = process.env["PISTE_PROVIDER_MIRROR"];
  const own = usersConfiguration();
  if (own === undefined && named && !holdsProvider(named, version)) {
    const [folderName, expected] = [JSON.stringify(named), path.join(PROVIDER, version, platformName())];
    throw refuse(
      `PISTE_PROVIDER_MIRROR is ${folderName}, and that folder has no ${expected}. Correct it, or unset it to let Terraform download the provider.`,
      `PISTE_PROVIDER_MIRROR vaut ${folderName}, et ce dossier n'a pas de ${expected}. Corrigez cette variable, ou retirez-la pour que Terraform télécharge le fournisseur.`,
    );
  }
  const mirrors = named ? [named] : [...impliedMirrors(), ...CONVENTIONAL_FOLDERS.flatMap(foldersBelow)];
  const candidates = own === undefined ? [...mirrors, DOWNLOADED_MIRROR] : [DOWNLOADED_MIRROR];
  let mirror = candidates.find((candidate) => holdsProvider(candidate, version));
  if (mirror === undefined) {
    say(
      own === undefined
        ? {
            en: "Terraform downloads it (about 150 MB, once)",
            fr: "Terraform le télécharge (environ 150 Mo, une seule fois)",
          }
        : {
            en: `Terraform installs it by ${own} (about 150 MB, once, if it is a download)`,
            fr: `Terraform l'installe selon ${own} (environ 150 Mo, une seule fois, si c'est un téléchargement)`,
          },
    );
    await downloadProvider(version, path.join(folder, "provider"), terraform, runId, own);
    mirror = DOWNLOADED_MIRROR;
  }
  const configurationFile = path.join(folder, "terraform.rc");
  writeFileSync(
    configurationFile,
    `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
  );
  return { mirror, configurationFile };
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
    const place = path.join(PROVIDER, version, platformName());
    throw refuse(
      `Terraform could not download the AWS provider ${version}:\n${output.trim()}\n` +
        `Give this machine access to registry.terraform.io, or put the unpacked provider into a folder as ${place} and set PISTE_PROVIDER_MIRROR to that folder.`,
      `Terraform n'a pas pu télécharger le fournisseur AWS ${version} :\n${output.trim()}\n` +
        `Donnez à cette machine un accès à registry.terraform.io, ou placez le fournisseur décompressé dans un dossier sous ${place} et désignez ce dossier avec PISTE_PROVIDER_MIRROR.`,
    );
  }
}
