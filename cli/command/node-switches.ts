/** Switches of Node's that would let anybody on the way read what the command sends: it does not start with them. */
import { CommandError } from "./failure";

/** Node takes `_` for `-` in its options. */
const UNSAFE_OPTION = /--(?:tls[-_]min[-_]v1\.[01]|insecure[-_]http[-_]parser)(?![\w-])/;

interface NodeProcess {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The options that Node itself was started with. */
  readonly execArgv: readonly string[];
}

function unsafeSwitch({ env, execArgv }: NodeProcess): string | undefined {
  // Any other value leaves Node's checks on.
  if (env["NODE_TLS_REJECT_UNAUTHORIZED"] === "0") return "NODE_TLS_REJECT_UNAUTHORIZED=0";
  const option = UNSAFE_OPTION.exec(env["NODE_OPTIONS"] ?? "")?.[0];
  return option === undefined ? UNSAFE_OPTION.exec(execArgv.join(" "))?.[0] : `NODE_OPTIONS=${option}`;
}

/** @throws CommandError naming the switch and what to do instead. */
export function checkNodeSwitches(started: NodeProcess): void {
  const found = unsafeSwitch(started);
  if (found === undefined) return;
  throw new CommandError(
    {
      en: `${found} is set: with it, others on the network could read or change what this command sends. Nothing was sent. Remove it and try again; if a proxy has a certificate authority of your company's, set NODE_EXTRA_CA_CERTS to the file of its certificate.`,
      fr: `${found} est défini : d'autres sur le réseau pourraient alors lire ou modifier ce que cette commande envoie. Rien n'a été envoyé. Retirez-le et réessayez ; si un proxy a l'autorité de certification de votre entreprise, donnez à NODE_EXTRA_CA_CERTS le fichier de son certificat.`,
    },
    "operator",
  );
}
