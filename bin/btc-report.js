#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";
import { main } from "../dist/cli.js";

// Garbage is collected when the heap has doubled, and not, as is usual for small heaps, when it is four times as large: a
// quarter less memory for long ranges of the archive, and hardly more work.
setFlagsFromString("--heap-growing-percent=100");
await main(process);
// All is said and written: whatever still waits for the network must not keep the run beyond its deadline.
process.exit();
