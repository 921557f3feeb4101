import { describe, expect, it } from "@jest/globals";
import { languageOf } from "../../../cli/command/language";

describe("the language of a command", () => {
  it.each([
    [["doctor", "--lang", "fr"], {}, "fr"],
    [["doctor", "--lang=fr"], { LANG: "en_GB.UTF-8" }, "fr"],
    [["doctor", "--lang", "en"], { LANG: "fr_FR.UTF-8" }, "en"],
    [["--lang", "en", "doctor", "--lang", "fr"], {}, "fr"],
    [["doctor", "--lang"], { LANG: "fr_FR.UTF-8" }, "fr"],
    [["doctor", "--lang", "de"], {}, "en"],
  ] as const)("is the one in %p, even with another locale", (words, variables, language) => {
    expect(languageOf(words, variables)).toBe(language);
  });

  it.each([
    [{ LANG: "fr_FR.UTF-8" }, "fr"],
    [{ LANG: "fr" }, "fr"],
    [{ LANG: "fr_CA" }, "fr"],
    [{ LANG: "frr_DE.UTF-8" }, "en"],
    [{ LANG: "C.UTF-8" }, "en"],
    [{}, "en"],
    [{ LC_ALL: "en_US.UTF-8", LANG: "fr_FR.UTF-8" }, "en"],
    [{ LC_ALL: "", LC_MESSAGES: "fr_FR.UTF-8", LANG: "en_US" }, "fr"],
  ])("is else the locale's: %p", (variables, language) => {
    expect(languageOf([], variables)).toBe(language);
  });
});
