/** Parts of a page that `npm run docs` writes, between two comments that name them. */
const begin = (name: string): string => `<!-- ${name}: written by \`npm run docs\` -->`;
const end = (name: string): string => `<!-- end of ${name} -->`;

/**
 * The page with its parts written anew.
 *
 * @throws Error when the page has no place for one of them.
 */
export function writeBlocks(page: string, blocks: Readonly<Record<string, string>>): string {
  return Object.entries(blocks).reduce((text, [name, content]) => {
    const from = text.indexOf(begin(name));
    const to = text.indexOf(end(name));
    if (from < 0 || to < from) throw new Error(`the page must have the comments ${begin(name)} and ${end(name)}`);
    return `${text.slice(0, from)}${begin(name)}\n\n${content}\n\n${text.slice(to)}`;
  }, page);
}
