// What every driver does, as in ../python/conversation.py: takes orders from stdin, holds a conversation with its client,
// answers with what it heard.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const PACE = 50; // milliseconds between two deltas: 20 tokens a second, as a fast model writes
const HEARD = 0.6; // seconds of audio after which a user interrupts
const TURN_LIMIT = 40_000; // milliseconds

const PAGE = new URL('../../../docs/clients.md', import.meta.url);
const SNIPPETS = new URL('node_modules/.voxgate/', import.meta.url); // from there the packages are found
const HTTP = process.env.VOXGATE_HTTP;
const PLACES = {
  'http://127.0.0.1:8080': HTTP,
  'ws://127.0.0.1:8080': HTTP.replace('http', 'ws'),
  'https://localhost:8443': process.env.VOXGATE_HTTPS,
};
const KEY = process.env.VOXGATE_KEY;
const WRONG_KEY = 'vg_this-is-not-a-key';

/** What the page about clients makes under the name: its own lines, with this server's address and key. */
export async function configured(name, key) {
  let lines = readFileSync(PAGE, 'utf8').split(`\`\`\`js ${name}\n`)[1].split('```')[0];
  for (const [place, ours] of Object.entries(PLACES)) lines = lines.replaceAll(place, ours);
  const made = lines.includes('const tts =') ? 'tts' : 'client';
  const snippet = new URL(`${process.pid}-${(snippets += 1)}.mjs`, SNIPPETS);
  mkdirSync(SNIPPETS, { recursive: true });
  writeFileSync(snippet, `${lines.replaceAll('YOUR_KEY', key)}\nexport default ${made};\n`);
  try {
    return (await import(snippet)).default;
  } finally {
    rmSync(snippet);
  }
}
let snippets = 0;

/** What one turn says and what is heard of it. */
class Turn {
  encoding = 's16le'; // or 'f32le', or 'file' for what says itself what it is
  rate = 24_000;
  timing = []; // [text, start, end], in seconds of the audio
  interrupt = new AbortController();
  interruptAtAudio = false;
  error = null;
  #audio = [];
  #bytes = 0;
  #sentAt = 0;
  #firstAt = null;

  constructor(deltas) {
    this.deltas = deltas;
  }

  get interrupted() {
    return this.interrupt.signal.aborted;
  }

  /** The deltas as a model writes them; ends early when the user interrupts. */
  async *write() {
    for (const delta of this.deltas) {
      if (this.interrupted) return;
      this.#sentAt = performance.now();
      yield delta;
      await sleep(PACE);
    }
  }

  async text() {
    let text = '';
    for await (const delta of this.write()) text += delta;
    return text;
  }

  hear(audio) {
    if (!audio?.length) return;
    this.#firstAt ??= performance.now();
    this.#audio.push(Buffer.from(audio));
    this.#bytes += audio.length;
    if (this.interruptAtAudio && this.seconds >= HEARD) this.interrupt.abort();
  }

  /** Of audio heard so far; a guess for files, by the rate of a good MP3. */
  get seconds() {
    return this.#bytes / { s16le: 2 * this.rate, f32le: 4 * this.rate, file: 16_000 }[this.encoding];
  }

  told(path) {
    writeFileSync(path, Buffer.concat(this.#audio));
    const first = this.#firstAt === null ? null : (this.#firstAt - this.#sentAt) / 1000;
    return { audio: path, encoding: this.encoding, rate: this.rate, first, timing: this.timing, error: this.error };
  }
}

/** make: from an API key to {speak(turn), close()}. Holds one conversation, with a client of its own, for each order. */
export async function hold(make) {
  for await (const line of createInterface({ input: process.stdin })) {
    const order = JSON.parse(line);
    const turns = order.turns.map((deltas) => new Turn(deltas));
    turns[0].interruptAtAudio = order.do === 'interrupt';
    const client = await make(order.do === 'refused' ? WRONG_KEY : KEY);
    for (const turn of turns) await speak(client, turn);
    await client.close();
    const answer = turns.map((turn, index) => turn.told(`${order.folder}/${index + 1}.audio`));
    process.stdout.write(`${JSON.stringify({ answer })}\n`);
  }
  process.exit(0); // some clients keep timers
}

async function speak(client, turn) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('the turn did not end')), TURN_LIMIT);
  });
  // Some clients also fail beside the promise that their user waits for, which would end the process.
  const beside = (error) => (turn.error ??= describe(error));
  process.on('unhandledRejection', beside);
  try {
    await Promise.race([client.speak(turn), late]);
  } catch (error) {
    turn.error = describe(error); // whatever the client throws is what its user sees
  } finally {
    clearTimeout(timer);
    process.off('unhandledRejection', beside);
  }
}

export function describe(error) {
  const status = error?.statusCode ?? error?.status ?? '';
  return `${error?.name ?? 'Error'}: ${status} ${error?.message ?? JSON.stringify(error)}`;
}
