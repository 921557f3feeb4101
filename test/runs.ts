/** How often a property is tried: a tenth in `npm test`, in full in `npm run test:all`. */
export const runs = (all: number): number => (process.env["PISTE_TEST_EVERY_RUN"] ? all : Math.ceil(all / 10));
