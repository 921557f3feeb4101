/** Refuses to start with options of Node that would let others read what the command sends. */
import { joined, type Text } from "../../piste/language";
import { CommandError } from "./failure";

/** Node takes `_` for `-` in its options. */
const WEAKENING = /--(?:tls[-_]min[-_]v1\.[01]|insecure[-_]http[-_]parser)(?![\w-])/;
/** `--debug-port` is another name of `--inspect-port`. */
const SHOWING = /--(?:tls[-_]keylog|inspect(?:[-_][\w-]+)?|debug[-_]port)(?![\w-])/;

interface NodeProcess {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The options that Node itself was started with. */
  readonly execArgv: readonly string[];
}

function optionIn({ env, execArgv }: NodeProcess, unsafe: RegExp): string | undefined {
  const option = unsafe.exec(env["NODE_OPTIONS"] ?? "")?.[0];
  return option === undefined ? unsafe.exec(execArgv.join(" "))?.[0] : `NODE_OPTIONS=${option}`;
}

function weakening(started: NodeProcess): string | undefined {
  // Any other value leaves Node's checks on.
  if (started.env["NODE_TLS_REJECT_UNAUTHORIZED"] === "0") return "NODE_TLS_REJECT_UNAUTHORIZED=0";
  return optionIn(started, WEAKENING);
}

/** Any NODE_DEBUG: several of its sections print headers, and `*` may match any of them. */
const showing = (started: NodeProcess): string | undefined =>
  started.env["NODE_DEBUG"] ? "NODE_DEBUG" : optionIn(started, SHOWING);

/** @throws CommandError naming the switch and what to do instead. */
export function checkNodeSwitches(started: NodeProcess): void {
  const weak = weakening(started);
  if (weak !== undefined) {
    throw refusalOf(
      weak,
      {
        en: "others on the network could read or change what this command sends.",
        fr: "d'autres sur le réseau pourraient alors lire ou modifier ce que cette commande envoie.",
      },
      {
        en: "Remove it and try again; if a proxy has a certificate authority of your company's, set NODE_EXTRA_CA_CERTS to the file of its certificate.",
        fr: "Retirez-le et réessayez ; si un proxy a l'autorité de certification de votre entreprise, donnez à NODE_EXTRA_CA_CERTS le fichier de son certificat.",
      },
    );
  }
  const shown = showing(started);
  if (shown !== undefined) {
    throw refusalOf(
      shown,
      {
        en: "tokens and passwords that this command sends could be read in its output, in a file or in a debugger.",
        fr: "les jetons et mots de passe que cette commande envoie pourraient alors se lire dans sa sortie, dans un fichier ou dans un débogueur.",
      },
      { en: "Remove it and try again.", fr: "Retirez-le et réessayez." },
    );
  }
}

function refusalOf(found: string, risk: Text, instead: Text): CommandError {
  const why: Text = {
    en: `${found} is set: with it, ${risk.en} Nothing was sent.`,
    fr: `${found} est défini : ${risk.fr} Rien n'a été envoyé.`,
  };
  return new CommandError(joined([why, instead]), "operator", { code: "usage" });
}
