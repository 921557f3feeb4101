/** Preloaded, it breaks the function: it waits whatever it finds, so that a simulation breaks its promise. */
import Module from "node:module";

const load = Module._load;
Module._load = (request, ...more) => {
  const whole = load(request, ...more);
  return request === "./decision" ? { ...whole, decide: () => ({ refresh: false, reason: "fresh" }) } : whole;
};
