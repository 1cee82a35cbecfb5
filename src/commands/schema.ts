import { z } from "zod";
import { Report } from "../report/report.ts";

/** The JSON Schema of the report, from the definition that every report is checked against. */
export const schema = (): string =>
  `${JSON.stringify({ title: "btc-report", ...z.toJSONSchema(Report, { target: "draft-2020-12" }) }, null, 2)}\n`;
