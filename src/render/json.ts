/** The report as JSON: the same object, checked against its own schema, in a stable key order. */
import { z } from "zod";
import { inertJson } from "../core/inert.ts";
import { Report } from "../report/report.ts";

/** Made code: of thirty thousand values it takes half the time, making it included. */
export const json = (report: Report): string => inertJson(z.compile(Report).parse(report));
