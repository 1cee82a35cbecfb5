/** Metrics files of the size that Binance publishes: 288 rows a day, compressed, with their checksum. */
import { createHash } from "node:crypto";
import AdmZip from "adm-zip";

const PATH =
  /^data\.binance\.vision\/data\/futures\/(um|cm)\/daily\/metrics\/(\w+)\/\w+-metrics-(\d{4}-\d{2}-\d{2})\.zip(\.CHECKSUM)?$/;
const HEAD =
  "create_time,symbol,sum_open_interest,sum_open_interest_value,count_toptrader_long_short_ratio,sum_toptrader_long_short_ratio,count_long_short_ratio,sum_taker_long_short_vol_ratio";

const zips = new Map<string, Buffer>();

/** The file under that path, or null where it is none of these. */
export function metricsOfDay(target: string): Uint8Array | null {
  const [, family, symbol = "", day = "", checksum] = PATH.exec(target) ?? [];
  if (family === undefined) return null;
  const name = `${symbol}-metrics-${day}`;
  const zip = zips.get(`${family} ${name}`) ?? zipOf(name, symbol, day, family === "cm");
  zips.set(`${family} ${name}`, zip);
  if (checksum === undefined) return zip;
  return Buffer.from(`${createHash("sha256").update(zip).digest("hex")}  ${name}.zip\n`);
}

function zipOf(name: string, symbol: string, day: string, coinM: boolean): Buffer {
  const rows = Array.from({ length: 288 }, (_, i) => {
    const at = new Date(Date.parse(`${day}T00:00:00Z`) + i * 300_000).toISOString().slice(0, 19).replace("T", " ");
    const size = coinM ? 9_000_000 + i * 13 : 90_000 + i * 1.37;
    const value = coinM ? (size * 100) / 80_000 : size * 80_000;
    const ratio = (1 + Math.sin(i) / 3).toFixed(8);
    return [at, symbol, size.toFixed(8), value.toFixed(8), ratio, ratio, ratio, ratio].join(",");
  });
  const zip = new AdmZip();
  zip.addFile(`${name}.csv`, Buffer.from(`${[HEAD, ...rows].join("\n")}\n`));
  return zip.toBuffer();
}
