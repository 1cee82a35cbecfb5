/** Binance's metrics archive from loopback, files of real size: fetched, verified, parsed and stored by the program. */
import { articleDay } from "../fixtures/build/market.ts";
import { inFolder, middle, node, type Cost } from "./measure.ts";
import { ARCHIVE } from "./requests.ts";
import { print, rounded, verdict } from "./table.ts";
import { withUpstreams } from "./upstreams.ts";

/** Days since which history is asked, and how it is called. The program asks 200 days for anything nearer. */
const RANGES: readonly (readonly [string, string])[] = [
  ["200 days x 2", "low:180d"],
  ["365 days x 2", "low:365d"],
  ["730 days x 2", "low:730d"],
  ["1460 days x 2", "low:1460d"],
];
const LEAST_A_SECOND = 150;
const MOST_MB = 200;

export async function archive(rounds: number): Promise<void> {
  // Folders are removed at the end: to make files where thousands were removed a moment ago takes ext4 ten times as long.
  const rows = await inFolder((all) =>
    withUpstreams(async ({ url, set, log }) => {
      const found: (string | number)[][] = [];
      for (const [name, since] of RANGES) {
        await set({ archive: "full", delay: 0 });
        const costs: Cost[] = [];
        let files = 0;
        for (let round = 0; round <= rounds; round += 1) {
          const cost = await openInterest(url, `${all}/${since} ${round}`.replaceAll(/[: ]/g, "-"), since);
          files = (await log()).filter(
            ({ host, target, status }) => host === ARCHIVE && status === 200 && target.endsWith(".zip"),
          ).length;
          if (round > 0) costs.push(cost);
        }
        const { wallMs, cpuMs, peakMB } = middle(costs);
        const aSecond = files / (wallMs / 1_000);
        found.push([
          name,
          String(files),
          wallMs,
          rounded(aSecond),
          cpuMs,
          peakMB,
          verdict(aSecond >= LEAST_A_SECOND && peakMB <= MOST_MB),
        ]);
      }
      return found;
    }),
  );
  print(`Archive, the whole run, median of ${rounds}; target ${LEAST_A_SECOND} files a second and ${MOST_MB} MB`, [
    ["range", "files", "wall ms", "files a second", "CPU ms", "peak MB", ""],
    ...rows,
  ]);
}

const openInterest = (url: string, folder: string, since: string): Promise<Cost> =>
  node(
    [
      "bin/btc-report.js",
      "open-interest",
      "--json",
      "--quiet",
      "--venues",
      "binance",
      "--since",
      since,
      "--relay",
      url,
      "--timeout",
      "120",
    ],
    {
      BTC_REPORT_CACHE_DIR: `${folder}/cache`,
      BTC_REPORT_DATA_DIR: `${folder}/data`,
      BTC_REPORT_CONFIG_DIR: `${folder}/config`,
      SOURCE_DATE_EPOCH: String(articleDay.now / 1_000),
    },
  );
