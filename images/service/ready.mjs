/** Health check of the service images, which have no curl: 0 when /readyz answers 200, else 1 and why. */
const port = process.env.BENCHBUS_HEALTH_PORT;
try {
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
  console.log((await answer.text()).trim());
  process.exitCode = answer.ok ? 0 : 1;
} catch (error) {
  console.log(`port ${port} does not answer: ${error.cause?.code ?? error.message}`);
  process.exitCode = 1;
}
