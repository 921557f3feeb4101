import { expect, it } from "@jest/globals";
import { linesOf } from "../../../cli/credentials/account-test";

it("lists APIs with the same answer in one line", () => {
  const forbidden = { kind: "forbidden", status: 403 } as const;
  const lines = linesOf([
    { api: "chorus-pro-transverses", outcome: "fine", answer: { kind: "good", status: 200 } },
    { api: "chorus-pro-structures", outcome: "raccordement-or-habilitation", answer: forbidden },
    { api: "chorus-pro-factures", outcome: "raccordement-or-habilitation", answer: forbidden },
    { api: "chorus-pro-utilisateurs", outcome: "cannot-tell", answer: { kind: "unclear", status: 503 } },
  ]);
  expect(lines.map(({ en }) => en.slice(0, en.indexOf(":")))).toEqual([
    "Transverses",
    "Structures, Factures",
    "Utilisateurs",
  ]);
  expect(lines.map(({ fr }) => fr.slice(0, fr.indexOf(" :")))).toEqual([
    "Transverses",
    "Structures, Factures",
    "Utilisateurs",
  ]);
});
