export { default as input } from "@inquirer/input";
export { default as password } from "@inquirer/password";
