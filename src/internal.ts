// What the benches and tests use of a build. It is built, and not published.
export { builtInIds, install } from "./catalog.ts";
export { createVirtualClock } from "./delivery/clock.ts";
export { createEngine } from "./engine/engine.ts";
export { startServer } from "./server/server.ts";
