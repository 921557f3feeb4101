import { text as readAll } from "node:stream/consumers";
import type { Environment } from "../../piste/environments";
import type { Text } from "../../piste/language";
import type { CommandMaker, CommonOptions } from "../command/options";
import { openTarget } from "../command/target";
import { say } from "../command/terminal";
import { call, type CallOptions } from "./call";
import { renewToken, type RenewOptions } from "./renew-token";
import { terminalOutput, type Session } from "./session";
import { showToken, type TokenOptions } from "./show-token";

function open(maker: CommandMaker, environment: Environment, options: CommonOptions): Session {
  const { language } = maker;
  const output = terminalOutput(maker.language);
  const warn = (text: Text): void => {
    output.say(text[language]);
  };
  return { target: openTarget(environment, options, warn), language, output };
}

function readInput(maker: CommandMaker): Promise<string> {
  if (process.stdin.isTTY) {
    say(maker.say({ en: "JSON, then Enter and Ctrl-D:", fr: "Du JSON, puis Entrée et Ctrl-D :" }));
  }
  return readAll(process.stdin);
}

export type { CallOptions, RenewOptions, TokenOptions };

export const runToken = (
  maker: CommandMaker,
  environment: Environment,
  options: CommonOptions & TokenOptions,
): Promise<void> => showToken(open(maker, environment, options), options);

export const runRenewal = (
  maker: CommandMaker,
  environment: Environment,
  options: CommonOptions & RenewOptions,
): Promise<void> => renewToken(open(maker, environment, options), options);

export const runCall = (
  maker: CommandMaker,
  environment: Environment,
  address: string,
  json: string | undefined,
  options: CommonOptions & CallOptions,
): Promise<void> =>
  call(open(maker, environment, options), { address, json, readInput: () => readInput(maker) }, options);
