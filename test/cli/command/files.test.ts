import fs, {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
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
  throw new Error("it was written");
}

describe("a file that a command writes", () => {
  it("is where a relative path leads from the folder of the command", () => {
    const relative = path.relative(process.cwd(), at("page.html"));
    expect(writeWhole(relative, "new")).toBe(at("page.html"));
    expect(readFileSync(at("page.html"), "utf8")).toBe("new");
  });

  it("takes the place of what a link leads to, and leaves the link", () => {
    writeFileSync(at("old.html"), "old");
    symlinkSync(at("old.html"), at("page.html"));
    writeWhole(at("page.html"), "new");
    expect(lstatSync(at("page.html")).isSymbolicLink()).toBe(true);
    expect(readFileSync(at("old.html"), "utf8")).toBe("new");
    expect(readdirSync(folder)).toEqual(["old.html", "page.html"]);
  });

  it("never takes the place of what is no file", async () => {
    const server = createServer().listen(at("socket"));
    await once(server, "listening");
    failureOf(at("socket"));
    expect(lstatSync(at("socket")).isSocket()).toBe(true);
    server.close();
  });

  it.each<[string, () => string, string, string]>([
    ["in a folder that is missing", () => at("missing/page.html"), "does not exist", "n'existe pas"],
    ["below a file", () => at("file/page.html"), "is none", "n'en est pas un"],
    ["that is a folder", () => at("folder"), "it is a folder", "c'est un dossier"],
  ])("that is named %s is refused with the reason, and nothing is left behind", (_, place, english, french) => {
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

  it("is the old one, whole, when the new one has no room beside it", () => {
    writeFileSync(at("page.html"), "old");
    mkdirSync(at(`page.html.${process.pid}`));
    failureOf(at("page.html"));
    expect(readFileSync(at("page.html"), "utf8")).toBe("old");
  });

  it("leaves nothing beside it when the last step fails", () => {
    const rename = jest.spyOn(fs, "renameSync").mockImplementation(() => {
      throw Object.assign(new Error("full"), { code: "ENOSPC" });
    });
    expect(failureOf(at("page.html")).text.en).toContain("the disk is full");
    rename.mockRestore();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("in a folder that may not be written is refused", () => {
    chmodSync(folder, 0o555);
    // Root may write everywhere but where the kernel says no.
    const file = process.getuid?.() === 0 ? "/sys/page.html" : at("page.html");
    expect(failureOf(file).text.en).toMatch(/you may not write there|nothing can be written on that file system/);
    chmodSync(folder, 0o755);
    expect(existsSync(file)).toBe(false);
  });

  it.each([
    ["EACCES", "you may not write there"],
    ["EROFS", "nothing can be written on that file system"],
    ["ENOSPC", "the disk is full"],
  ])("cannot be written for a reason in words: %s", (code, words) => {
    expect(writeFailure(Object.assign(new Error(code), { code })).en).toBe(words);
    expect(writeFailure(new Error("else")).fr).toBe("else");
  });
});
