/**
 * The environment of processes that a local run starts: a list of what they need, so that nothing of the caller's AWS
 * account, Terraform settings or state reaches them.
 */
import { devNull } from "node:os";
import { LOCAL_RUN_VARIABLE } from "../../piste/names";

/** Not real credentials: AWS would refuse them. */
export const LOCAL_CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" } as const;

const KEPT = [
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "SHELL",
  "LANG",
  "LANGUAGE",
  "TERM",
  "TZ",
  "TMPDIR",
  "TEMP",
  "TMP",
  "CI",
  "COLUMNS",
  "NO_COLOR",
  "FORCE_COLOR",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "NODE_EXTRA_CA_CERTS",
  "TERRAFORM_BINARY_NAME",
  "PISTE_DEBUG",
  "SystemRoot",
  "APPDATA",
  "LOCALAPPDATA",
];
const KEPT_PREFIXES = ["LC_", "XDG_", "PYENV_", "UV_", "PIPX_", "PIP_", "DOCKER_"];

/** Only for downloads: with a proxy set, the AWS provider hangs on some calls even of a loopback address. */
const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"];
const NO_PROXY = "127.0.0.1,localhost,::1";

/** The URL of a running AWS emulator to use. */
export const EMULATOR_URL_VARIABLE = "PISTE_AWS_EMULATOR_URL";

type Variables = Record<string, string>;

function callersVariables(isKept: (name: string) => boolean): Variables {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && isKept(entry[0]),
    ),
  );
}

export function cleanEnvironment(runId: string, more: Readonly<Variables> = {}): Variables {
  const kept = callersVariables(
    (name) => KEPT.includes(name) || KEPT_PREFIXES.some((prefix) => name.startsWith(prefix)),
  );
  return { ...kept, [LOCAL_RUN_VARIABLE]: runId, ...more };
}

/** For a process that downloads: `cleanEnvironment` with the caller's proxy for all hosts but this machine. */
export function downloadEnvironment(runId: string, more: Readonly<Variables> = {}): Variables {
  const proxies = callersVariables((name) => PROXIES.includes(name));
  return { ...cleanEnvironment(runId), ...proxies, NO_PROXY, no_proxy: NO_PROXY, ...more };
}

const NO_CALLERS_AWS = {
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
  AWS_EC2_METADATA_DISABLED: "true",
  // Silences the SDK's notice about the oldest Node version that we support.
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
} as const;

/** Points the AWS provider and every AWS SDK at the emulator only. */
export function emulatedAws(endpoint: string, region: string): Variables {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    ...NO_CALLERS_AWS,
  };
}

/** Removes all AWS variables from this process, before an SDK reads them. */
export function forgetCallersAws(): void {
  for (const name of Object.keys(process.env)) {
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
    if (name.startsWith("AWS_")) delete process.env[name];
  }
  Object.assign(process.env, NO_CALLERS_AWS);
}
