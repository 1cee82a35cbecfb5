#!/usr/bin/env node
import { versions } from "node:process";
import { setFlagsFromString } from "node:v8";
import { main } from "../dist/cli.js";

// Garbage is collected when the heap has doubled, and not, as is usual for small heaps, when it is four times as large: a
// quarter less memory for long ranges of the archive, and hardly more work.
setFlagsFromString("--heap-growing-percent=100");
// What is parsed is garbage soon: a young generation that stays small costs a twentieth more work and keeps 30 MB less, of
// newer Nodes, whose young generation grows to 96 MB, 100 MB and more.
setFlagsFromString("--semi-space-growth-factor=1");
// V8's middle compiler, which Node 22 leaves out and Node 24 takes, once in a hundred runs there goes on with an old value of a
// loop's variable (seen with 24.22, V8 13.6, in `core/cohorts.ts`; not with 26.12): figures are worth more than its speed.
setFlagsFromString("--no-maglev");
// Node 20 optimises what has run for a moment, and in a run of a second that hardly pays: a third less work. Later Nodes
// count calls instead, and would complain of the flag.
if (Number.parseInt(versions.node, 10) < 22) setFlagsFromString("--interrupt-budget=500000");
await main(process);
// All is said and written: whatever still waits for the network must not keep the run beyond its deadline.
process.exit();
