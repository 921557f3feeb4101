/** Parts of a page that a command writes, between two comments that name them. */
const begin = (name: string, by: string): string => `<!-- ${name}: written by \`${by}\` -->`;
const end = (name: string): string => `<!-- end of ${name} -->`;

/**
 * The page with its parts written anew.
 *
 * @param by the command that writes them, as the comments name it.
 * @throws Error when the page has no place for one of them.
 */
export function writeBlocks(page: string, blocks: Readonly<Record<string, string>>, by = "npm run docs"): string {
  return Object.entries(blocks).reduce((text, [name, content]) => {
    const from = text.indexOf(begin(name, by));
    const to = text.indexOf(end(name));
    if (from < 0 || to < from) throw new Error(`the page must have the comments ${begin(name, by)} and ${end(name)}`);
    return `${text.slice(0, from)}${begin(name, by)}\n\n${content}\n\n${text.slice(to)}`;
  }, page);
}
