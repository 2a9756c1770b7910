import { transportOf } from '../agent/era.js';
import { said } from '../agent/failure.js';
import { isThirdParty } from './scene.js';
import type { Stage } from './scene.evidence.js';
import type { PlayedScene } from './scene.player.js';

/** The demo as one document: what `--json` prints. */
export interface DemoReport {
  readonly ok: boolean;
  readonly summary: string;
  readonly durationMs: number;
  readonly server: string | undefined;
  readonly issuer: string | undefined;
  /** What a third-party agent with full consent read through `whoami`, by era. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly scenes: readonly SceneReport[];
}

type SceneReport = ReturnType<typeof sceneReport>;

export function reportOf(
  played: readonly PlayedScene[],
  stage: Stage | undefined,
  durationMs: number,
  failure: unknown,
): DemoReport {
  const steps = played.flatMap((scene) => scene.steps);
  const wrong = steps.filter((step) => !step.ok).length;
  return {
    ok: failure === undefined && wrong === 0 && steps.length > 0,
    summary: summaryOf(played.length, steps.length, wrong, durationMs, failure),
    durationMs,
    server: stage?.publicUrl,
    issuer: stage?.issuer,
    claims: Object.fromEntries(played.filter(isFullConsent).map(({ scene, claims }) => [scene.era, claims])),
    scenes: played.map(sceneReport),
  };
}

function summaryOf(
  scenes: number,
  steps: number,
  wrong: number,
  durationMs: number,
  failure: unknown,
): string {
  if (failure !== undefined) return said(failure);
  if (wrong > 0) return `${wrong} of ${steps} steps went wrong.`;
  return `All ${steps} steps of ${scenes} scenes were right, in ${(durationMs / 1000).toFixed(1)} s.`;
}

const isFullConsent = ({ scene }: PlayedScene): boolean =>
  isThirdParty(scene) && scene.scope === undefined && scene.sendResource && scene.decision === 'authorize';

const sceneReport = ({ scene, ok, steps, tokenKind, claims }: PlayedScene) => ({
  title: scene.title,
  era: scene.era,
  transport: transportOf[scene.era],
  endpoint: scene.path,
  app: scene.app,
  thirdParty: isThirdParty(scene),
  decision: scene.decision,
  tokenKind,
  claims,
  ok,
  steps,
});
