import type { Text } from "../../piste/language";
import type { Environment } from "../../piste/environments";
import type { CommandMaker, CommonOptions } from "../command/options";
import { confirm, personAt } from "../alarms/before-paging";
import { INTERRUPTED_EXIT_CODE, interruptibleSleep, Interruption } from "../command/interruption";
import { checkReceipt, writeReceipt } from "../command/receipt";
import { openTarget } from "../command/target";
import { give, giveJson, outliveReaders, say, sayWrapped } from "../command/terminal";
import { textWidth } from "../command/wrap";
import { checkDrillable } from "./drill-mark";
import { planned } from "./plan";
import { checkedLine, show, toJson } from "./show";
import { exitCodeOf, receiptOf, verify, type VerifyOptions } from "./verify";

export interface Options extends CommonOptions {
  readonly drill?: true;
  readonly yes?: true;
  readonly json?: true;
  readonly receipt?: string;
  readonly consumerRoleArn?: readonly string[];
}

const STARTING_AGAIN: Text = {
  en: "Interrupted: starting the schedule again …",
  fr: "Interruption : la planification est relancée …",
};
const NOTHING_STOPPED: Text = { en: "Nothing was stopped.", fr: "Rien n'a été arrêté." };

/** @param around replaced in tests. */
export async function runVerify(
  maker: CommandMaker,
  environment: Environment,
  options: Options,
  around: {
    readonly open: typeof openTarget;
    readonly sleep: VerifyOptions["sleep"];
    readonly plan: typeof planned;
  } = {
    open: openTarget,
    sleep: interruptibleSleep,
    plan: planned,
  },
): Promise<void> {
  const { language } = maker;
  const { receipt, local, json, drill = false, yes = false } = options;
  if (drill) checkDrillable(environment, local);
  checkReceipt(receipt, local);
  const sayText = (text: Parameters<CommandMaker["say"]>[0]): void => {
    sayWrapped(maker.say(text));
  };
  // A closed terminal or pipe must not end the command while ticks are stopped.
  if (drill) outliveReaders();
  const interruption = new Interruption(() => {
    sayText(STARTING_AGAIN);
  });
  const target = around.open(environment, options, sayText);
  const allow = async (what: Text): Promise<void> => {
    if (yes) sayText(what);
    else await confirm(what, personAt(language), NOTHING_STOPPED);
  };
  const verification = await verify(target, {
    ...options,
    drill: drill ? { allow, interruptibly: (act) => interruption.around(() => act(interruption.signal)) } : undefined,
    plan: () => around.plan(environment, options.profile),
    sleep: around.sleep,
    say: sayText,
    onChecked: (checked) => {
      if (json !== true) say(checkedLine(checked, language));
    },
  });
  if (json) giveJson(toJson(verification, language));
  else give(`\n${show(verification, language, textWidth(process.stdout))}`);
  process.exitCode = interruption.signal.aborted ? INTERRUPTED_EXIT_CODE : exitCodeOf(verification);
  if (receipt !== undefined) sayText(writeReceipt(receipt, receiptOf(verification, target.now())));
}
