import { expect, it } from "vitest";
import { anchorText } from "../../src/core/anchor.ts";
import { anchorOf, sinceHead, sinceWords, timeWords } from "../../src/report/words.ts";

it.each([
  ["low:2025-10", "the low of October 2025", "Oct 2025 low"],
  ["high:90d", "the high of 90 days", "90-day high"],
  ["low:1d", "the low of 1 day", "1-day low"],
  ["2025-10-10", "10 October 2025", "10 Oct 2025"],
  ["ytd", "the start of the year", "1 January"],
  ["something else", "something else", "something else"],
])("the anchor %s is %s, in the head of a column %s", (id, words, head) => {
  expect(sinceWords(id)).toBe(words);
  expect(sinceHead(id)).toBe(head);
  const known = id === "something else" ? null : id;
  for (const text of [words, head]) {
    const anchor = anchorOf(text);
    expect(anchor === null ? null : anchorText(anchor), text).toBe(known);
  }
});

it.each([
  "",
  "Oct 2025",
  "the low of Octember 2025",
  "10 Oct 2025 low",
  "low:2025-10",
  "1 January 2026 low",
  "0-day low",
])("%j is said of no anchor", (text) => {
  expect(anchorOf(text)).toBeNull();
});

it("tells a span in days, one below a day in hours, one below an hour in minutes", () => {
  const minute = 1 / 1_440;
  expect([12.4, 1, 0.25, 60 * minute, 10 * minute, minute].map(timeWords)).toEqual([
    "12.4 days",
    "1.0 days",
    "6.0 hours",
    "1.0 hours",
    "10 minutes",
    "1 minute",
  ]);
});
