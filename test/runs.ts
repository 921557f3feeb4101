/** Number of runs of a property: a tenth in `npm test`, all in `npm run test:all`; `atLeast`: needed to see every kind. */
export const runs = (all: number, atLeast = 1): number =>
  process.env["PISTE_TEST_EVERY_RUN"] ? all : Math.max(atLeast, Math.ceil(all / 10));
