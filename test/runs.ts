/** How often a property is tried: a tenth in `npm test`, in full in `npm run test:all`; `atLeast`: until it has seen every kind. */
export const runs = (all: number, atLeast = 1): number =>
  process.env["PISTE_TEST_EVERY_RUN"] ? all : Math.max(atLeast, Math.ceil(all / 10));
