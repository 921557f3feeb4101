/** The guide in French from nothing to ready, in both environments, with the screen after each step. */
import { describe, expect, it } from "@jest/globals";
import type { Platform } from "../../../piste/environments";
import { show } from "../../../cli/doctor/show";
import { Portals, type PortalStep } from "./portals";

const WIDTH = 80;
/** English words that are not French. */
const ENGLISH = /\b(?:the|is|are|was|not|with|of|to|from|and|yet|first|then|it)\b/gi;

async function screenOf(portals: Portals): Promise<string[]> {
  const screen = show(await portals.examine(), { language: "fr", width: WIDTH, unicode: true, colour: false });
  return screen.split("\n");
}

const isCommand = (line: string): boolean => /^\s*(?:npx|aws|https:)\S* /.test(line);

/** Long lines and English words. */
function faultsOf(lines: readonly string[]): string[] {
  const prose = lines.join(" ").replaceAll(/`[^`]*`|« [^»]* »|https:\S+/g, "");
  return [...lines.filter((line) => line.length > WIDTH && !isCommand(line)), ...(prose.match(ENGLISH) ?? [])];
}

const portal =
  (step: PortalStep) =>
  (portals: Portals): void => {
    portals.steps[step]();
  };

/** A person's steps, each with the last sentence of the screen after it. */
type Walk = readonly (readonly [done: string, act: (portals: Portals) => void, closing: string])[];

const nothing = (): void => undefined;
const storeClient = (portals: Portals): void => {
  portals.storeClient();
};
const storeAccount = (portals: Portals): void => {
  portals.storeAccount();
};

const WALKS: Readonly<Record<Platform, Walk>> = {
  qualif: [
    ["nothing", nothing, "en partant de rien, d'abord Q1 ; ensuite Q7. À taper :"],
    ["Q1, Q2", portal("application"), "en partant de rien, d'abord Q1 ; ensuite Q7. À taper :"],
    ["Q7: client credentials", storeClient, "d'abord Q3. Puis tapez :"],
    ["Q3", portal("apis"), "d'abord Q7. À taper :"],
    ["Q4", portal("data"), "d'abord Q7. À taper :"],
    ["Q6", portal("account"), "d'abord Q7. À taper :"],
    ["Q7: technical account", storeAccount, "d'abord Q5. Puis tapez :"],
    ["Q5", portal("raccordement"), "est prêt. Reste à confirmer par une personne : Q4."],
  ],
  prod: [
    ["nothing", nothing, "en partant de rien, d'abord P1 ; ensuite P5. À taper :"],
    ["P1", portal("application"), "en partant de rien, d'abord P1 ; ensuite P5. À taper :"],
    ["P2", portal("apis"), "en partant de rien, d'abord P1 ; ensuite P5. À taper :"],
    ["P5: client credentials", storeClient, "d'abord P5. À taper :"],
    ["structure", portal("data"), "d'abord P5. À taper :"],
    ["P3", portal("space"), "d'abord P5. À taper :"],
    ["P5: technical account, on the portal", portal("account"), "d'abord P5. À taper :"],
    ["P4", portal("raccordement"), "d'abord P5. À taper :"],
    ["P5: technical account, stored", storeAccount, "est prêt."],
  ],
};

describe("the guide in French, step by step, in", () => {
  it.each(Object.keys(WALKS) as Platform[])("%s", async (environment) => {
    const portals = new Portals(environment);
    for (const [done, act, closing] of WALKS[environment]) {
      act(portals);
      const lines = await screenOf(portals);
      expect([done, faultsOf(lines)]).toEqual([done, []]);
      expect([done, lines.findLast((line) => line.startsWith(`${environment} `))]).toEqual([
        done,
        expect.stringMatching(new RegExp(`${closing.replaceAll(/[.?]/g, "\\$&")}$`)),
      ]);
    }
  });
});
