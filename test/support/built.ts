/** The program as it is installed, in processes of its own: for what only a process can show, such as being killed. */
import { execFile, spawn } from "node:child_process";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

export interface Built {
  readonly start: (words: string, env: Readonly<Record<string, string>>) => Running;
  readonly remove: () => Promise<void>;
}
export interface Running {
  readonly kill: () => void;
  readonly ended: Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>;
}

/** Compiles the program once, below `node_modules` so that it finds its packages. */
export async function built(): Promise<Built> {
  const folder = await mkdtemp("node_modules/.btc-report-test-");
  const compiler = "node_modules/typescript/bin/tsc";
  await promisify(execFile)(process.execPath, [
    compiler,
    "-p",
    "tsconfig.build.json",
    "--outDir",
    join(folder, "dist"),
  ]);
  await copyFile("package.json", join(folder, "package.json"));
  const start = join(folder, "start.js");
  await writeFile(start, 'import { main } from "./dist/cli.js";\nawait main(process);\n');
  const started: Built["start"] = (words, env) => {
    const child = spawn(process.execPath, [start, ...words.split(" ")], { env: { PATH: process.env["PATH"], ...env } });
    let out = "";
    let err = "";
    child.stdout.on("data", (text: Buffer) => (out += text.toString()));
    child.stderr.on("data", (text: Buffer) => (err += text.toString()));
    return {
      kill: () => {
        child.kill("SIGKILL");
      },
      ended: new Promise((resolve) => {
        child.on("close", (code) => {
          resolve({ code, out, err });
        });
      }),
    };
  };
  return { start: started, remove: () => rm(folder, { recursive: true }) };
}
