import { describe, expect, it } from "@jest/globals";
import { ENVIRONMENTS } from "../../../piste/environments";
import { GUIDE, GUIDE_LINKS, PORTALS, headingText } from "../../../piste/guide";
import { LANGUAGES, type Text } from "../../../piste/language";
import { PARTIES } from "../../../piste/party";
import { renderPage } from "../../../cli/doctor/page";
import { PAPER } from "../../../cli/doctor/page-paper";
import { STYLE } from "../../../cli/doctor/page-style";
import { linkTo } from "../../../cli/doctor/rich-text";
import {
  LAYERS,
  STEP_STATUSES,
  type DoctorReport,
  type PasswordReport,
  type StepReport,
  type StepStatus,
} from "../../../cli/doctor/report";
import { forPortals } from "../../../cli/doctor/portal-text";
import { isPortal } from "../../../cli/doctor/parties";
import {
  accountOf,
  applicationOf,
  isHidden,
  missing,
  MIXED,
  only,
  plainOf,
  read,
  reportOf,
  stepOf,
  stepsFor,
  text,
} from "./page-fixture";
import { elementsOf, named, ofClass, skeletonOf, textOf, type Element } from "./read-html";

const CASES = ENVIRONMENTS.flatMap((environment) => LANGUAGES.map((language) => [environment, language] as const));

const TITLED: Readonly<Record<string, string>> = { qualif: "qualification", prod: "production" };

