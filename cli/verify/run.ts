import { setTimeout } from "node:timers/promises";
import type { Environment } from "../../piste/environments";
import type { CommandMaker, CommonOptions } from "../command/options";
import { CommandError } from "../command/failure";
import { checkFolder } from "../command/files";
import { writeReceipt } from "../command/receipt";
import { openTarget } from "../command/target";
import { give, giveJson, say, sayWrapped } from "../command/terminal";
import { textWidth } from "../command/wrap";
import { checkedLine, show, toJson } from "./show";
import { exitCodeOf, receiptOf, verify, type VerifyOptions } from "./verify";

export interface Options extends CommonOptions {
  readonly json?: true;
  readonly receipt?: string;
  readonly consumerRoleArn?: readonly string[];
}

/** @param around tests bring their own. */
export async function runVerify(
  maker: CommandMaker,
  environment: Environment,
  options: Options,
  around: { readonly open: typeof openTarget; readonly sleep: VerifyOptions["sleep"] } = {
    open: openTarget,
    sleep: setTimeout,
  },
): Promise<void> {
  const { language } = maker;
  const { receipt, local, json } = options;
  if (receipt !== undefined && local) {
    throw new CommandError(
      { en: "A receipt is of AWS: leave `--local` out.", fr: "Un reçu concerne AWS : retirez `--local`." },
      "operator",
    );
  }
  const sayText = (text: Parameters<CommandMaker["say"]>[0]): void => {
    sayWrapped(maker.say(text));
  };
  if (receipt !== undefined) checkFolder(receipt);
  const target = around.open(environment, options, sayText);
  const verification = await verify(target, {
    ...options,
    sleep: around.sleep,
    say: sayText,
    onChecked: (checked) => {
      if (json !== true) say(checkedLine(checked, language));
    },
  });
  if (json) giveJson(toJson(verification, language));
  else give(`\n${show(verification, language, textWidth(process.stdout))}`);
  process.exitCode = exitCodeOf(verification);
  if (receipt === undefined) return;
  const file = writeReceipt(receipt, receiptOf(verification, target.now()));
  sayText({ en: `The receipt is in ${file}`, fr: `Le reçu est dans ${file}` });
}
