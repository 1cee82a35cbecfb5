/** The report as JSON: the same object, checked against its own schema, in a stable key order. */
import { inertJson } from "../core/inert.ts";
import { Report } from "../report/report.ts";

export const json = (report: Report): string => inertJson(Report.parse(report));
