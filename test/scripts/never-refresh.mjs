/** Preloaded to break the function: it never refreshes, so that a simulation breaks its promise. */
import Module from "node:module";

const load = Module._load;
Module._load = (request, ...more) => {
  const whole = load(request, ...more);
  return request === "./decision" ? { ...whole, decide: () => ({ refresh: false, reason: "fresh" }) } : whole;
};
