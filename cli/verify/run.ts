import { setTimeout } from "node:timers/promises";
import type { Environment } from "../../piste/environments";
import type { CommandMaker, CommonOptions } from "../command/options";
import { checkReceipt, writeReceipt } from "../command/receipt";
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
  checkReceipt(receipt, local);
  const sayText = (text: Parameters<CommandMaker["say"]>[0]): void => {
    sayWrapped(maker.say(text));
  };
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
  if (receipt !== undefined) sayText(writeReceipt(receipt, receiptOf(verification, target.now())));
}
