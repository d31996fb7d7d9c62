/**
 * What a worker gets, and what REST shows as a run's input: `V1StepRunData` of the engine's `pkg/repository/input.go`.
 * Takes and gives JSON.
 */
export function taskPayload(inputJson: string): string {
  return `{"input":${inputJson},"triggered_by":"manual","parents":{},"triggers":{"filter_payload":null},"user_data":null,"overrides":null}`;
}
