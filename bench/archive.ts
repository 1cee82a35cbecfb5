/** Binance's metrics archive from loopback, files of real size: fetched, verified, parsed and stored by the program. */
import { articleDay } from "../fixtures/build/market.ts";
import { inFolder, median, middle, node, type Cost } from "./measure.ts";
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
        const spans: number[] = [];
        let files = 0;
        for (let round = 0; round <= rounds; round += 1) {
          const cost = await openInterest(url, `${all}/${since} ${round}`.replaceAll(/[: ]/g, "-"), since);
          const asked = (await log()).filter(({ host }) => host === ARCHIVE);
          files = asked.filter(({ target, status }) => status === 200 && target.endsWith(".zip")).length;
          if (round === 0) continue;
          costs.push(cost);
          spans.push(Math.max(...asked.map(({ until }) => until)) - Math.min(...asked.map(({ from }) => from)));
        }
        const { wallMs, cpuMs, peakMB } = middle(costs);
        // Beside it the live host is asked four questions at 1.2 s: no matter of the archive.
        const span = median(spans);
        const aSecond = files / (span / 1_000);
        found.push([
          name,
          String(files),
          span,
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
  print(
    `Archive, from the first file to the last, median of ${rounds}; target ${LEAST_A_SECOND} files a second and ${MOST_MB} MB`,
    [["range", "files", "ms", "wall ms of the run", "files a second", "CPU ms", "peak MB", ""], ...rows],
  );
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
