/**
 * Removes variables that an account may set for all its functions, and that must not change this one. Import
 * this module first: the packages imported after it read the variables as they load.
 *
 * - `AWS_XRAY_CONTEXT_MISSING`, `AWS_XRAY_DAEMON_ADDRESS`: the X-Ray SDK does not load with a value it does
 *   not know. `tracing.ts` sets the first one itself. An invalid address is dropped, so that the SDK's
 *   default applies (https://docs.aws.amazon.com/xray-sdk-for-nodejs/latest/reference/ names both).
 * - `NODE_PG_FORCE_NATIVE`: `pg` would load a native module that is not in the bundle.
 * - `DEBUG`: Prisma would log every query with its arguments.
 */
const UNWANTED = ["AWS_XRAY_CONTEXT_MISSING", "NODE_PG_FORCE_NATIVE", "DEBUG"];
const ADDRESS = /^(?:(?:tcp|udp):)?[\w.-]+:\d{1,5}(?: (?:tcp|udp):[\w.-]+:\d{1,5})?$/;

export function cleaned(environment: NodeJS.ProcessEnv): void {
  for (const name of UNWANTED) delete environment[name];
  const daemon = environment["AWS_XRAY_DAEMON_ADDRESS"];
  if (daemon !== undefined && !ADDRESS.test(daemon)) delete environment["AWS_XRAY_DAEMON_ADDRESS"];
}

cleaned(process.env);
