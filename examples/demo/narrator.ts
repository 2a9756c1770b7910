import { transportOf } from '../agent/era.js';
import { DISCOVERY_STEPS } from './discovery.steps.js';
import type { Stage, Step } from './scene.evidence.js';
import type { PlayedScene } from './scene.player.js';
import { type Paint, wrap } from './terminal.js';

/** Where the story goes: words for people, or nothing while a document is being made. */
export interface Narrator {
  opening(stage: Stage): void;
  scene(number: number, played: PlayedScene): void;
}

export const silent: Narrator = { opening: () => undefined, scene: () => undefined };

/** Tells the scenes one after the other, in lines that fit the terminal. */
export function narrator(print: (line: string) => void, width: number, paint: Paint): Narrator {
  const told = new Set<string>();
  return {
    opening: ({ publicUrl, issuer }) => {
      print('An agent signs a user in through Logto and calls whoami. Everything runs on this machine.');
      print(`${paint.dim('Logto stand-in')}  ${issuer}`);
      print(`${paint.dim('MCP server')}      ${publicUrl}`);
    },
    scene: (number, { scene, steps }) => {
      const where = `${transportOf[scene.era]}, ${scene.era}`;
      const title = `${number}. ${scene.title}`;
      print('');
      print(
        `${paint.bold(title)}${' '.repeat(Math.max(2, width - title.length - where.length))}${paint.dim(where)}`,
      );
      for (const { ok, text } of told.has(scene.path) ? shortened(steps) : steps) {
        const [head = '', ...rest] = wrap(text, width - 4);
        print(`  ${ok ? paint.green('✓') : paint.red('✗')} ${head}`);
        for (const line of rest) print(`    ${line}`);
      }
      told.add(scene.path);
    },
  };
}

/** What has been told of an endpoint needs no second telling, as long as it goes right. */
function shortened(steps: readonly Step[]): readonly Step[] {
  const known = steps.slice(0, DISCOVERY_STEPS);
  if (!known.every((step) => step.ok)) return steps;
  const text = 'No token, so 401; it finds its way to Logto as above';
  return [{ name: 'discovery', ok: true, text }, ...steps.slice(DISCOVERY_STEPS)];
}
