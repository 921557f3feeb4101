/** The generated parts of a page, each between two comments with its name. */
const begin = (name: string): string => `<!-- ${name}: written by \`npm run docs\` -->`;
const end = (name: string): string => `<!-- end of ${name} -->`;

/**
 * Replaces the generated parts of a page.
 *
 * @throws Error when the page lacks a part's comments.
 */
export function writeBlocks(page: string, blocks: Readonly<Record<string, string>>): string {
  return Object.entries(blocks).reduce((text, [name, content]) => {
    const from = text.indexOf(begin(name));
    const to = text.indexOf(end(name));
    if (from < 0 || to < from) throw new Error(`the page must have the comments ${begin(name)} and ${end(name)}`);
    return `${text.slice(0, from)}${begin(name)}\n\n${content}\n\n${text.slice(to)}`;
  }, page);
}
