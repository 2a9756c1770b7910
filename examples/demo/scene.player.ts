import { setTimeout as sleep } from 'node:timers/promises';
import { type AgentAnswer, runAgent } from '../agent/agent.js';
import { answerSteps } from './answer.steps.js';
import { discoverySteps } from './discovery.steps.js';
import { PlayedUser } from './played.user.js';
import type { Evidence, Stage, Step } from './scene.evidence.js';
import type { Scene } from './scene.js';
import { signInSteps } from './sign.in.steps.js';
import { type TokenFacts, WireRecorder } from './wire.recorder.js';

const LIMIT_MS = 30_000;

export interface PlayedScene {
  readonly scene: Scene;
  readonly ok: boolean;
  readonly steps: readonly Step[];
  readonly tokenKind: TokenFacts['kind'] | undefined;
  readonly claims: AgentAnswer['whoami'] | undefined;
}

/** Runs the agent and its user through one scene and holds what was seen against what should be. */
export async function playScene(scene: Scene, stage: Stage): Promise<PlayedScene> {
  const evidence = await collect(scene, stage);
  const steps = [
    ...discoverySteps(scene, stage, evidence),
    ...signInSteps(scene, stage, evidence),
    ...answerSteps(scene, stage, evidence),
  ];
  return {
    scene,
    steps,
    ok: steps.every((step) => step.ok),
    tokenKind: evidence.exchanges.find((exchange) => exchange.token !== undefined)?.token?.kind,
    claims: evidence.answer?.whoami,
  };
}

async function collect(scene: Scene, { publicUrl }: Stage): Promise<Evidence> {
  const user = new PlayedUser(scene.decision);
  const wire = new WireRecorder();
  const settled = new AbortController();
  const tooLong = sleep(LIMIT_MS, undefined, { signal: settled.signal }).then(() => {
    throw new Error(`The scene was not over after ${LIMIT_MS / 1000} seconds`);
  });
  try {
    const answer = await Promise.race([agent(scene, publicUrl, user, wire), user.trouble, tooLong]);
    return { exchanges: wire.exchanges, visit: user.visit, answer, failure: undefined };
  } catch (failure) {
    return { exchanges: wire.exchanges, visit: user.visit, answer: undefined, failure };
  } finally {
    settled.abort();
  }
}

const agent = (scene: Scene, publicUrl: string, user: PlayedUser, wire: WireRecorder) =>
  runAgent({
    clientId: scene.app,
    url: new URL(scene.path, publicUrl),
    era: scene.era,
    sendResource: scene.sendResource,
    ...(scene.scope !== undefined && { scope: scene.scope }),
    openSignIn: user.open,
    signInLimitMs: LIMIT_MS,
    fetch: wire.fetch,
  });
