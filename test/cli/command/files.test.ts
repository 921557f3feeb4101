import fs, {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { once } from "node:events";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { CommandError } from "../../../cli/command/failure";
import { writeFailure, writeWhole } from "../../../cli/command/files";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "piste-files-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});
const at = (name: string): string => path.join(folder, name);

function failureOf(file: string): CommandError {
  try {
    writeWhole(file, "new");
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
  throw new Error("expected a refusal");
}

describe("a file that a command writes", () => {
  it("resolves a relative path in the command's folder", () => {
    const relative = path.relative(process.cwd(), at("page.html"));
    expect(writeWhole(relative, "new")).toBe(at("page.html"));
    expect(readFileSync(at("page.html"), "utf8")).toBe("new");
  });

  it("replaces a link's target, and keeps the link", () => {
    writeFileSync(at("old.html"), "old");
    symlinkSync(at("old.html"), at("page.html"));
    writeWhole(at("page.html"), "new");
    expect(lstatSync(at("page.html")).isSymbolicLink()).toBe(true);
    expect(readFileSync(at("old.html"), "utf8")).toBe("new");
    expect(readdirSync(folder)).toEqual(["old.html", "page.html"]);
  });

  it("replaces only regular files", async () => {
    const server = createServer().listen(at("socket"));
    await once(server, "listening");
    failureOf(at("socket"));
    expect(lstatSync(at("socket")).isSocket()).toBe(true);
    server.close();
  });

  it.each<[string, () => string, string, string]>([
    ["in a missing folder", () => at("missing/page.html"), "does not exist", "n'existe pas"],
    ["below a file", () => at("file/page.html"), "is not a folder", "n'est pas un dossier"],
    ["as a folder", () => at("folder"), "it is a folder", "c'est un dossier"],
  ])("named %s is refused with the reason, and leaves nothing behind", (_, place, english, french) => {
    writeFileSync(at("file"), "old");
    mkdirSync(at("folder"));
    const { owner, text } = failureOf(place());
    expect(owner).toBe("operator");
    expect(text.en).toContain(place());
    expect(text.en).toContain(english);
    expect(text.fr).toContain(french);
    expect(text.en + text.fr).not.toContain(String(process.pid));
    expect(readdirSync(folder)).toEqual(["file", "folder"]);
    expect(readdirSync(at("folder"))).toEqual([]);
  });

  it("is first written under a random name, so that nobody can plant a link", () => {
    writeFileSync(at("victim"), "victim's");
    symlinkSync(at("victim"), at(`page.html.${process.pid}`));
    const names: string[] = [];
    const { writeFileSync: write } = fs;
    const written = jest.spyOn(fs, "writeFileSync").mockImplementation((file, ...more) => {
      names.push(String(file));
      write(file, ...more);
    });
    for (const text of ["one", "two"]) writeWhole(at("page.html"), text);
    expect(written.mock.calls.map(([, , options]) => options)).toEqual(
      Array.from({ length: 2 }, () => expect.objectContaining({ flag: "wx" })),
    );
    written.mockRestore();
    expect(readFileSync(at("victim"), "utf8")).toBe("victim's");
    expect(readFileSync(at("page.html"), "utf8")).toBe("two");
    expect(new Set(names).size).toBe(2);
    expect(names.filter((name) => name.includes(String(process.pid)))).toEqual([]);
  });

  it("has mode 600, and keeps a mode that its owner has widened", () => {
    writeWhole(at("page.html"), "one");
    expect(statSync(at("page.html")).mode & 0o777).toBe(0o600);
    chmodSync(at("page.html"), 0o644);
    writeWhole(at("page.html"), "two");
    expect(statSync(at("page.html")).mode & 0o777).toBe(0o644);
  });

  it("has mode 600 when it replaces another user's file", () => {
    writeFileSync(at("page.html"), "theirs");
    chmodSync(at("page.html"), 0o4777);
    const { statSync: look } = fs;
    const looked = jest.spyOn(fs, "statSync").mockImplementation(((file: string) => {
      const found = look(file);
      found.uid = 54_321;
      return found;
    }) as typeof statSync);
    writeWhole(at("page.html"), "ours");
    looked.mockRestore();
    expect(statSync(at("page.html")).mode & 0o7777).toBe(0o600);
  });

  it("never replaces the target of another user's link", () => {
    writeFileSync(at("victim"), "victim's");
    symlinkSync(at("victim"), at("page.html"));
    const { lstatSync: look } = fs;
    const looked = jest
      .spyOn(fs, "lstatSync")
      .mockImplementation(((file: string) => Object.assign(look(file), { uid: 54_321 })) as typeof lstatSync);
    const { text } = failureOf(at("page.html"));
    looked.mockRestore();
    expect(text.en).toContain("it is another user's link");
    expect(text.fr).toContain("c'est le lien d'un autre utilisateur");
    expect(readFileSync(at("victim"), "utf8")).toBe("victim's");
    expect(readdirSync(folder)).toEqual(["page.html", "victim"]);
  });

  it("stays the old one, with nothing beside it, when the last step fails", () => {
    writeFileSync(at("page.html"), "old");
    const rename = jest.spyOn(fs, "renameSync").mockImplementation(() => {
      throw Object.assign(new Error("full"), { code: "ENOSPC" });
    });
    expect(failureOf(at("page.html")).text.en).toContain("the disk is full");
    rename.mockRestore();
    expect(readdirSync(folder)).toEqual(["page.html"]);
    expect(readFileSync(at("page.html"), "utf8")).toBe("old");
  });

  it("is refused in a folder without write access", () => {
    chmodSync(folder, 0o555);
    // Root can write everywhere except in /sys.
    const file = process.getuid?.() === 0 ? "/sys/page.html" : at("page.html");
    expect(failureOf(file).text.en).toMatch(/you may not write there|nothing can be written on that file system/);
    chmodSync(folder, 0o755);
    expect(existsSync(file)).toBe(false);
  });

  it.each([
    ["EACCES", "you may not write there"],
    ["EROFS", "nothing can be written on that file system"],
    ["ENOSPC", "the disk is full"],
  ])("has a message in words for %s", (code, words) => {
    expect(writeFailure(Object.assign(new Error(code), { code })).en).toBe(words);
    expect(writeFailure(new Error("else")).fr).toBe("else");
  });
});
