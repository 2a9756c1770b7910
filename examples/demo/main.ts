import { Interruption, interruption } from './interruption.js';
import { type Narrator, narrator, silent } from './narrator.js';
import { reportOf } from './report.js';
import { scenes } from './scene.js';
import type { Stage } from './scene.evidence.js';
import { playScene, type PlayedScene } from './scene.player.js';
import { paintFor, widthOf } from './terminal.js';
import { Theatre } from './theatre.js';

const json = process.argv.includes('--json');
const paint = paintFor(process.stdout, process.env['NO_COLOR']);
const print = (line: string) => void process.stdout.write(`${line}\n`);

const theatre = new Theatre();
const played: PlayedScene[] = [];
const started = Date.now();
let stage: Stage | undefined;
let failure: unknown;

try {
  await Promise.race([play(json ? silent : narrator(print, widthOf(process.stdout), paint)), interruption()]);
} catch (error) {
  failure = error;
} finally {
  await theatre.close();
}

const report = reportOf(played, stage, Date.now() - started, failure);
if (json) print(JSON.stringify(report, null, 2));
else print(`\n${report.ok ? paint.green(report.summary) : paint.red(report.summary)}`);
if (!report.ok && failure === undefined)
  process.stderr.write(`\nThe server's last words:\n${theatre.serverLog}\n`);
process.exit(exitCode());

async function play(tell: Narrator): Promise<void> {
  stage = await theatre.open();
  tell.opening(stage);
  for (const scene of scenes) {
    const result = await playScene(scene, stage);
    played.push(result);
    tell.scene(played.length, result);
  }
}

function exitCode(): number {
  if (failure instanceof Interruption) return failure.exitCode;
  return report.ok ? 0 : 1;
}
