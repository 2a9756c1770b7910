// Exit code 0 when the server in this container is alive, 1 otherwise. The image has no curl, and needs none.
const url = `http://127.0.0.1:${process.env.PORT || '3000'}/health/live`;
const limitMs = 2000;

try {
  // A redirect is not an answer from /health/live.
  const response = await fetch(url, { signal: AbortSignal.timeout(limitMs), redirect: 'error' });
  process.exit(response.ok ? 0 : 1);
} catch {
  // Nobody listens, or nobody answers in time: both mean the same to the engine.
  process.exit(1);
}
