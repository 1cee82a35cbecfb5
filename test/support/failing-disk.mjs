/**
 * Loaded before the program (`node --import`): a disk that fails. Calls that change something below FAULT_UNDER are
 * counted; the one with the number FAULT_AT ("every" for all) fails as FAULT says: "kill" ends the process before the
 * call, "kill-half" in the middle of a body, anything else is the code of an error, which also leaves half a body.
 * FAULT_TOLD is a file that gets the name of the call that failed.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { sep } from "node:path";

const { FAULT, FAULT_AT, FAULT_UNDER, FAULT_TOLD } = process.env;
const { appendFileSync, writeSync } = fs;
let calls = 0;

/** Whether this call fails; told before it does. */
function isDue(name, path) {
  if (typeof path !== "string" || !`${path}${sep}`.startsWith(`${FAULT_UNDER}${sep}`)) return false;
  calls += 1;
  if (FAULT_AT !== "every" && calls !== Number(FAULT_AT)) return false;
  appendFileSync(FAULT_TOLD, `${name}\n`);
  return true;
}

function fail(name) {
  if (FAULT.startsWith("kill")) {
    process.kill(process.pid, "SIGKILL");
    for (;;);
  }
  throw Object.assign(new Error(`${FAULT}: ${name}`), { code: FAULT, syscall: name });
}

for (const name of ["rename", "rm", "unlink", "writeFile"]) {
  const real = fs.promises[name];
  fs.promises[name] = async (path, ...rest) => (isDue(name, path) ? fail(name) : real(path, ...rest));
}
for (const name of ["mkdirSync", "rmSync", "unlinkSync", "writeFileSync", "renameSync"]) {
  const real = fs[name];
  fs[name] = (path, ...rest) => (isDue(name, path) ? fail(name) : real(path, ...rest));
}

const open = fs.promises.open;
fs.promises.open = async (path, flags = "r", ...rest) => {
  if (flags !== "r" && isDue("open", path)) fail("open");
  const handle = await open(path, flags, ...rest);
  for (const name of ["writeFile", "write", "chmod", "chown", "sync", "close"]) {
    const real = handle[name].bind(handle);
    handle[name] = async (...given) => {
      if (!isDue(name, path)) return real(...given);
      const [body] = given;
      if (name.startsWith("write") && FAULT !== "kill") writeSync(handle.fd, body.slice(0, body.length / 2));
      return fail(name);
    };
  }
  return handle;
};
syncBuiltinESMExports();
