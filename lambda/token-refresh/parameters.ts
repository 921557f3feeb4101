/**
 * Only the hourly `passwords` asks for parameters. Their client is a quarter of the code, so it is a file of its own in
 * the zip that no tick loads.
 */
export { parameterReader } from "../shared/parameters";
