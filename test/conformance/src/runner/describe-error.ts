/** One line for the table of outcomes. The SDK rejects with arrays of texts, too. */
export function describeError(error: unknown): string {
  const text = error instanceof Error ? error.message : JSON.stringify(error);
  return text.replace(/\s+/g, ' ').trim().slice(0, 600);
}