describe.each(CASES)("the page of %s in %s", (environment, language) => {
  const steps = Object.fromEntries(
    GUIDE[environment].map(({ id }, index) => {
      const status = STEP_STATUSES[index % STEP_STATUSES.length] ?? "done";
      return [id, status === "missing" ? missing("chorus-pro", id) : { status }];
    }),
  );
  const root = read(reportOf(environment, { notes: [text("note")] }, steps), language);

  it("has its language, a title, and a policy against loading or running anything", () => {
    expect(only(root, named("html")).attributes["lang"]).toBe(language);
    expect(textOf(only(root, named("title")))).toContain(TITLED[environment] ?? environment);
    const [charset, policy] = elementsOf(root, named("meta"));
    expect(charset?.attributes).toEqual({ charset: "utf-8" });
    expect(policy?.attributes).toEqual({
      "http-equiv": "Content-Security-Policy",
      content: "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    });
  });

  it("has landmarks, and headings without a skipped level", () => {
    for (const name of ["header", "main", "footer", "h1"]) only(root, named(name));
    const levels = elementsOf(root, ({ name }) => /^h\d$/.test(name)).map(({ name }) => Number(name.slice(1)));
    expect(levels[0]).toBe(1);
    expect(levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1)).toEqual([]);
  });

  it("has each step's heading from the official guide, in French", () => {
    for (const { id, heading } of GUIDE[environment]) {
      const french = elementsOf(stepOf(root, id), ({ attributes }) => attributes["lang"] === "fr");
      const shown = french.map((element) => textOf(element).replaceAll("\u00a0", " ").replaceAll("\u202f", " "));
      expect(shown).toContain(headingText(heading));
    }
  });

  it("has an id for each link and label", () => {
    const ids = elementsOf(root).flatMap(({ attributes }) => attributes["id"] ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const used = elementsOf(root).flatMap(({ attributes }) => [
      ...(/^#(.*)/.exec(attributes["href"] ?? "")?.slice(1) ?? []),
      ...(attributes["aria-labelledby"]?.split(" ") ?? []),
    ]);
    expect(used.length).toBeGreaterThan(10);
    expect(used.filter((id) => !ids.includes(id))).toEqual([]);
  });

  it("has valid lists and details", () => {
    const childrenOf = (...names: string[]): (string | undefined)[] =>
      elementsOf(root, named(...names)).flatMap(({ children }) =>
        children.flatMap((child) => (typeof child === "string" ? (child.trim() === "" ? [] : ["text"]) : child.name)),
      );
    expect(new Set(childrenOf("ul", "ol"))).toEqual(new Set(["li"]));
    expect(new Set(childrenOf("dl"))).toEqual(new Set(["div"]));
    expect(elementsOf(root, named("table"))).toEqual([]);
    for (const { children } of elementsOf(root, named("details"))) {
      const [first] = children.filter((child) => typeof child !== "string");
      expect(first?.name).toBe("summary");
    }
  });

  it("lists every step in order, with its status in words", () => {
    const words: Readonly<Record<StepStatus, Text>> = {
      done: { en: "done", fr: "fait" },
      missing: { en: "missing", fr: "manquant" },
      "not-seen-yet": { en: "not seen yet", fr: "pas encore visible" },
      "not-reached": { en: "not reached", fr: "non examiné" },
      "by-hand": { en: "confirm by hand", fr: "à confirmer" },
      "not-needed": { en: "not needed", fr: "sans objet" },
    };
    const list = only(root, ofClass("steps"));
    expect([list.name, list.attributes["role"]]).toEqual(["ol", "list"]);
    const shown = elementsOf(list, ofClass("step")).map((step) => [
      only(step, ofClass("how")).attributes["id"],
      textOf(only(step, named("h3"))).replace(/[\u00a0\u202f]/g, " "),
      textOf(only(step, ofClass("status")), isHidden),
    ]);
    expect(shown).toEqual(
      GUIDE[environment].map(({ id, title }) => [
        id,
        `${id} ${title[language]}`,
        `${{ en: "Status:", fr: "État\u00a0:" }[language]} ${words[steps[id]?.status ?? "done"][language]}`,
      ]),
    );
  });

  it("has the guide's whole text for each step", () => {
    const checks = plainOf(only(root, ({ attributes }) => attributes["aria-labelledby"] === "layers"));
    for (const { id, actor, where, firstBy, what, form = [], before, seenBy, link } of GUIDE[environment]) {
      const step = stepOf(root, id);
      const shown = textOf(step).replace(/[\u00a0\u202f]/g, " ");
      const atPortal = isPortal(firstBy?.actor ?? actor);
      // People at the portals get no commands and no names of the configuration.
      const alone = atPortal && firstBy === undefined;
      const first = firstBy === undefined ? [] : [firstBy.where];
      const values = form.map(({ value }) => value);
      const told = [
        ...(alone ? what.map((each) => forPortals(each)) : what),
        ...[...values, ...before].map((each) => forPortals(each)),
      ];
      const texts = [where, ...first, ...told];
      expect(checks).toContain(`${id}${language === "fr" ? " " : ""}: ${seenBy[language].replaceAll("`", "")}`);
      for (const each of texts) expect(shown).toContain(each[language].replace(/`|https:\/\//g, ""));
      expect(elementsOf(step, named("dt")).map((cell) => textOf(cell))).toEqual(
        expect.arrayContaining(form.map(({ label }) => label)),
      );
      const links = elementsOf(step, named("a")).map(({ attributes }) => attributes["href"]);
      if (link !== undefined) expect(links).toContain(link);
    }
  });

  it("uses no other language, except for names from the portals and official pages", () => {
    const other = language === "en" ? "(fr)" : "(en)";
    expect(textOf(root)).not.toContain(other);
    const foreign = textOf(root, (element) => element.attributes["lang"] === "fr" && element.name !== "html");
    if (language === "en") expect(foreign.replace(/«[^»]*»/g, "").match(/\S*[à-öø-ÿœ]\S*/gi)).toBeNull();
    else expect(foreign).not.toMatch(/\b(the|and|with|is|of)\b/);
  });
});

describe("the page", () => {
  it("names the environment, the applications and its time in Paris", () => {
    const facts = textOf(
      only(
        read(reportOf("prod", { applications: ["a", "b"].map((name) => applicationOf(name, { accounts: [] })) })),
        ofClass("facts"),
      ),
    );
    expect(facts).toBe(
      "Environnement production Applications déployées a b État au 24 novembre 2026 à 14:11 (heure de Paris)",
    );
    const none = textOf(only(read(reportOf("qualif", { applications: [] }), "en"), ofClass("facts")));
    expect(none).toBe(
      "Environment qualification Deployed application none Seen on 24 November 2026 at 14:11 (Paris time)",
    );
  });

  it("says that it is about a local trial", () => {
    expect(textOf(read(MIXED))).toContain("Essai local");
    expect(textOf(read({ ...MIXED, local: false }))).not.toContain("Essai local");
  });

  it("begins with the open steps and their owners", () => {
    const verdict = textOf(only(read(MIXED), ofClass("verdict"))).replace(/[\u00a0\u202f]/g, " ");
    expect(verdict).toBe(
      "! Pas encore prêt : 3 étapes sur 7 sont constatées. 3 étapes sur 7 C'est maintenant au tour de : " +
        "le titulaire du compte PISTE, sur le portail PISTE (Q3) l'équipe technique, dans un terminal (Q7) " +
        "Il suffit d'attendre pour Q6. Et sans attendre, si ce n'est pas déjà fait : " +
        "la personne qui a le matelas de données (Q4), connectée comme son gestionnaire principal (Q5)",
    );
  });

  it("says since when a working environment is down, and assigns unseen steps to nobody", () => {
    const notReached: Partial<StepReport> = { status: "not-reached" };
    const steps = { Q3: notReached, Q5: notReached, Q7: { ...missing("wait", "Q7"), status: "not-seen-yet" as const } };
    const worked = { lastTokenAt: Date.parse("2026-11-30T12:05:00Z") };
    const root = read(reportOf("qualif", { worked }, steps));
    const verdict = textOf(only(root, ofClass("verdict"))).replace(/[\u00a0\u202f]/g, " ");
    expect(verdict).toContain(
      "! En panne : cela fonctionnait. Le dernier jeton a été obtenu le 30 novembre 2026 à 13:05 (heure de Paris). Il suffit d'attendre pour Q7.",
    );
    expect(verdict).not.toContain("sur 7");
    expect(elementsOf(root, ofClass("party"))).toHaveLength(1);
    expect(stepsFor(root, "Il suffit d'attendre")).toEqual(["Q7"]);
  });

  it("says that everything is in place, and which steps can still be confirmed", () => {
    const ready = reportOf("qualif", { ready: true }, { Q4: { status: "by-hand" } });
    const root = read(ready);
    const verdict = only(root, ofClass("verdict"));
    expect(verdict.attributes["class"]).toContain("ready");
    expect(textOf(verdict)).toContain("Tout est en place");
    expect(textOf(verdict)).toContain("Q4 ne peut pas être constatée d'ici");
    expect(elementsOf(root, ofClass("party"))).toEqual([]);
    const confirmed = reportOf("qualif", { ready: true }, { Q4: { status: "by-hand", confirmedOn: "2026-11-03" } });
    expect(textOf(only(read(confirmed), ofClass("verdict")))).not.toContain("Q4");
  });

  it("names everybody who can act now, without waiting for others", () => {
    const unseen: Partial<StepReport> = { status: "not-seen-yet", next: text("next") };
    const steps = { Q1: unseen, Q4: { status: "by-hand" as const }, Q5: unseen, Q6: unseen };
    const nothing = reportOf("qualif", {}, { ...steps, Q7: missing("operator", "Q7") });
    const verdict = textOf(only(read(nothing, "en"), ofClass("verdict")));
    expect(verdict).toContain("To act now: the technical team, in a terminal (Q7)");
    expect(verdict).toMatch(/if not done already: .*\(Q1\) .*\(Q4\) .*\(Q5, Q6\) /);
    expect(verdict).not.toContain("nothing is done");
    const start = reportOf("qualif", {}, { Q1: { ...unseen, begins: true }, Q7: missing("operator", "Q7") });
    expect(textOf(only(read(start, "en"), ofClass("verdict")))).toMatch(
      /To act first, if nothing is done yet: .* \(Q1\) To act next:/,
    );
    const last = read(reportOf("qualif", {}, { Q3: missing("piste-portal", "Q3"), Q7: unseen }), "en");
    expect(textOf(only(last, ofClass("verdict")))).not.toContain("without waiting");
  });

  it("says who types commands, explains its words, and names a contact", () => {
    const root = read(MIXED);
    expect(textOf(root)).toContain("prévenez l'équipe technique : elle".replace(" :", "\u00a0:"));
    const [, words] = elementsOf(only(root, named("footer")), named("details"));
    const meant = elementsOf(words ?? root, named("dt")).map((term) => textOf(term));
    expect(meant).toEqual(expect.arrayContaining(["PISTE", "jeton", "raccordement", "compte technique"]));
    expect(textOf(only(root, named("footer")))).toMatch(
      /Une question.+: à l'équipe technique, .+au support de ce portail/,
    );
  });

  it("points to the checks when no step has an owner", () => {
    const stopped = reportOf("qualif", {}, { Q7: { status: "not-reached" } });
    expect(textOf(only(read(stopped), ofClass("verdict")))).toContain("Les vérifications, en fin de page");
  });

  it("has a list for each person", () => {
    const root = read(MIXED);
    expect(elementsOf(root, ofClass("party"))).toHaveLength(4);
    expect(stepsFor(root, "À faire par le titulaire du compte PISTE")).toEqual(["Q3"]);
    expect(stepsFor(root, "À faire par la personne qui a le matelas")).toEqual(["Q5"]);
    expect(stepsFor(root, "À faire par l'équipe technique")).toEqual(["Q7"]);
    expect(stepsFor(root, "Il suffit d'attendre")).toEqual(["Q6"]);
  });

  it("lists steps that a person may confirm", () => {
    const root = read(reportOf("qualif", {}, { Q3: missing("piste-portal", "Q3"), Q4: { status: "by-hand" } }));
    expect(stepsFor(root, "À faire par une personne de votre choix")).toEqual(["Q4"]);
  });

  it("assigns a shared step to both people until an account is stored or the owner is known", () => {
    const gestionnaire = "À faire par le gestionnaire principal";
    const team = "À faire par l'équipe technique";
    const shared = (step: Partial<StepReport>, password?: PasswordReport): string[][] => {
      const applications = [applicationOf("a", { accounts: [accountOf("default", { password })] })];
      const root = read(reportOf("prod", { applications }, { P5: step }));
      return [stepsFor(root, gestionnaire), stepsFor(root, team)];
    };
    expect(shared({ status: "not-reached" })).toEqual([["P5"], ["P5"]]);
    expect(shared(missing("chorus-pro", "P5"))).toEqual([["P5"], []]);
    expect(shared(missing("operator", "P5"))).toEqual([["P5"], ["P5"]]);
    const stored = { setOn: "2026-11-03", noted: true, renewBy: "2028-01-01", daysLeft: 403 };
    expect(shared({ status: "not-reached" }, stored)).toEqual([[], ["P5"]]);
    expect(shared(missing("operator", "P5"), stored)).toEqual([[], ["P5"]]);
    expect(shared(missing("chorus-pro", "P5"), stored)).toEqual([["P5"], []]);
  });

  it.each(PARTIES)("has a list for the owner %s", (owner) => {
    const root = read(reportOf("prod", {}, { P4: missing(owner, "P4") }));
    const parties = elementsOf(root, ofClass("party"));
    expect(parties).toHaveLength(1);
    expect(elementsOf(parties[0] ?? root, named("a")).map(({ attributes }) => attributes["href"])).toEqual(["#P4"]);
  });

  it("shows a step's cause, next step, confirmation day and observer", () => {
    const root = read(MIXED);
    const q3 = textOf(stepOf(root, "Q3")).replace(/\u00a0/g, " ");
    expect(q3).toContain("cause-Q3 (fr) À faire : next-Q3 (fr)");
    const checks = textOf(only(root, ({ attributes }) => attributes["aria-labelledby"] === "layers"));
    expect(checks).toMatch(/Q3.* \(vu depuis l'ordinateur de l'équipe technique\)/);
    const q6 = reportOf("qualif", {}, { Q6: { status: "not-seen-yet", next: text("next-Q6") } });
    expect(textOf(stepOf(read(q6), "Q6"))).toContain("pas encore visible next-Q6 (fr)");
    const q4 = reportOf("qualif", {}, { Q4: { status: "by-hand", next: text("next-Q4") } });
    expect(textOf(stepOf(read(q4), "Q4"))).toContain("à confirmer next-Q4");
    expect(checks).toMatch(/Q7.* \(vu depuis la fonction dans AWS\)/);
    expect(textOf(stepOf(root, "Q4"))).toContain("confirmé Confirmé le 3 novembre 2026");
    expect(textOf(stepOf(read(MIXED, "en"), "Q4"))).toContain("confirmed Confirmed on 3 November 2026");
    expect(textOf(stepOf(root, "Q1"))).not.toContain("Vu depuis");
  });

  it("leaves out the instructions of finished steps on paper", () => {
    const settled = elementsOf(read(MIXED), ofClass("settled")).flatMap((step) =>
      elementsOf(step, ofClass("how")).map(({ attributes }) => attributes["id"]),
    );
    expect(settled).toEqual(["Q1", "Q2", "Q4"]);
    expect(PAPER.text).toMatch(/\.settled \.how \{\s*display: none;/);
  });

  it("explains only the statuses that it shows", () => {
    const [legend] = elementsOf(only(read(MIXED), named("footer")), named("details"));
    const terms = elementsOf(legend ?? read(MIXED), named("dt")).map((term) => textOf(term));
    expect(terms).toEqual(["fait", "manquant", "pas encore visible", "à confirmer"]);
  });

  it("shows notes, and the layers in order below a summary", () => {
    const root = read(MIXED);
    expect(textOf(root)).toContain("À noter, pour l'équipe technique note (fr)");
    expect(textOf(read(reportOf("qualif")))).not.toContain("À noter");
    const layers = only(root, ofClass("layers"));
    expect(elementsOf(layers, named("li")).map((item) => textOf(item).split(" ").at(-2))).toEqual(
      LAYERS.map((layer) => `said-${layer}`),
    );
    expect(elementsOf(root, named("details")).some((each) => elementsOf(each).includes(layers))).toBe(true);
  });

  it("shows commands as code, keeps line breaks, and links only known pages", () => {
    // No line breaks within a word of a command.
    const words = elementsOf(stepOf(read(MIXED), "Q7"), named("code")).flatMap(({ children }) => children);
    expect(words.every((word) => (typeof word === "string" ? word === " " : !textOf(word).includes(" ")))).toBe(true);
    const next = "Sur https://piste.gouv.fr, puis\n`npx piste doctor qualif` ; https://evil.example/piste.gouv.fr.";
    const step = stepOf(
      read(reportOf("qualif", {}, { Q7: { status: "missing", next: { en: next, fr: next } } })),
      "Q7",
    );
    const line = only(step, ofClass("next"));
    expect(elementsOf(line, named("code")).map((code) => textOf(code))).toEqual(["npx piste doctor qualif"]);
    expect(elementsOf(line, named("a")).map(({ attributes }) => attributes["href"])).toEqual([PORTALS.piste]);
    expect(elementsOf(line, named("br"))).toHaveLength(1);
    expect(textOf(line)).toContain("https://evil.example/piste.gouv.fr.");
  });

  it("has French spacing before punctuation and inside quotes", () => {
    const shown = textOf(read(MIXED), (element) => named("code")(element) || isHidden(element));
    expect(shown.match(/.{0,20}( [:;!?»]|« ).{0,5}/g)).toBeNull();
    expect(shown).toMatch(/«\u00a0.+\u00a0».+\u00a0:/);
    expect(shown).toMatch(/\u202f[;?]/);
  });

  it("links only to itself, the portals and the official guide's pages, and loads nothing", () => {
    const known: string[] = [PORTALS.piste, ...Object.values(PORTALS["chorus-pro"]), ...Object.values(GUIDE_LINKS)];
    for (const environment of ENVIRONMENTS) {
      const root = read(reportOf(environment));
      const names = new Set(elementsOf(root).flatMap(({ attributes }) => Object.keys(attributes)));
      expect([...names].filter((name) => /^(src|srcset|style|action|on.*|background|poster|ping)$/.test(name))).toEqual(
        [],
      );
      expect(elementsOf(root, named("script", "link", "img", "iframe", "form", "object", "base"))).toEqual([]);
      const links = elementsOf(root, named("a")).map(({ attributes }) => attributes["href"] ?? "");
      expect(links.filter((link) => !link.startsWith("#") && !known.includes(link))).toEqual([]);
      const addresses = renderPage(reportOf(environment), "fr").match(/https?:\/\/[^"\s<]*/g) ?? [];
      expect(addresses.filter((address) => !known.includes(address))).toEqual([]);
    }
    expect(STYLE.text + PAPER.text).not.toMatch(/url\(|@import|@font-face/);
  });
});

describe("hostile texts", () => {
  const HOSTILE = [
    "<script>alert(1)</script>",
    "</style></title></details><img src=x onerror=alert(1)>",
    `" onmouseover="alert(1)' autofocus onfocus='alert(1)`,
    "javascript:alert(1) data:text/html,x https://evil.example/",
    "`</code><svg onload=alert(1)>`",
    "<!-- --> ]]> <![CDATA[ &lt;b&gt; &#x3c;script&#62;",
    "\u202egpj.exe\u0000",
  ];

  /** A report with this word in every text. */
  function filledWith(word: string): DoctorReport {
    const same: Text = { en: word, fr: word };
    const step: Partial<StepReport> = {
      status: "missing",
      owner: "chorus-pro",
      cause: same,
      next: same,
      confirmedOn: word,
    };
    return reportOf(
      "qualif",
      {
        applications: [word, word].map((name) =>
          applicationOf(name, {
            pisteApplicationName: word,
            accounts: [
              {
                name: word,
                structure: { identifier: word, identifierType: word },
                usageType: word,
                technicalContact: word,
                password: { setOn: word, noted: true, renewBy: word, daysLeft: 1 },
              },
            ],
          }),
        ),
        notes: [same],
        layers: LAYERS.map((layer) => ({ layer, status: "failed", said: same })),
      },
      Object.fromEntries(GUIDE.qualif.map(({ id }) => [id, step])),
    );
  }

  it.each(HOSTILE)("never become markup: %j", (word) => {
    const withoutCode = (root: Element): string => skeletonOf(root).replace(/ (code|span|wbr)\[\]/g, "");
    const root = read(filledWith(word));
    expect(withoutCode(root)).toBe(withoutCode(read(filledWith(word.startsWith("`") ? "`harmless`" : "harmless"))));
    const letters = (all: string): string => all.replace(/[^a-z0-9(]/gi, "");
    expect(letters(textOf(root))).toContain(letters(word));
  });

  it("never become a link's address", () => {
    for (const address of ["javascript:alert(1)", "https://evil.example/", `${PORTALS.piste}.evil.example`, "//x"]) {
      expect(linkTo(address, "words").text).toBe("words");
    }
    expect(linkTo(PORTALS.piste, "words").text).toBe('<a href="https://piste.gouv.fr">words</a>');
  });

  it("cannot enter by unknown fields of the report", () => {
    const canary = "CANARY-a1b2c3";
    const step = { status: "missing", secret: canary } as Partial<StepReport>;
    const report = { ...reportOf("qualif", {}, { Q3: step }), token: canary };
    expect(renderPage(report, "fr")).not.toContain(canary);
  });
});

describe("the colours", () => {
  const schemes = STYLE.text.match(/:root \{[^}]*--text[^}]*\}/g) ?? [];

  function luminance(colour: string): number {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5]
      .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  const contrast = (one: string, other: string): number => {
    const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };

  it("have enough contrast with both backgrounds (WCAG 2.2, 1.4.3), in light and dark mode", () => {
    expect(contrast("#000000", "#ffffff")).toBe(21);
    expect(schemes).toHaveLength(2);
    for (const scheme of schemes) {
      const colours = Object.fromEntries(
        [...scheme.matchAll(/--([a-z]+): (#[0-9a-f]{6})/g)].map(([, name = "", colour = ""]) => [name, colour]),
      );
      const { paper = "", raised = "", line, ...inks } = colours;
      expect(line).toBeDefined();
      expect(Object.keys(inks)).toEqual(["text", "soft", "link", "done", "missing", "waiting", "hand"]);
      for (const [name, ink] of Object.entries(inks)) {
        for (const ground of [paper, raised]) expect([name, contrast(ink, ground) >= 4.5]).toEqual([name, true]);
      }
    }
  });
});
