import { describe, expect, it } from "@jest/globals";
import { allowPaging } from "../../../cli/alarms/before-paging";
import { CommandError, EXIT_CODES } from "../../../cli/command/failure";

const ALARM = {
  enabled: true,
  topics: [],
  okTopics: [],
  otherActions: [],
  state: "OK",
  reason: "",
  since: 0,
  keepsState: false,
};
const PAGING = [{ name: "piste-prod-chorus-pro-token-lapsing", alarm: ALARM }];
const NOBODY = { there: false, answer: () => Promise.reject(new Error("nobody is asked")) };

describe("the question before a page", () => {
  it("becomes a usage error without a terminal, and names the option to add", async () => {
    const error = await allowPaging("prod", PAGING, { yes: false, person: NOBODY }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CommandError);
    const { text, owner } = error as CommandError;
    expect(EXIT_CODES[owner]).toBe(2);
    for (const words of [text.en, text.fr]) {
      expect(words).toContain("`--yes`");
      expect(words).toContain("piste-prod-chorus-pro-token-lapsing");
    }
  });

  it("is not asked with --yes", async () => {
    await expect(allowPaging("prod", PAGING, { yes: true, person: NOBODY })).resolves.toBeUndefined();
  });

  it.each(["", "n", "no", "yesterday", "O N"])("takes %j for a no", async (answer) => {
    const person = { there: true, answer: () => Promise.resolve(answer) };
    await expect(allowPaging("prod", PAGING, { yes: false, person })).rejects.toThrow("Nothing was sent.");
  });
});
