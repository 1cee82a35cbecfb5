/** The report as JSON: the same object, checked against its own schema, in a stable key order. */
import { Report } from "../report/report.ts";

export const json = (report: Report): string => `${JSON.stringify(Report.parse(report), null, 2)}\n`;
