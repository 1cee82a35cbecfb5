import { expect, it } from "vitest";
import { sinceHead, sinceWords } from "../../src/report/words.ts";

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
});
