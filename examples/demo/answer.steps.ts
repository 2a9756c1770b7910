import { AgentError } from '../agent/agent.errors.js';
import { said } from '../agent/failure.js';
import type { Evidence, KnownUser, Stage, Step } from './scene.evidence.js';
import type { Scene } from './scene.js';

/** What the agent gets for it, which is what the user granted and nothing more. */
export const answerSteps = (scene: Scene, stage: Stage, evidence: Evidence): Step[] =>
  scene.decision === 'cancel'
    ? [noAccess(evidence)]
    : [token(scene, stage, evidence), whoami(scene, stage.user, evidence)];

function noAccess({ exchanges, answer, failure }: Evidence): Step {
  const tokens = exchanges.filter((exchange) => exchange.token !== undefined);
  const cancelled = failure instanceof AgentError && failure.code === 'cancelled';
  return {
    name: 'no-access',
    ok: cancelled && tokens.length === 0 && answer === undefined,
    text: cancelled
      ? `No token, no claims. The agent says: "${failure.message}"`
      : `Expected a refusal: ${said(failure)}`,
  };
}

function token(scene: Scene, { publicUrl }: Stage, { exchanges }: Evidence): Step {
  const facts = exchanges.find((exchange) => exchange.token !== undefined)?.token;
  const audience = publicUrl + scene.path;
  const ok = scene.sendResource
    ? facts?.kind === 'jwt' && facts.audience === audience
    : facts?.kind === 'opaque';
  return {
    name: 'token',
    ok,
    text: ok ? tokenInWords(scene, audience) : `Wrong token: ${JSON.stringify(facts)}`,
  };
}

const tokenInWords = (scene: Scene, audience: string): string =>
  scene.sendResource
    ? `The code becomes a JWT whose only audience is ${audience}`
    : 'The code becomes an opaque token, which the server checks with Logto';

function whoami(scene: Scene, user: KnownUser, { exchanges, answer, failure }: Evidence): Step {
  if (answer === undefined) {
    const refusal = exchanges.findLast(({ challenge }) => challenge?.includes('error=') === true)?.challenge;
    const reason = refusal === undefined ? '' : ` WWW-Authenticate: ${refusal}`;
    return { name: 'whoami', ok: false, text: `whoami failed: ${said(failure)}${reason}` };
  }
  const claims = answer.whoami;
  const names = Object.keys(claims).filter((name) => claims[name] !== null && claims[name] !== undefined);
  return scene.scope === 'openid'
    ? {
        name: 'whoami',
        ok: claims['sub'] === user.id && names.join() === 'sub',
        text: `whoami answers ${names.join(', ')}: what was granted, nothing else`,
      }
    : {
        name: 'whoami',
        ok:
          claims['sub'] === user.id &&
          claims['name'] === user.name &&
          claims['email'] === user.primaryEmail &&
          claims['username'] === 'alice',
        text: `whoami answers sub ${String(claims['sub'])}, name ${String(claims['name'])}, email ${String(claims['email'])} and ${names.length - 3} more`,
      };
}
