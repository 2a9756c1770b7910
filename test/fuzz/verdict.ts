import type { Shot } from './arbitraries.js';
import type { Hit } from './gunner.js';

/** Planned: "ask again later". Every other 5xx is a fault of ours. */
const PLANNED = new Set([503]);

/** What is wrong with an answer, or nothing. */
export function faultIn(shot: Shot, hit: Hit): string | undefined {
  if (hit.status >= 500 && !PLANNED.has(hit.status))
    return `answered ${hit.status}: ${hit.text.slice(0, 200)}`;
  if (hit.status < 200) return `answered ${hit.status}`;
  if (/text\/html/i.test(hit.type) || /<!doctype|<html|<pre>/i.test(hit.text)) return 'answered HTML';
  if (/\n\s+at .+:\d+:\d+/.test(hit.text)) return 'answered a stack trace';
  if (hit.status === 401 && shot.token === 'good') return 'refused a good token';
  if (hit.status === 200 && shot.token !== 'good' && isGuarded(shot))
    return 'let a caller in without a good token';
  return undefined;
}

/** Endpoints behind the bearer guard; CORS answers an OPTIONS before the guard. */
const isGuarded = ({ path, method }: Shot): boolean =>
  method !== 'OPTIONS' && (path === '/mcp' || path.startsWith('/messages'));
