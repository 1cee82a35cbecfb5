/**
 * Property tests begin with the same seed each time: a run that fails must fail again, and one that passed must not
 * fail tomorrow. To look for new cases, set BTC_REPORT_SEED to another number.
 */
import fc from "fast-check";

fc.configureGlobal({ seed: Number(process.env["BTC_REPORT_SEED"] ?? 20_260_130) });
